import Engine
import Foundation
import Terminal

/// How the console is to run.
public struct ConsoleOptions: Sendable {
    public var settings: ConsoleSettings
    public var terminal: TerminalOptions
    /// What to begin with: a pane by name, or a row of it such as `cases/7`; nil for the first pane.
    public var target: String?
    public var isReadOnly: Bool
    /// Where settings are read from while it runs; nil reads none.
    public var settingsFolder: String?
    /// Where views and drafts are kept; nil forgets them.
    public var viewsFile: String?
    public var draftsFile: String?

    public init(settings: ConsoleSettings = ConsoleSettings(), terminal: TerminalOptions, target: String? = nil, isReadOnly: Bool = false,
                settingsFolder: String? = nil, viewsFile: String? = nil, draftsFile: String? = nil) {
        self.settings = settings
        self.terminal = terminal
        self.target = target
        self.isReadOnly = isReadOnly || settings.isReadOnly
        self.settingsFolder = settingsFolder
        self.viewsFile = viewsFile
        self.draftsFile = draftsFile
    }
}

/// Runs the console on the terminal of this process until the person leaves.
/// - Returns: the exit code: 0, or 128 and the signal that ended it.
/// - Throws: `TerminalError` when there is no terminal to run on; it is then as it was.
public func runConsole(engine: WorkflowEngine, principal: Principal, registry: CommandRegistry = .standard, options: ConsoleOptions) async throws -> Int32 {
    let inbox = TerminalInbox<ConsoleMessage>()
    var runner = EffectRunner(engine: engine, principal: principal, registry: registry, inbox: inbox)
    runner.isReadOnly = options.isReadOnly
    runner.settingsFolder = options.settingsFolder
    runner.viewsFile = options.viewsFile
    runner.draftsFile = options.draftsFile
    var state = ConsoleState(registry: registry, keymap: options.settings.keymap,
                             source: .init(name: engine.storeName, kind: engine.storeKind, user: principal.name), clock: .system)
    state.isReadOnly = options.isReadOnly
    state.views = options.viewsFile.flatMap { KeptFile.read(SavedViews.self, $0) } ?? SavedViews()
    state.drafts = options.draftsFile.flatMap { KeptFile.read(FormDrafts.self, $0) } ?? FormDrafts()
    if !options.settings.diagnostics.isEmpty { options.settings.apply(to: &state) }
    state.context = (options.settings.contextName, options.settings.contextRole)
    if let target = options.target { state.begin(at: target) }
    var terminal = options.terminal
    terminal.mouse = terminal.mouse || options.settings.isMouseOn
    state.isMouseOn = terminal.mouse
    let program = ConsoleProgram(state: state, context: DrawingContext(theme: options.settings.theme, ascii: terminal.ascii), runner: runner,
                                 clock: { TableClock.system.now })
    let loop = try TerminalLoop(program: program, inbox: inbox, options: terminal)
    var background = [runner.watch()]
    // Whoever has the console open keeps time and calls services; whoever only looks does not.
    if !options.isReadOnly { background.append(Task { await BackgroundWork(engine: engine).run() }) }
    if let folder = options.settingsFolder { background.append(follow(folder, options.settings, registry, inbox)) }
    defer { for task in background { task.cancel() } }
    switch try await loop.run() {
    case .quit, .hangup: return 0
    case .signal(let number): return 128 + number
    }
}

/// Reads the settings again whenever one of their files changes.
private func follow(_ folder: String, _ first: ConsoleSettings, _ registry: CommandRegistry, _ inbox: TerminalInbox<ConsoleMessage>) -> Task<Void, Never> {
    Task.detached {
        var settings = first
        for await _ in SettingsWatcher.changes(in: [folder, folder + "/themes", folder + "/keymaps"]) {
            settings = ConsoleSettings.read(folder: folder, lastGood: settings, registry: registry)
            inbox.send(.settings(settings))
        }
    }
}
