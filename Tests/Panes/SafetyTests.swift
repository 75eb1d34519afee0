// What keeps people from doing what they did not mean, and what remembers what they did.

import Foundation
import Platform
import StoreSupport
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes

@Suite struct SafetyTests {
    private func run(_ line: String, _ engine: WorkflowEngine, isReadOnly: Bool = false) async throws -> CommandResult {
        try await CommandRegistry.console.run(
            try CommandRegistry.console.parse(line),
            in: CommandContext(house: engine.house, isReadOnly: isReadOnly))
    }

    @Test func readOnlyRefusesInTheConsoleAndSaysSo() {
        var state = Fixture.state(pane: "cases")
        state.isReadOnly = true
        #expect(state.drawn().contains("READ-ONLY"))
        let effects = state.press("X")
        #expect(effects.isEmpty && state.overlay == nil)
        #expect(state.status.text.contains("--read-only"))
        state.press("1")
        #expect(state.press("enter").isEmpty)
        #expect(state.status.text.contains("--read-only"))
    }

    /// Commands that change something are refused where one may only look, whatever way they come; the others are not.
    @Test func everyChangingCommandIsRefusedByTheContextToo() async throws {
        try await withEngine { engine in
            let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
                .appendingPathComponent("examples/hello.yawl").path
            _ = try await run("spec load \(example)", engine)
            _ = try await run("case start hello", engine)
            for line in [
                "spec load \(example)", "spec unload hello", "case start hello", "case cancel 1", "case suspend 1",
                "item start 1:EnterName", "calendar add 2026-12-25 x",
                "service retry", "serve",
            ] {
                let error = await #expect(throws: EngineError.self, "\(line)") { _ = try await run(line, engine, isReadOnly: true) }
                #expect(error?.code == "read-only" || error?.kind == .notFound, "\(line): \(error?.message ?? "")")
            }
            #expect(try await run("case show 1", engine, isReadOnly: true).sections.isEmpty == false)
            for spec in CommandRegistry.console.commands where spec.danger != .none { #expect(spec.changes, "\(spec.id)") }
        }
    }

    @Test func manyAreCountedAndTheCountIsTyped() {
        var state = Fixture.state(pane: "cases")
        var table = state.pane.table
        table.rows = (1 ... 500).map { number in
            TableRow(
                id: "\(number)",
                cells: CaseColumns.all.map {
                    $0.value(
                        CaseRow(
                            number: Int64(number), specification: Fixture.order, status: .running, startedAt: 0, startedBy: "ann",
                            changedAt: 0, openItems: 1, events: 1))
                })
        }
        state.pane.take(table, widths: table.naturalWidths(clock: Fixture.clock), at: Fixture.clock)
        state.press("/")
        state.type("case:/^4[0-9][0-9]$/")
        state.press("enter", "*")
        #expect(state.pane.marked.count == 100)
        #expect(state.drawn().contains("100 marked"))
        state.press("X")
        guard case .dialog(let dialog) = state.overlay else { return #expect(Bool(false), "nothing was asked") }
        #expect(dialog.calls.count == 100)
        #expect(state.drawn().contains("100 in all"))
        state.type("99")
        #expect(state.press("enter").isEmpty)
        state.press("ctrl+u")
        state.type("100")
        guard case .run(let request, let calls)? = state.press("enter").first else { return #expect(Bool(false), "it was not done") }
        #expect(calls.count == 100)
        _ = ConsoleReducer.reduce(&state, .message(.progress(request: request, done: 7, of: 100)), at: Fixture.now)
        #expect(state.status.text.contains("7 of 100"))
        #expect(state.press("esc").contains(.stopBatch))
    }

    @Test func aBatchGoesOnPastRefusals() async throws {
        try await withEngine { engine in
            let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
                .appendingPathComponent("examples/hello.yawl").path
            _ = try await run("spec load \(example)", engine)
            for _ in 0 ..< 3 { _ = try await run("case start hello", engine) }
            let console = await LiveConsole(engine)
            let calls = ["1", "99", "2", "3"].map { CommandCall("case.cancel", with: ["case": $0]) }
            guard case .finished(_, _, .success(let result)) = await console.runner.answer(to: .run(request: 1, calls)) else {
                return #expect(Bool(false), "no answer")
            }
            #expect(result.message?.hasPrefix("3 of 4 done; 1 refused") == true, "\(result.message ?? "")")
        }
    }

    @Test func theLogKeepsWhatWasDoneWithItsCommandLine() async throws {
        try await withEngine { engine in
            let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
                .appendingPathComponent("examples/hello.yawl").path
            _ = try await run("spec load \(example)", engine)
            _ = try await run("case start hello", engine)
            var console = await LiveConsole(engine)
            await console.press("2", "p", "7")
            #expect(console.screen.contains("mizzen case suspend 1"), "\(console.screen)")
            #expect(console.screen.contains("is now"))
        }
    }
}
