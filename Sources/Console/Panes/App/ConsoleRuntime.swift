import Engine
import Foundation
import Terminal

/// What a person may set about the console.
public struct ConsoleOptions: Sendable {
    public var theme: Theme
    public var keymap: Keymap
    public var terminal: TerminalOptions
    /// The pane to begin with, by name; nil for the first.
    public var pane: String?

    public init(theme: Theme = .standard, keymap: Keymap = .standard, terminal: TerminalOptions, pane: String? = nil) {
        self.theme = theme
        self.keymap = keymap
        self.terminal = terminal
        self.pane = pane
    }
}

/// Runs the console on the terminal of this process until the person leaves.
/// - Returns: the exit code: 0, or 128 and the signal that ended it.
/// - Throws: `TerminalError` when there is no terminal to run on; it is then as it was.
public func runConsole(engine: WorkflowEngine, principal: Principal, registry: CommandRegistry = .standard, options: ConsoleOptions) async throws -> Int32 {
    let inbox = TerminalInbox<ConsoleMessage>()
    let runner = EffectRunner(engine: engine, principal: principal, registry: registry, inbox: inbox)
    var state = ConsoleState(registry: registry, keymap: options.keymap,
                             source: .init(name: engine.storeName, kind: engine.storeKind, user: principal.name), clock: .system)
    if let name = options.pane.flatMap({ registry.pane($0)?.id }) { state.active = registry.panes.firstIndex { $0.id == name } ?? 0 }
    let program = ConsoleProgram(state: state, context: DrawingContext(theme: options.theme, ascii: options.terminal.ascii), runner: runner,
                                 clock: { TableClock.system.now })
    let loop = try TerminalLoop(program: program, inbox: inbox, options: options.terminal)
    let watcher = runner.watch()
    // Whoever has the console open keeps time and calls services.
    let background = Task { await BackgroundWork(engine: engine).run() }
    defer {
        watcher.cancel()
        background.cancel()
    }
    switch try await loop.run() {
    case .quit, .hangup: return 0
    case .signal(let number): return 128 + number
    }
}
