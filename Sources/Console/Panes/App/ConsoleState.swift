import Catalog
import Engine
import Foundation
import Terminal
import TextCells
import YAMLFiles

/// Everything the console knows, as a value. `ConsoleReducer` is the only one that changes it; drawing only reads it.
public struct ConsoleState: Sendable {
    let registry: CommandRegistry
    var keymap: Keymap
    /// What is wrong with the files of settings.
    var diagnostics: [FileDiagnostic] = []
    /// Where the data come from: `~/.local/share/mizzen/mizzen.db` and `embedded`.
    var source: Source
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
    /// What was done and said, the oldest first.
    private(set) var log: [LogEntry] = []
    private var logged = 0
    /// A name for the store that the person chose, and the role that colours it.
    var context: (name: String, role: Role) = ("", .header)
    /// Whatever would change something is refused.
    var isReadOnly = false
    /// Commands about rows that were given before there were any.
    var typedAhead: [String] = []
    /// Views under the names they were given.
    var views = SavedViews()
    /// What the last frame cost; shown while `isDebugging`.
    var frame: FrameReport?
    var isDebugging = false
    /// Rows stay as they are until the person wants news again.
    var isPaused = false
    /// The terminal reports the mouse instead of selecting text itself.
    var isMouseOn = false
    /// What was typed into forms and not sent.
    var drafts = FormDrafts()
    /// What is searched for on pages of text.
    var find = ""
    /// The row of the page that was found last.
    var foundRow: Int?
    /// Places to go back and forward to, and that the last step was one of those.
    var trail = Trail()
    var isOnTrail = false
    /// The zone of the reader, while another is shown.
    let localZone: TimeZone
    /// Long lines of text are wrapped; else cut, with so many cells scrolled away.
    var wraps = true
    var textShift = 0
    /// A completion that waits, and for how many seconds it does; 0 never waits.
    var held: HeldCompletion?
    var undoSeconds = 4
    /// Forms of completions that are on their way, by request.
    var sent: [Int: FormScreen] = [:]
    /// The store being opened, by the request for it.
    var opening: Int?
    /// Stores that the settings name.
    var contextsByName: [String: ConsoleSettings.Context] = [:]
    /// The batch under way, if one is.
    var batch: Int?
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
        localZone = clock.zone
        panes = registry.panes.map { PaneState($0) }
        showLog()
    }

    /// Ids are never used twice, so an answer to an earlier question is known by its number.
    mutating func nextRequest() -> Int {
        lastRequest += 1
        return lastRequest
    }

    /// Begins with a pane, or with a row of it: `cases/7`.
    mutating func begin(at target: String) {
        let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
        guard let name = parts.first, let pane = registry.pane(name), let index = panes.firstIndex(where: { $0.pane.id == pane.id }) else {
            return say("There is no pane “\(target)”; panes are \(registry.panes.map(\.id).joined(separator: ", "))", .stateWarn)
        }
        active = index
        guard parts.count > 1, pane.detail != nil else { return }
        let row = TableRow(id: parts[1], cells: [])
        var detail = DetailScreen(
            pane: pane.id, row: row, subject: CommandSubject(["case": Int64(parts[1]).map { .integer($0) } ?? .text(parts[1])]),
            title: "\(pane.rowNames.one) \(parts[1])", tabs: [])
        detail.columns = pane.columns
        screens = [.detail(detail)]
    }

    var pane: PaneState {
        get { panes[active] }
        set { panes[active] = newValue }
    }

    mutating func say(_ text: String, _ role: Role = .text, commandLine: String = "") {
        status = Status(text: text, role: role, commandLine: commandLine)
        if role != .textDim { remember(text, role, commandLine) }
        if !commandLine.isEmpty { lastCommandLine = commandLine }
    }

    private mutating func remember(_ text: String, _ role: Role, _ commandLine: String) {
        logged += 1
        log.append(LogEntry(number: logged, at: clock.now, text: text, tone: role.tone, commandLine: commandLine))
        if log.count > LogEntry.most { log.removeFirst(log.count - LogEntry.most) }
        if pane.pane.isLocal { showLog() }
    }

    /// Brings the rows of the log's pane up to date: when it is looked at, not with every word.
    mutating func showLog() {
        guard let index = panes.firstIndex(where: { $0.pane.id == Pane.log.id }) else { return }
        let table = LogColumns.table(log)
        panes[index].take(table, widths: table.naturalWidths(clock: clock), at: clock)
    }

    /// News of one page say nothing on the next.
    mutating func forgetNews() {
        status = Status()
        foundRow = nil
        textShift = 0
    }

    var layout: ConsoleLayout { ConsoleLayout(size, statusRows: newsLines.count) }

    /// What is said above the bottom line, broken so that all of it can be read: what is wrong with the line being typed, or the news.
    var newsLines: [String] {
        var text = status.text
        if case .prompt(let prompt) = overlay, !prompt.problem.isEmpty { text = prompt.problem }
        let lines = text.wrapped(to: size.width - 2)
        return lines.count <= Self.mostNewsLines
            ? lines : Array(lines.prefix(Self.mostNewsLines - 1)) + [lines[(Self.mostNewsLines - 1)...].joined(separator: " ")]
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
        case .palette: return ["palette"]
        case .dialog: return ["dialog"]
        case nil: break
        }
        var held = self.held == nil ? [] : ["held"]
        if case .form = screens.last { held = [] }
        return held + pageContexts
    }

    private var pageContexts: [String] {
        switch screens.last {
        case .detail(let detail):
            return (detail.pane == "cases" ? ["time", "case"] : detail.walk != nil ? ["walk"] : []) + ["detail", "global"]
        case .form: return ["form"]
        case .output: return ["detail", "global"]
        case .help: return ["help"]
        case nil: return [pane.pane.keys, "table", "global"].compactMap { $0 }
        }
    }

    /// Positions of the panes that have a tab: all of the usual ones, and the one in front.
    var tabs: [Int] { panes.indices.filter { panes[$0].pane.hasTab || $0 == active } }

    /// The tab in front is a tree.
    var isOnTree: Bool {
        if case .detail(let detail) = screens.last, case .tree = detail.tabs[safe: detail.tab]?.content { true } else { false }
    }

    /// What commands without arguments are about: the row of the page in front, or the selected one.
    var subject: CommandSubject {
        switch screens.last {
        // It may stand differently since the page was opened.
        case .detail(let detail): CommandSubject(detail.subject.values)
        case .form, .output, .help: CommandSubject()
        case nil: CommandSubject(table: pane.arranged, row: pane.selectedRow)
        }
    }
}
