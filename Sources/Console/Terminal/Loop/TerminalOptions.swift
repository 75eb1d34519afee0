// Settings of the loop that the caller knows and this floor does not.

/// How to talk to the terminal.
public struct TerminalOptions: Sendable {
    /// Terminal type, usually `$TERM`. Unknown ones fall back to xterm-256color, xterm, vt100.
    public var term: String
    /// Most colours to use; nil takes what terminfo says.
    public var colorDepth: ColorDepth?
    /// Only ASCII on the screen.
    public var ascii: Bool
    /// Report mouse buttons from the start. Off leaves selecting text to the terminal.
    public var mouse: Bool
    /// Data paints at most once in this time; input paints at once. 100 ms locally, 500 ms are good over SSH.
    public var dataInterval: Duration
    /// Where standard error goes while the screen is up; nil lets it go nowhere but /dev/null.
    public var errorLog: String?
    /// The person's editor, a program with its arguments.
    public var editor = "vi"

    public init(
        term: String = "xterm-256color", colorDepth: ColorDepth? = nil, ascii: Bool = false, mouse: Bool = false,
        dataInterval: Duration = .milliseconds(100), errorLog: String? = nil
    ) {
        self.term = term
        self.colorDepth = colorDepth
        self.ascii = ascii
        self.mouse = mouse
        self.dataInterval = dataInterval
        self.errorLog = errorLog
    }

    /// What the environment says: TERM, NO_COLOR, COLORTERM, SSH_CONNECTION, and whether the locale can show UTF-8.
    public static func detect(environment: [String: String], errorLog: String? = nil) -> TerminalOptions {
        var options = TerminalOptions(term: environment["TERM"] ?? "", errorLog: errorLog)
        options.colorDepth = ColorDepth.limit(environment: environment)
        if let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap(\.self).first(where: { !$0.isEmpty }) {
            options.editor = editor
        }
        options.ascii = !TerminalLocale.choose()
        if environment["SSH_CONNECTION"] != nil { options.dataInterval = .milliseconds(500) }
        return options
    }
}
