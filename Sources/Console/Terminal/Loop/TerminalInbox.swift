// The way into the loop from any thread.

import Synchronization

/// Messages for a program. `send` never waits and may be called from anywhere, also before the loop runs and after it ended.
public final class TerminalInbox<Message: Sendable>: Sendable {
    private struct Contents: Sendable {
        var messages: [Message] = []
        var wake: (@Sendable () -> Void)?
    }

    private let contents = Mutex(Contents())

    public init() {}

    /// Delivers a message as `TerminalEvent.message`. Messages of one sender arrive in order.
    public func send(_ message: Message) {
        let wake = contents.withLock { contents -> (@Sendable () -> Void)? in
            contents.messages.append(message)
            // One wake-up is enough for all that wait.
            return contents.messages.count == 1 ? contents.wake : nil
        }
        wake?()
    }

    func connect(_ wake: @escaping @Sendable () -> Void) {
        let isWaiting = contents.withLock { contents in
            contents.wake = wake
            return !contents.messages.isEmpty
        }
        if isWaiting { wake() }
    }

    func take() -> [Message] {
        contents.withLock { contents in
            let messages = contents.messages
            contents.messages = []
            return messages
        }
    }
}
