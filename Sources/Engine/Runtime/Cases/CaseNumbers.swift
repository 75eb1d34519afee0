import Platform

/// Hands out case numbers. Who asks while the store is being asked shares the next answer: the row they come from is one for all, and
/// many who want to change it wait for each other.
actor CaseNumbers {
    private typealias Waiting = CheckedContinuation<Result<Int64, StoreError>, Never>

    private let store: any Store
    private var waiting: [TenantID: [Waiting]] = [:]
    private var asking: Set<TenantID> = []

    init(store: any Store) { self.store = store }

    /// A number never handed out before.
    func next(_ tenant: TenantID) async throws(StoreError) -> Int64 {
        let result = await withCheckedContinuation { continuation in
            waiting[tenant, default: []].append(continuation)
            if asking.insert(tenant).inserted { Task { await self.ask(tenant) } }
        }
        return try result.get()
    }

    private func ask(_ tenant: TenantID) async {
        while let all = waiting.removeValue(forKey: tenant) {
            do throws(StoreError) {
                let first = try await store.reserveCaseNumbers(tenant: tenant, count: all.count)
                for (offset, one) in all.enumerated() { one.resume(returning: .success(first + Int64(offset))) }
            } catch {
                for one in all { one.resume(returning: .failure(error)) }
            }
        }
        asking.remove(tenant)
    }
}
