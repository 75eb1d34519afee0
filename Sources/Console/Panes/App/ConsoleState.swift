import Engine
import Terminal

/// Everything the console knows, as a value. `ConsoleReducer` is the only one that changes it; drawing only reads it.
public struct ConsoleState: Sendable {
    let registry: CommandRegistry
    let keymap: Keymap
    /// Where the data come from: `~/.local/share/mizzen/mizzen.db` and `embedded`.
    let source: Source
    var size = Size(width: 80, height: 24)
    /// Now, as of the last thing that happened.
    var clock: TableClock
    var panes: [PaneState]
    var active = 0
    /// Pages over the active pane, the front one last.
    var screens: [Screen] = []
    /// What stands over everything and takes the keys.
    var overlay: Overlay?
    var status = Status()
    /// The command line of the last action, kept when the news are gone.
    private(set) var lastCommandLine = ""
    var resolver = KeyResolver()
    /// Commands typed so far, the newest last.
    var history: [String] = []
    /// Counts changes of the store; data fetched at an earlier count are stale.
    var epoch = 0
    private var lastRequest = 0

    struct Source: Sendable, Hashable {
        var name: String
        var kind: String
        var user: String
    }

    /// The last line of news.
    struct Status: Sendable, Hashable {
        var text = ""
        var role: Role = .text
        /// The command line that does what was just done.
        var commandLine = ""
    }

    init(registry: CommandRegistry, keymap: Keymap, source: Source, clock: TableClock) {
        self.registry = registry
        self.keymap = keymap
        self.source = source
        self.clock = clock
        panes = registry.panes.map { PaneState($0) }
    }

    /// Ids are never used twice, so an answer to an earlier question is known by its number.
    mutating func nextRequest() -> Int {
        lastRequest += 1
        return lastRequest
    }

    var pane: PaneState {
        get { panes[active] }
        set { panes[active] = newValue }
    }

    mutating func say(_ text: String, _ role: Role = .text, commandLine: String = "") {
        status = Status(text: text, role: role, commandLine: commandLine)
        if !commandLine.isEmpty { lastCommandLine = commandLine }
    }

    /// News of one page say nothing on the next.
    mutating func forgetNews() { status = Status() }

    var layout: ConsoleLayout { ConsoleLayout(size, statusRows: newsLines.count) }

    /// What is said above the bottom line, broken so that all of it can be read: what is wrong with the line being typed, or the news.
    var newsLines: [String] {
        var text = status.text
        if case .prompt(let prompt) = overlay, !prompt.problem.isEmpty { text = prompt.problem }
        let lines = text.wrapped(to: size.width - 2)
        return lines.count <= Self.mostNewsLines ? lines : Array(lines.prefix(Self.mostNewsLines - 1)) + [lines[(Self.mostNewsLines - 1)...].joined(separator: " ")]
    }

    private static let mostNewsLines = 5

    var newsRole: Role {
        if case .prompt(let prompt) = overlay, !prompt.problem.isEmpty { return .error }
        return status.role
    }

    mutating func complain(_ error: EngineError, commandLine: String = "") { say(error.message, .error, commandLine: commandLine) }

    /// Contexts of the keymap that are active now, innermost first. Typing is exclusive.
    var contexts: [String] {
        switch overlay {
        case .prompt(let prompt): return prompt.purpose == .command ? ["prompt"] : ["text"]
        case .dialog: return ["dialog"]
        case nil: break
        }
        switch screens.last {
        case .detail(let detail): return (detail.pane == "cases" ? ["case"] : []) + ["detail", "global"]
        case .form: return ["form"]
        case .output: return ["detail", "global"]
        case .help: return ["help"]
        case nil: return [pane.pane.keys, "table", "global"].compactMap { $0 }
        }
    }

    /// What commands without arguments are about: the row of the page in front, or the selected one.
    var subject: CommandSubject {
        switch screens.last {
        // Its status may have changed since the page was opened; whether something can be done is the engine's to say.
        case .detail(let detail): CommandSubject(detail.subject.values.filter { $0.key != "status" })
        case .form, .output, .help: CommandSubject()
        case nil: CommandSubject(table: pane.arranged, row: pane.selectedRow)
        }
    }
}
