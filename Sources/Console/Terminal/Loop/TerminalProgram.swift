// The face of the run loop: what a program is told and what it asks for. Input, messages and paint never wait for each other.

import TextCells

/// What happens to a program, one thing at a time, in order.
public enum TerminalEvent<Message: Sendable>: Sendable {
    /// The terminal is ready; painted right after.
    case started(Size)
    case input(InputEvent)
    /// Sent from anywhere by `TerminalInbox.send`.
    case message(Message)
    case resized(Size)
    /// Back after `suspend` or Ctrl-Z.
    case resumed(Size)
    /// The person's editor has ended, on what `TerminalRequest.edit` gave it.
    case edited(EditedText)
    /// A timer that was asked for by `TerminalRequest.timer` ran off.
    case timer(Int)
}

/// What a program asks of the loop in answer to an event.
public enum TerminalRequest: Hashable, Sendable {
    /// Paint at once: somebody pressed a key.
    case paint
    /// Paint soon: data changed. Several within `TerminalOptions.dataInterval` become one.
    case paintSoon
    /// Clear the screen and paint everything.
    case redraw
    /// Send `timer(id)` once, after this time. A later request with the same id replaces it.
    case timer(id: Int, after: Duration)
    case cancelTimer(id: Int)
    /// Give the terminal back and stop, as Ctrl-Z does.
    case suspend
    /// Give the terminal to the person's editor, with this text in a file of this ending, and come back with `edited`.
    case edit(String, ending: String)
    /// Put text on the clipboard of the terminal (OSC 52). At most 74,994 encoded bytes, more is not sent.
    case copy(String)
    case mouse(Bool)
    case bell
    case quit
}

/// A program for the terminal. `update` and `view` are called on the terminal's own thread, never at the same time; both must return
/// quickly (16 ms), everything slow runs elsewhere and sends a message.
public protocol TerminalProgram: Sendable {
    associatedtype Message: Sendable

    mutating func update(_ event: TerminalEvent<Message>) -> [TerminalRequest]

    /// The whole screen for what is known now. Called only when a frame can be sent.
    func view(_ size: Size) -> Surface

    /// A frame has been sent. Nothing is painted because of it.
    mutating func painted(_ report: FrameReport)
}

extension TerminalProgram {
    public mutating func painted(_ report: FrameReport) {}
}

/// What a frame cost, for those who look after the program itself.
public struct FrameReport: Hashable, Sendable {
    /// From the call of `view` to the bytes being ready.
    public let duration: Duration
    public let bytes: Int
    /// Frames painted so far, and those put off because the terminal did not take bytes.
    public let frames: Int
    public let deferred: Int
    /// Times the thread has woken up so far.
    public let turns: Int

    public init(duration: Duration, bytes: Int, frames: Int, deferred: Int, turns: Int) {
        self.duration = duration
        self.bytes = bytes
        self.frames = frames
        self.deferred = deferred
        self.turns = turns
    }
}

/// Why the loop ended.
public enum TerminalExit: Hashable, Sendable {
    case quit
    /// The terminal has gone: window closed, connection lost.
    case hangup
    /// SIGTERM, SIGINT or SIGHUP; the shell's exit code is 128 plus it.
    case signal(Int32)
}
