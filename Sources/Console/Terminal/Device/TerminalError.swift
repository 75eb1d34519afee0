// Why the terminal cannot be used.

import TextCells

/// A refusal with a stable code and one sentence that says what to do.
public struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `terminal-none`, `terminal-type`, `terminal-modes`, `terminal-resources`.
    public let code: String
    public let message: String

    public var description: String { "\(message) [\(code)]" }

    static let none = TerminalError(
        code: "terminal-none", message: "standard input and output are not a terminal; run this in one, or use the commands with -o json")

    static func type(_ term: String) -> TerminalError {
        TerminalError(
            code: "terminal-type",
            message:
                "neither the terminal type “\(Sanitizer.line(term).truncated(to: 40))” nor xterm or vt100 is known; install ncurses-base")
    }

    static func modes(_ reason: String) -> TerminalError {
        TerminalError(code: "terminal-modes", message: "the terminal refuses its modes: \(reason)")
    }

    static func resources(_ what: String, _ reason: String) -> TerminalError {
        TerminalError(code: "terminal-resources", message: "\(what) cannot be made: \(reason)")
    }
}
