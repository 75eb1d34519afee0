import Engine
import Synchronization

/// The store the console works on, which may be changed while it runs, with what goes on beside it: the watch over it, timers, services.
final class CurrentStore: Sendable {
    struct Opened: Sendable {
        let house: House
        /// Whatever would change something is refused.
        let isReadOnly: Bool
    }

    private let shared: Mutex<(opened: Opened, company: [Task<Void, Never>])>

    init(_ opened: Opened) { shared = Mutex((opened, [])) }

    var opened: Opened { shared.withLock { $0.opened } }

    /// From now on it is this one. What went on beside the one before ends; commands under way on it come to their end.
    func change(to opened: Opened, company: [Task<Void, Never>]) {
        let before = shared.withLock { shared in
            let before = shared.company
            shared = (opened, company)
            return before
        }
        for task in before { task.cancel() }
    }

    func leave() {
        for task in shared.withLock({ $0.company }) { task.cancel() }
    }
}
