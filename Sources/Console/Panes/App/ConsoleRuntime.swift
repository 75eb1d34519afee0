import Catalog
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
    /// Where is kept where the person left off; nil starts afresh each time.
    public var sessionFile: String?
    /// Opens another store by its address; nil where there is only the one.
    public var openStore: StoreOpener?

    public typealias StoreOpener = @Sendable (_ address: String) async throws(EngineError) -> House

    public init(
        settings: ConsoleSettings = ConsoleSettings(), terminal: TerminalOptions, target: String? = nil, isReadOnly: Bool = false,
        settingsFolder: String? = nil, viewsFile: String? = nil, draftsFile: String? = nil, sessionFile: String? = nil,
        openStore: StoreOpener? = nil
    ) {
        self.settings = settings
        self.terminal = terminal
        self.target = target
        self.isReadOnly = isReadOnly || settings.isReadOnly
        self.settingsFolder = settingsFolder
        self.viewsFile = viewsFile
        self.draftsFile = draftsFile
        self.sessionFile = sessionFile
        self.openStore = openStore
    }
}

/// Runs the console on the terminal of this process until the person leaves.
/// - Returns: the exit code: 0, or 128 and the signal that ended it.
/// - Throws: `TerminalError` when there is no terminal to run on; it is then as it was.
public func runConsole(
    house: House, registry: CommandRegistry = .console, options: ConsoleOptions
) async throws -> Int32 {
    let inbox = TerminalInbox<ConsoleMessage>()
    var runner = EffectRunner(house: house, isReadOnly: options.isReadOnly, registry: registry, inbox: inbox)
    runner.take(options)
    let state = firstState(house.session, registry, options)
    var terminal = options.terminal
    terminal.mouse = state.isMouseOn
    let program = ConsoleProgram(
        state: state, context: DrawingContext(theme: options.settings.theme, ascii: terminal.ascii), runner: runner,
        clock: { TableClock.system.now })
    let loop = try TerminalLoop(program: program, inbox: inbox, options: terminal)
    runner.keepCompany()
    let settings = options.settingsFolder.map { follow($0, options.settings, registry, inbox) }
    defer {
        settings?.cancel()
        runner.store.leave()
    }
    let exit = try await loop.run()
    await conclude(await loop.program.state, runner, options)
    switch exit {
    case .quit, .hangup: return 0
    case .signal(let number): return 128 + number
    }
}

/// What the console begins with: what was kept from the last time, and what the person wants.
func firstState(_ session: Session, _ registry: CommandRegistry, _ options: ConsoleOptions) -> ConsoleState {
    var state = ConsoleState(
        registry: registry, keymap: options.settings.keymap,
        source: .init(name: session.storeName, kind: session.storeKind, user: session.principal.name), clock: .system)
    state.isReadOnly = options.isReadOnly
    state.views = options.viewsFile.flatMap { KeptFile.read(SavedViews.self, $0) } ?? SavedViews()
    state.drafts = options.draftsFile.flatMap { KeptFile.read(FormDrafts.self, $0) } ?? FormDrafts()
    if let session = options.sessionFile.flatMap({ KeptFile.read(SavedSession.self, $0) }) {
        state.resume(session, pane: options.target == nil)
    }
    options.settings.take(in: &state)
    if !options.settings.diagnostics.isEmpty { options.settings.sayWhatIsWrong(in: &state) }
    state.isMouseOn = options.terminal.mouse || options.settings.isMouseOn
    if let target = options.target { state.begin(at: target) }
    return state
}

/// Whatever way the console was left: what was held is sent, what is on its way is waited for, and where the person was is kept.
func conclude(_ state: ConsoleState, _ runner: EffectRunner, _ options: ConsoleOptions) async {
    await runner.finish(state) { FileHandle.standardError.write(Data("mizzen: \($0)\n".utf8)) }
    guard let file = options.sessionFile else { return }
    var session = KeptFile.read(SavedSession.self, file) ?? SavedSession()
    session.keep(state)
    // Nobody asked for it, so nobody is told when it cannot be kept.
    try? KeptFile.write(session, to: file)
}

/// Reads the settings again whenever one of their files changes.
private func follow(
    _ folder: String, _ first: ConsoleSettings, _ registry: CommandRegistry, _ inbox: TerminalInbox<ConsoleMessage>
) -> Task<Void, Never> {
    Task.detached {
        var settings = first
        for await _ in SettingsWatcher.changes(in: [folder, folder + "/themes", folder + "/keymaps"]) {
            settings = ConsoleSettings.read(folder: folder, lastGood: settings, registry: registry)
            inbox.send(.settings(settings))
        }
    }
}
