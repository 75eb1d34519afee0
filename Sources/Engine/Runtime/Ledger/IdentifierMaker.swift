import Foundation
import Synchronization

/// Makes internal ids: 63 bits, 41 of milliseconds, 10 of node, 12 of sequence, so that their order is the order of time and no sequence
/// in a database is fought over. The node is leased from the store: no two makers have the same at the same time, whatever process
/// numbers a container gives them.
actor IdentifierMaker {
    private struct Lease {
        let node: Int64
        let until: Int64
    }

    private let store: any Store
    private let holder = UUID().uuidString
    private var lease: Lease?
    private var renewal: Task<Result<Lease, StoreError>, Never>?
    private var milliseconds: Int64 = 0
    private var sequence: Int64 = 0

    /// 2024-01-01T00:00:00Z: 41 bits from here last until 2093.
    static let epoch: Int64 = 1_704_067_200_000
    /// Milliseconds: a first lease is short, because most commands of a shell make one id and are gone.
    private static let firstTerm: Int64 = 5_000
    private static let term: Int64 = 60_000
    /// A lease is given up so long before it ends: others may read the store's clock a little differently.
    private static let margin: Int64 = 1_000

    init(store: any Store) { self.store = store }

    /// - Parameter now: by the store's clock.
    func next(now: Int64) async throws(StoreError) -> Int64 {
        while true {
            let milliseconds = max(now - Self.epoch, self.milliseconds)
            if let lease, milliseconds + Self.epoch < lease.until - Self.margin { return next(at: milliseconds, lease.node) }
            lease = try await renewed(now).get()
        }
    }

    private func next(at milliseconds: Int64, _ node: Int64) -> Int64 {
        sequence = milliseconds == self.milliseconds ? sequence + 1 : 0
        self.milliseconds = milliseconds
        if sequence > 0xFFF {
            self.milliseconds += 1
            sequence = 0
        }
        return self.milliseconds << 22 | node << 12 | sequence
    }

    /// Single flight: who needs the lease while it is asked for waits for that answer.
    private func renewed(_ now: Int64) async -> Result<Lease, StoreError> {
        if let renewal { return await renewal.value }
        let until = max(now, milliseconds + Self.epoch) + (lease == nil ? Self.firstTerm : Self.term)
        let task = Task { [store, holder] () async -> Result<Lease, StoreError> in
            do throws(StoreError) {
                guard let node = try await store.leaseNode(holder: holder, now: now, until: until) else {
                    return .failure(StoreError(.unavailable, "\(store.name) has no room for one more process now; try again in a minute"))
                }
                return .success(Lease(node: node, until: until))
            } catch {
                return .failure(error)
            }
        }
        renewal = task
        defer { renewal = nil }
        return await task.value
    }
}

/// The numbers makers of ids lease from their store.
public enum NodeLease {
    /// As many as 10 bits have.
    public static let count: Int64 = 1024
}
