import Synchronization
import Workflow

/// Cases worked on lately, so that the next step need not read them. Only a hint: the version guards every commit, and a case
/// somebody else changed is read again.
final class CaseCache: Sendable {
    struct Entry: Sendable {
        var state: CaseState
        var summary: CaseSummary
        var chain: [UInt8]
    }

    private struct State {
        var entries: [Int64: (entry: Entry, lastUse: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    static let capacity = 8192
    private let capacity: Int

    init(capacity: Int = CaseCache.capacity) { self.capacity = capacity }

    subscript(number: Int64) -> Entry? {
        get {
            state.withLock { state in
                state.clock += 1
                state.entries[number]?.lastUse = state.clock
                return state.entries[number]?.entry
            }
        }
        set {
            state.withLock { state in
                state.clock += 1
                state.entries[number] = newValue.map { ($0, state.clock) }
                guard state.entries.count > capacity else { return }
                // A quarter at a time, so that a full cache does not search on every step.
                let old = state.entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(capacity / 4)
                for (number, _) in old { state.entries[number] = nil }
            }
        }
    }
}
