import Synchronization
import Workflow

/// Rules of specifications, read from their stored files once and kept. Another process may load others, so what is kept is
/// compared with the store again after a moment.
final class RuleLibrary: Sendable {
    struct Entry {
        /// Nil: the specification has none.
        var rules: RuleSet?
        /// Of the stored file; 0 for none.
        var version: Int64
        var checkedAt: ContinuousClock.Instant
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        var isUsed = false
    }

    private let state = Mutex(State())
    private let freshness = Duration.milliseconds(200)
    private let capacity = 256

    subscript(specification: Int64) -> Entry? {
        get { state.withLock { $0.entries[specification] } }
        set {
            state.withLock { state in
                if state.entries.count >= capacity, state.entries[specification] == nil { state.entries.removeAll() }
                state.entries[specification] = newValue
            }
        }
    }

    /// What is known and need not be looked up again yet.
    func fresh(_ specification: Int64) -> Entry? {
        self[specification].flatMap { ContinuousClock.now - $0.checkedAt < freshness ? $0 : nil }
    }

    /// True once.
    func isFirstUse() -> Bool {
        state.withLock { state in
            defer { state.isUsed = true }
            return !state.isUsed
        }
    }
}
