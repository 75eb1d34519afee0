// The console without a screen: a line in, lines out.

import Foundation
import Platform
import StoreSupport
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes

@Suite struct LinearConsoleTests {
    private static func example(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("examples/\(name).yawl").path
    }

    private func console(_ engine: WorkflowEngine) -> LinearConsole {
        var state = ConsoleState(
            registry: .console, keymap: .standard, source: .init(name: "test.db", kind: "embedded", user: "ann"), clock: Fixture.clock)
        state.undoSeconds = 0
        let runner = EffectRunner(house: engine.house, registry: .console, inbox: TerminalInbox())
        return LinearConsole(state, runner, clock: { Fixture.now })
    }

    @Test func anItemIsFoundStartedFilledInAndCompleted() async throws {
        try await withEngine { engine in
            var console = console(engine)
            #expect(await console.begin().contains { $0.hasPrefix("Queues: 0 items to work on") })
            func say(_ line: String) async -> String { await console.take(line).joined(separator: "\n") }
            #expect(await say("spec load \(Self.example("expense-approval"))").contains("Loaded expense-approval@1.0"))
            #expect(await say("specs").contains("1. specification expense-approval@1.0"))

            // A case's form, field by field; the schema's reason for what it does not take.
            let form = await say("1 case start")
            #expect(form.contains("1 of 2: employee, now empty"), "\(form)")
            #expect(console.prompt == "= ")
            #expect(await say("E-1").contains("\"E-1\" is not allowed for employee"))
            #expect(await say("E-0042").contains("2 of 2: purpose"))
            #expect(await say("Harbour fair").contains("All fields are filled in."))
            #expect(console.prompt == "Start the case? yes or no: ")
            #expect(await say("yes").contains("Case 1 of expense-approval@1.0 started: running"))

            let queue = await say("queues")
            #expect(queue.contains("1. item 1:EnterClaim, task Enter claim"), "\(queue)")
            #expect(await say("1 item.open").contains("1.1:EnterClaim is yours now"))
            #expect(await say(".send").contains("Item 1.1:EnterClaim completed; case 1 is running"))

            // A page by number, its tabs by name, up again.
            let page = await {
                _ = await say("cases"); return await say("1")
            }()
            #expect(page.contains("Cases, case 1") && page.contains("Tabs, opened by their names: Net, Trace (this one)"), "\(page)")
            #expect(page.unicodeScalars.allSatisfy { !("─" ... "╿").contains($0) }, "no frames")
            #expect(await say("data").contains("<purpose>Harbour fair</purpose>"))
            #expect(await say("up").contains("Cases: 1 case"))

            // What is dangerous is asked about; only yes is yes.
            #expect(await say("1 case cancel").contains("Really cancel?"))
            #expect(console.prompt == "yes or no? ")
            #expect(await say("").contains("Nothing was done"))
            _ = await say("1 case cancel")
            #expect(await say("yes").contains("Case 1 is now cancelled"))
            #expect(await say("nonsense").contains("there is no command “nonsense”"))
            #expect(await say("77").contains("There is no row 77"))
            _ = await say("quit")
            #expect(console.isOver)
        }
    }

    @Test func longListsAreReadInPartsAndChangesByOthersAreTold() async throws {
        try await withEngine { engine in
            var console = console(engine)
            _ = await console.begin()
            func bob(_ line: String) async throws {
                _ = try await CommandRegistry.console.run(
                    try CommandRegistry.console.parse(line),
                    in: CommandContext(house: engine.house(for: Principal(name: "bob", tenant: .local))))
            }
            try await bob("spec load \(Self.example("hello"))")
            for _ in 0 ..< 23 { try await bob("case start hello") }
            let news = await console.changed()
            #expect(news.count == 11 && news.last?.contains("by bob") == true, "\(news)")
            let list = await console.take("queues")
            #expect(list.last == "3 more; Enter reads on.")
            #expect(await console.take("").last?.hasPrefix("23. ") == true)
            #expect(await console.take("/case:7")[0].contains("filter case:7 hides"))
            #expect(await console.take("/nothing:x").contains { $0.contains("there is no column") })
        }
    }
}
