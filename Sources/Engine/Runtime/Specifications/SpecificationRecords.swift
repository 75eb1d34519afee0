import Foundation
import Platform
import Synchronization
import Workflow

/// Specifications as the store keeps them, remembered by their version: most of a record is the file it was loaded from, which is long
/// and never changes. Which versions there are is asked of the store each time, so nothing old is taken for new.
final class SpecificationRecords: Sendable {
    private let known = Mutex<[SpecificationKey: SpecificationRecord]>([:])
    private static let capacity = 256
    /// As many are read one by one; of more, all at once.
    private static let few = 3
    /// What several processes share; no authority, so only a record of the very version the store names is taken from it.
    private let cache: (any SpecificationCache)?
    private let storeName = Mutex<String?>(nil)

    init(cache: (any SpecificationCache)?) { self.cache = cache }

    func all(tenant: TenantID, in store: any Store) async throws(StoreError) -> [SpecificationRecord] {
        let versions = try await store.specificationVersions(tenant: tenant)
        var found = known.withLock { known in
            versions.compactMap { id, version in
                known[SpecificationKey(tenant: tenant, id: id)].flatMap { $0.version == version ? $0 : nil }
            }
        }
        guard found.count < versions.count else { return found.sorted { $0.internalID < $1.internalID } }
        var missing = Set(versions.keys).subtracting(found.map(\.internalID))
        for (id, version) in versions where missing.contains(id) {
            guard let record = try await cached(id, version, tenant, store) else { continue }
            found.append(record)
            missing.remove(id)
        }
        if missing.count > Self.few {
            found = try await store.specifications(tenant: tenant)
        } else {
            for id in missing { if let record = try await store.specification(tenant: tenant, id: id) { found.append(record) } }
        }
        for record in found where missing.contains(record.internalID) { try await share(record, tenant, store) }
        keep(found, tenant)
        return found.sorted { $0.internalID < $1.internalID }
    }

    private func cached(
        _ id: Int64, _ version: Int64, _ tenant: TenantID, _ store: any Store
    ) async throws(StoreError) -> SpecificationRecord? {
        guard let cache, let bytes = await cache.value(for: try await key(id, tenant, store)),
            let record = try? Codec.decode(SharedSpecification.self, from: bytes).record, record.internalID == id, record.version == version
        else { return nil }
        return record
    }

    private func share(_ record: SpecificationRecord, _ tenant: TenantID, _ store: any Store) async throws(StoreError) {
        guard let cache, let bytes = try? Codec.encode(SharedSpecification(record)) else { return }
        await cache.keep(bytes, for: try await key(record.internalID, tenant, store))
    }

    private func key(_ id: Int64, _ tenant: TenantID, _ store: any Store) async throws(StoreError) -> SpecificationCacheKey {
        let name: String
        if let known = storeName.withLock({ $0 }) { name = known } else { name = try await store.identity() }
        storeName.withLock { $0 = name }
        return SpecificationCacheKey(store: name, tenant: tenant.description, specification: id)
    }

    private func keep(_ records: [SpecificationRecord], _ tenant: TenantID) {
        guard records.count <= Self.capacity else { return }
        known.withLock { known in
            if known.count + records.count > Self.capacity { known.removeAll() }
            for record in records { known[SpecificationKey(tenant: tenant, id: record.internalID)] = record }
        }
    }
}

/// A specification as a cache keeps it.
private struct SharedSpecification: Codable {
    let internalID: Int64
    let id: SpecificationID
    let source: Data
    let indexInFile: Int
    let loadedAt: Int64
    let loadedBy: String
    let isLoaded: Bool
    let version: Int64
    let chain: Data
    let certificate: SoundnessCertificate?

    init(_ record: SpecificationRecord) {
        internalID = record.internalID
        id = record.id
        source = Data(record.source)
        indexInFile = record.indexInFile
        loadedAt = record.loadedAt
        loadedBy = record.loadedBy
        isLoaded = record.isLoaded
        version = record.version
        chain = Data(record.chain)
        certificate = record.certificate
    }

    var record: SpecificationRecord {
        SpecificationRecord(
            internalID: internalID, id: id, source: [UInt8](source), indexInFile: indexInFile, loadedAt: loadedAt, loadedBy: loadedBy,
            isLoaded: isLoaded, version: version, chain: [UInt8](chain), certificate: certificate)
    }
}
