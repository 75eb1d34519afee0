import Synchronization

/// Work begun beside the screen. What changes something is waited for at the end; what only asks is not.
final class Undertakings: Sendable {
    private let awaited = Mutex(0)

    func begin(awaited isAwaited: Bool, _ body: @escaping @Sendable () async -> Void) {
        if isAwaited { awaited.withLock { $0 += 1 } }
        Task.detached {
            await body()
            if isAwaited { self.awaited.withLock { $0 -= 1 } }
        }
    }

    /// - Returns: whether all came to an end in time.
    func finish(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while awaited.withLock({ $0 }) > 0 {
            guard ContinuousClock.now < end else { return false }
            // Once, when the console is left: not worth a wake-up of its own.
            try? await Task.sleep(for: .milliseconds(10))
        }
        return true
    }
}
