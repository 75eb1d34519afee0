// A person's way through the console on a real engine and store, without a terminal: keys in, screens out.

import Foundation
import Platform
import SQLiteStore
import StoreSupport
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes

@Suite struct JourneyTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("examples/expense-approval.yawl").path

    @Test func loadStartFillInCompleteAndReadTheTrace() async throws {
        try await withEngine { engine in
            var console = await LiveConsole(engine)
            #expect(console.screen.contains("No work to do"))
            await console.press(":")
            await console.type("spec load \(Self.example)")
            await console.press("enter", "esc", "3")
            #expect(console.screen.contains("expense-approval@1.0"))

            await console.press("n")
            #expect(console.screen.contains("New case: Expense approval"))
            await console.type("XX")
            await console.press("ctrl+s")
            #expect(console.screen.contains("is not allowed for employee"), "the schema's reason is shown:\n\(console.screen)")
            await console.press("ctrl+u")
            await console.type("E-1234")
            await console.press("tab")
            await console.type("Train to Kiel")
            await console.press("ctrl+s")
            #expect(console.state.screens.isEmpty, "\(console.screen)")
            #expect(console.state.status.text == "Case 1 of expense-approval@1.0 started: running")

            await console.press("1", "enter")
            #expect(console.screen.contains("1.1:EnterClaim is yours now"))
            #expect(console.screen.contains("Train to Kiel"))
            await console.press("esc")
            #expect(console.screen.contains("1.1:EnterClaim stays started and yours"))
            await console.press("enter", "ctrl+s")
            #expect(console.state.status.text.hasPrefix("Item 1.1:EnterClaim completed"), "\(console.screen)")
            #expect(console.state.status.commandLine.hasPrefix("mizzen item complete 1.1:EnterClaim --data"))

            await console.press("t")
            #expect(console.screen.contains("1.1:EnterClaim is completed with"), "\(console.screen)")
            await console.press("tab")
            #expect(console.screen.contains("<purpose>Train to Kiel</purpose>"))
        }
    }

    @Test func showsWhatOthersDo() async throws {
        try await withEngine { engine in
            var console = await LiveConsole(engine)
            let context = CommandContext(house: engine.house(for: Principal(name: "bob", tenant: .local)))
            _ = try await CommandRegistry.console.run(CommandCall("spec.load", with: ["file": Self.example]), in: context)
            for _ in 0 ..< 3 {
                _ = try await CommandRegistry.console.run(
                    CommandCall("case.start", ["specification": ["expense-approval"], "param": ["employee=E-1234", "purpose=x"]]),
                    in: CommandContext(house: engine.house(for: Principal(name: "bob", tenant: .local))))
            }
            await console.changed()
            #expect(console.screen.contains("3 items to work on"))
            await console.press("4")
            #expect(console.screen.contains("bob"))
        }
    }

    @Test func theEventsPaneIsAListCommandToo() async throws {
        try await withEngine { engine in
            let context = CommandContext(house: engine.house)
            _ = try await CommandRegistry.console.run(CommandCall("spec.load", with: ["file": Self.example]), in: context)
            let list = try await CommandRegistry.console.run(
                try CommandRegistry.console.parse("events list --filter by:ann --limit 1"),
                in: CommandContext(house: engine.house))
            guard case .array(let events) = list.json else { return #expect(Bool(false), "not a list") }
            #expect(events.count == 1)
        }
    }

    @Test func fieldsThatAreMissingAreNamed() async throws {
        try await withEngine { engine in
            let registry = CommandRegistry.console
            func run(_ line: String) async throws -> CommandResult {
                try await registry.run(try registry.parse(line), in: CommandContext(house: engine.house))
            }
            _ = try await run("spec load \(Self.example)")
            await #expect(throws: EngineError.self) { _ = try await run("case start expense-approval --param colour=red") }
            _ = try await run("case start expense-approval --param employee=E-1234 --param purpose=x")
            _ = try await run("item start 1:EnterClaim")
            let missing = await #expect(throws: EngineError.self) { _ = try await run("item complete 1:EnterClaim --set nothing=1") }
            #expect(missing?.message.contains("it takes expenses") == true)
            let unknown = await #expect(throws: EngineError.self) { _ = try await run("item show 1:Nowhere") }
            #expect(unknown?.kind == .notFound)
        }
    }
}
