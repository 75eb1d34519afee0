// One command for all that match, tried dry before.

import Foundation
import Platform
import StoreSupport
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes

@Suite struct EachTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("examples/hello.yawl").path

    private func run(_ line: String, _ engine: WorkflowEngine, isReadOnly: Bool = false) async throws -> CommandResult {
        try await CommandRegistry.console.run(
            try CommandRegistry.console.parse(line),
            in: CommandContext(house: engine.house, isReadOnly: isReadOnly))
    }

    @Test func aDryRunSaysWhatWouldBeDoneAndChangesNothing() async throws {
        try await withEngine { engine in
            _ = try await run("spec load \(Self.example)", engine)
            for _ in 0 ..< 6 { _ = try await run("case start hello", engine) }
            _ = try await run("case cancel 2", engine)
            let dry = try await run("each case cancel --filter 'case:/[1-4]/' --dry-run", engine, isReadOnly: true)
            #expect(dry.message == "4 cases match: case cancel would be done to 3 and is refused by 1; nothing was changed")
            #expect(dry.text(clock: Fixture.clock).contains("the case has ended: cancelled"))
            #expect(try await engine.local.cases(openOnly: true).count == 5)
            let done = try await run("each 'case cancel' --filter 'case:/[1-4]/'", engine)
            #expect(done.message == "4 cases match: case cancel done to 3, refused by 1")
            #expect(try await engine.local.cases(openOnly: true).map(\.number).sorted() == [5, 6])
            for line in [
                "each case show --filter x", "each case cancel --filter ''", "each fly --filter x", "each case cancel --filter colour:x",
            ] {
                await #expect(throws: EngineError.self, "\(line)") { _ = try await run(line, engine) }
            }
            let error = await #expect(throws: EngineError.self) {
                _ = try await run("each case cancel --filter status:running", engine, isReadOnly: true)
            }
            #expect(error?.code == "read-only")
        }
    }

    /// In the console it asks as for marked rows, and the question can be answered with a dry run.
    @Test func theConsoleAsksAndTriesDry() {
        var state = Fixture.state(pane: "cases")
        state.press(":")
        state.type("each case suspend --filter status:running")
        #expect(
            state.press("enter").first.map { if case .run = $0 { true } else { false } } == true, "one alone that is not dangerous is done")
        state = Fixture.state(pane: "cases")
        state.press("space", "space", "X")
        guard case .dialog(let dialog) = state.overlay else { return #expect(Bool(false), "nothing was asked") }
        #expect(dialog.calls.count == 2)
        #expect(state.press("ctrl+p").isEmpty && state.overlay == nil)
        let screen = state.drawn()
        #expect(
            screen.contains("Cases ▸ dry run") && screen.contains("would be done to 2 and is refused by 0; nothing was changed"),
            "\(screen)")
        state.press("esc")
        #expect(state.pane.marked.count == 2, "the marks are still there")
    }
}
