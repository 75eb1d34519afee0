import Platform
import Synchronization
import Workflow

/// Cases worked on lately (LRU), so that the next step need not read them. Only a hint: the version guards every commit, and a case
/// somebody else changed is read again.
final class CaseCache: Sendable {
    struct Entry: Sendable {
        var state: CaseState
        var summary: CaseSummary
        var chain: [UInt8]
    }

    private struct State {
        var entries: [CaseKey: (entry: Entry, lastUse: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    static let capacity = 8192
    private let capacity: Int

    init(capacity: Int = CaseCache.capacity) { self.capacity = capacity }

    subscript(key: CaseKey) -> Entry? {
        get {
            state.withLock { state in
                state.clock += 1
                state.entries[key]?.lastUse = state.clock
                return state.entries[key]?.entry
            }
        }
        set {
            state.withLock { state in
                state.clock += 1
                state.entries[key] = newValue.map { ($0, state.clock) }
                guard state.entries.count > capacity else { return }
                // A quarter at a time, so that a full cache does not search on every step.
                let old = state.entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(capacity / 4)
                for (key, _) in old { state.entries[key] = nil }
            }
        }
    }
}

/// A case of a tenant: numbers begin at 1 in each.
struct CaseKey: Hashable, Sendable {
    let tenant: TenantID
    let number: Int64

    init(_ tenant: TenantID, _ number: Int64) {
        self.tenant = tenant
        self.number = number
    }
}
