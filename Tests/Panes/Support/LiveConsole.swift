// The console on a real engine and store, without a terminal.

import Foundation
import Platform
import SQLiteStore
import StoreSupport
import Terminal

@testable import Catalog
@testable import Engine
@testable import Panes
@testable import TextCells

/// The console with its effects carried out one after the other.
struct LiveConsole {
    var state: ConsoleState
    let runner: EffectRunner

    /// - Parameter undoSeconds: 0 sends completions at once.
    init(_ engine: WorkflowEngine, width: Int = 80, height: Int = 24, undoSeconds: Int = 0, others: [String: WorkflowEngine] = [:]) async {
        let registry = CommandRegistry.console
        var runner = EffectRunner(house: engine.house, registry: registry, inbox: TerminalInbox())
        runner.opener = { address throws(EngineError) in
            guard let other = others[address] else { throw EngineError(.notFound, "gone", "there is no \(address)") }
            return other.house
        }
        self.runner = runner
        state = ConsoleState(
            registry: registry, keymap: .standard, source: .init(name: "test.db", kind: "embedded", user: "ann"), clock: Fixture.clock)
        state.undoSeconds = undoSeconds
        await settle(ConsoleReducer.reduce(&state, .started(Size(width: width, height: height)), at: Fixture.now))
    }

    mutating func press(_ keys: String...) async {
        for key in keys { await settle(state.press(key)) }
    }

    mutating func type(_ text: String) async { await settle(state.type(text)) }

    mutating func heldIsDue() async { await settle(ConsoleReducer.reduce(&state, .heldIsDue, at: Fixture.now)) }

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
func withEngine(clock: (@Sendable () -> Int64)? = nil, _ body: (WorkflowEngine) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("panes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("test.db").path
    try await body(WorkflowEngine(store: try clock.map { try SQLiteStore(path: path, clock: $0) } ?? SQLiteStore(path: path)))
}
