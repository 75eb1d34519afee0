import Platform
import Synchronization

/// Specifications as the store keeps them, remembered by their version: most of a record is the file it was loaded from, which is long
/// and never changes. Which versions there are is asked of the store each time, so nothing old is taken for new.
final class SpecificationRecords: Sendable {
    private let known = Mutex<[SpecificationKey: SpecificationRecord]>([:])
    private static let capacity = 256
    /// As many are read one by one; of more, all at once.
    private static let few = 3

    func all(tenant: TenantID, in store: any Store) async throws(StoreError) -> [SpecificationRecord] {
        let versions = try await store.specificationVersions(tenant: tenant)
        var found = known.withLock { known in
            versions.compactMap { id, version in
                known[SpecificationKey(tenant: tenant, id: id)].flatMap { $0.version == version ? $0 : nil }
            }
        }
        guard found.count < versions.count else { return found.sorted { $0.internalID < $1.internalID } }
        let missing = Set(versions.keys).subtracting(found.map(\.internalID))
        if missing.count > Self.few {
            found = try await store.specifications(tenant: tenant)
        } else {
            for id in missing { if let record = try await store.specification(tenant: tenant, id: id) { found.append(record) } }
        }
        keep(found, tenant)
        return found.sorted { $0.internalID < $1.internalID }
    }

    private func keep(_ records: [SpecificationRecord], _ tenant: TenantID) {
        guard records.count <= Self.capacity else { return }
        known.withLock { known in
            if known.count + records.count > Self.capacity { known.removeAll() }
            for record in records { known[SpecificationKey(tenant: tenant, id: record.internalID)] = record }
        }
    }
}
