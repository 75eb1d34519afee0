// A case looked at as it was, drawn, and explained.

import Foundation
import Platform
import StoreSupport
import Testing
import XMLTree

@testable import Catalog
@testable import Engine
@testable import Panes
@testable import Workflow

@Suite struct TimeMachineTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("examples/expense-approval.yawl").path

    private func withCase(_ body: (inout LiveConsole, WorkflowEngine) async throws -> Void) async throws {
        try await withEngine { engine in
            for line in [
                "spec load \(Self.example)", "case start expense-approval --param employee=E-1234 --param purpose=Kiel",
                "item start 1:EnterClaim",
            ] {
                _ = try await run(line, engine)
            }
            var console = await LiveConsole(engine)
            await console.press("2")
            try await body(&console, engine)
        }
    }

    private func run(_ line: String, _ engine: WorkflowEngine) async throws -> CommandResult {
        try await CommandRegistry.console.run(
            try CommandRegistry.console.parse(line), in: CommandContext(house: engine.house))
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
            let last = try await engine.local.events(ofCase: 1).count
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
            #expect(
                console.state.status.commandLine == "mizzen case diff 1 --from 1 --to \(console.state.lastSequence)",
                "\(console.state.status)")
            #expect(console.screen.contains("Executing"), "\(console.screen)")
        }
    }

    /// Waiting is light, working solid; an item that was offered and then started is one bar.
    @Test func theTimelineSaysWhereTheTimeWent() throws {
        let offer = try #require(WorkItemID("1:A")), child = CaseID("1.1"), item = WorkItemID(child, "A")
        func event(_ event: CaseEvent, _ at: Int64) -> RecordedEvent { RecordedEvent(event: event, at: at * 60_000, actor: "ann") }
        let events = [
            event(.tokenAdded(case: CaseID("1"), condition: "i"), 0), event(.itemEnabled(item: offer, choice: nil), 0),
            event(.taskFired(case: CaseID("1"), task: "A", children: [child]), 20),
            event(.itemFired(item: item, net: CaseID("1"), input: XMLDocument(element: "A")), 20),
            event(.itemStarted(item: item), 20), event(.itemCompleted(item: item, output: XMLDocument(element: "A")), 60),
        ]
        let spans = CaseTimeline.spans(events)
        #expect(spans == [CaseTimeline.Span(item: item, offered: 0, started: 1_200_000, ended: 3_600_000, owner: "ann")])
        let text = CaseTimeline.drawing(events, isOpen: false, now: 0).text(ascii: true)
        #expect(text.contains("waited 20m, worked 40m (ann)"), "\(text)")
        let bar = text.split(separator: "\n")[1]
        #expect(bar.count { $0 == "." } == 19 + 1 && bar.count { $0 == "#" } == 41, "\(bar)")
        #expect(CaseTimeline.drawing([], isOpen: true, now: 0).text().contains("Nothing was offered"))
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
