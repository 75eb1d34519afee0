// The console on a real engine and store, without a terminal.

@testable import Engine
import Foundation
@testable import Panes
import SQLiteStore
import Terminal

/// The console with its effects carried out one after the other.
struct LiveConsole {
    var state: ConsoleState
    let runner: EffectRunner

    init(_ engine: WorkflowEngine) async {
        let registry = CommandRegistry.standard
        runner = EffectRunner(engine: engine, principal: Principal(name: "ann"), registry: registry, inbox: TerminalInbox())
        state = ConsoleState(registry: registry, keymap: .standard, source: .init(name: "test.db", kind: "embedded", user: "ann"), clock: Fixture.clock)
        await settle(ConsoleReducer.reduce(&state, .started(Size(width: 80, height: 24)), at: Fixture.now))
    }

    mutating func press(_ keys: String...) async {
        for key in keys { await settle(state.press(key)) }
    }

    mutating func type(_ text: String) async { await settle(state.type(text)) }

    mutating func changed() async { await settle(ConsoleReducer.reduce(&state, .message(.changed), at: Fixture.now)) }

    private mutating func settle(_ effects: [Effect]) async {
        var waiting = effects
        while !waiting.isEmpty {
            let message = await runner.answer(to: waiting.removeFirst())
            waiting += ConsoleReducer.reduce(&state, .message(message), at: Fixture.now)
        }
    }

    var screen: String { state.drawn() }
}

/// An engine on a store of its own that is gone afterwards.
func withEngine(_ body: (WorkflowEngine) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("panes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(WorkflowEngine(store: try SQLiteStore(path: folder.appendingPathComponent("test.db").path)))
}
