import Synchronization
import Workflow

/// Rules of specifications, read from their stored files once and kept. Another process may load others, so what is kept is
/// compared with the store again after a moment.
final class RuleLibrary: Sendable {
    struct Entry {
        /// Nil: the specification has none.
        var rules: RuleSet?
        /// Nil for none.
        var version: Version?
        var checkedAt: ContinuousClock.Instant
    }

    /// Of a stored file: other rules have another one.
    struct Version: Equatable {
        let entity: Int64
        let version: Int64
    }

    /// What the store is asked; another one once they were changed here.
    struct Question: Hashable {
        let specification: Int64
        fileprivate let changes: Int
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        var changes = 0
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

    func question(about specification: Int64) -> Question { Question(specification: specification, changes: state.withLock(\.changes)) }

    func forget(_ specification: Int64) {
        state.withLock { state in
            state.entries[specification] = nil
            state.changes += 1
        }
    }
}
