import Synchronization

/// How far a long command is, on one line of standard error that is gone before the answer is written. Short commands show none.
public final class ProgressLine: Sendable {
    private struct State {
        var next: ContinuousClock.Instant
        var shown = 0
    }

    private let state: Mutex<State>
    private let interval: Duration
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - delay: nothing is shown before.
    ///   - interval: between one text and the next.
    public init(delay: Duration = .milliseconds(500), interval: Duration = .milliseconds(100), write: @escaping @Sendable (String) -> Void)
    {
        state = Mutex(State(next: .now + delay))
        self.interval = interval
        self.write = write
    }

    func show(_ done: Int, of all: Int) {
        state.withLock { state in
            guard ContinuousClock.now >= state.next else { return }
            state.next = .now + interval
            let text = "\(done) of \(all)"
            write("\r" + text + String(repeating: " ", count: max(state.shown - text.count, 0)))
            state.shown = max(state.shown, text.count)
        }
    }

    /// Leaves the line as it was.
    func clear() {
        state.withLock { state in
            if state.shown > 0 { write("\r" + String(repeating: " ", count: state.shown) + "\r") }
            state.shown = 0
        }
    }
}
