// A case looked at as it was, drawn, and explained.

@testable import Engine
import Foundation
@testable import Panes
import Testing

@Suite struct TimeMachineTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("examples/expense-approval.yawl").path

    private func withCase(_ body: (inout LiveConsole, WorkflowEngine) async throws -> Void) async throws {
        try await withEngine { engine in
            for line in ["spec load \(Self.example)", "case start expense-approval --param employee=E-1234 --param purpose=Kiel", "item start 1:EnterClaim"] {
                _ = try await run(line, engine)
            }
            var console = await LiveConsole(engine)
            await console.press("2")
            try await body(&console, engine)
        }
    }

    private func run(_ line: String, _ engine: WorkflowEngine) async throws -> CommandResult {
        try await CommandRegistry.standard.run(try CommandRegistry.standard.parse(line), in: CommandContext(engine: engine, principal: Principal(name: "ann")))
    }

    @Test func aCaseOpensOnItsNetAndSaysWhatGoesOn() async throws {
        try await withCase { console, _ in
            await console.press("enter")
            #expect(console.screen.contains("Enter"), "\(console.screen)")
            #expect(console.screen.contains("ann"), "who works on it stands in its box:\n\(console.screen)")
            await console.press("tab", "tab", "tab")
            #expect(console.screen.contains("1.1:EnterClaim is being worked on by ann"), "\(console.screen)")
        }
    }

    @Test func leftAndRightWalkTheLog() async throws {
        try await withCase { console, engine in
            await console.press("enter")
            let last = try await engine.events(ofCase: 1).count
            await console.press("left")
            #expect(console.screen.contains("as it was after event \(last - 1) of \(last)"), "\(console.screen)")
            await console.press("0")
            #expect(console.screen.contains("as it was after event 1 of \(last)"), "\(console.screen)")
            await console.press("left")
            #expect(console.screen.contains("as it was after event 1 of \(last)"), "before the first event there is nothing")
            await console.press("shift+right", "shift+right")
            #expect(!console.screen.contains("as it was"), "at the end it is now again:\n\(console.screen)")
            await console.press("left", "left", "left", "left")
            #expect(console.screen.contains("on offer"), "\(console.screen)")
            await console.press("esc")
            #expect(!console.screen.contains("as it was"), "esc leads back to now first")
            #expect(console.state.screens.count == 1)
        }
    }

    @Test func whatAnEventChangedAndWhatChangedSinceAMark() async throws {
        try await withCase { console, _ in
            await console.press("enter", "d")
            #expect(console.state.status.commandLine.hasPrefix("mizzen case diff 1 --from"))
            await console.press("esc", "0", "m", ".", "d")
            #expect(console.state.status.commandLine == "mizzen case diff 1 --from 1 --to \(console.state.lastSequence)", "\(console.state.status)")
            #expect(console.screen.contains("Executing"), "\(console.screen)")
        }
    }

    @Test func theCommandLineDrawsAndExplains() async throws {
        try await withEngine { engine in
            _ = try await run("spec load \(Self.example)", engine)
            _ = try await run("case start expense-approval --param employee=E-1234 --param purpose=Kiel", engine)
            let drawn = try await run("case draw 1 --ascii", engine)
            #expect(drawn.text(clock: Fixture.clock).contains("on offer"))
            #expect(try await run("spec draw expense-approval", engine).text(clock: Fixture.clock).contains("▸"))
            let why = try await run("case why 1 EnterClaim", engine)
            guard case .array(let rows) = why.json else { return #expect(Bool(false), "not a list") }
            #expect(rows.count == 1)
            let unknown = await #expect(throws: EngineError.self) { _ = try await run("case why 1 Nowhere", engine) }
            #expect(unknown?.message.contains("it has") == true)
        }
    }
}

extension ConsoleState {
    /// Number of the last event of the case whose page is behind the one in front.
    fileprivate var lastSequence: Int {
        for case .detail(let detail) in screens { return detail.events?.rows.count ?? 0 }
        return 0
    }
}
