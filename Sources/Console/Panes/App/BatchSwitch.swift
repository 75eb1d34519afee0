import Synchronization

/// Tells a batch of commands that somebody wants it to stop.
final class BatchSwitch: Sendable {
    private let stopped = Mutex(false)

    var isStopped: Bool { stopped.withLock { $0 } }

    func start() { stopped.withLock { $0 = false } }
    func stop() { stopped.withLock { $0 = true } }
}
