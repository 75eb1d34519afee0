// Completions wait a little, so that they can be taken back; nothing that waits is ever lost.

import Foundation
import Platform
import StoreSupport
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes

@Suite struct HeldCompletionTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("examples/hello.yawl").path

    private func withForm(_ body: (WorkflowEngine, inout LiveConsole) async throws -> Void) async throws {
        try await withEngine { engine in
            func run(_ line: String) async throws {
                _ = try await CommandRegistry.console.run(
                    try CommandRegistry.console.parse(line), in: CommandContext(house: engine.house))
            }
            try await run("spec load \(Self.example)")
            for _ in 0 ..< 2 { try await run("case start hello") }
            var console = await LiveConsole(engine, undoSeconds: 4)
            await console.press("enter")
            await console.type("Ann")
            try await body(engine, &console)
        }
    }

    private func status(_ engine: WorkflowEngine, _ item: String) async throws -> String? {
        try await engine.local.items().first { $0.id.description == item }?.status.text
    }

    @Test func itIsHeldShownAndSentWhenItsTimeIsOver() async throws {
        try await withForm { engine, console in
            await console.press("ctrl+s")
            #expect(console.state.screens.isEmpty)
            #expect(console.screen.contains("1.1:AskName is completed in 4 s; u takes it back"), "\(console.screen)")
            #expect(console.screen.contains("held") && console.screen.contains("u take back 1.1:AskName"), "\(console.screen)")
            let status1 = try await status(engine, "1.1:AskName")
            #expect(status1 == "Executing", "nothing was sent")
            await console.heldIsDue()
            #expect(console.state.status.text.hasPrefix("Item 1.1:AskName completed"), "\(console.screen)")
            let status2 = try await status(engine, "1.1:AskName")
            #expect(status2 == nil)
            await console.heldIsDue()
            #expect(console.state.held == nil)
        }
    }

    @Test func itIsTakenBackWithAllThatWasTyped() async throws {
        try await withForm { engine, console in
            await console.press("ctrl+s", "u")
            #expect(console.screen.contains("Ann") && console.state.status.text == "Taken back: nothing was sent", "\(console.screen)")
            await console.heldIsDue()
            let status3 = try await status(engine, "1.1:AskName")
            #expect(status3 == "Executing")
            // In the form u is a letter again.
            await console.type("u")
            #expect(console.screen.contains("Annu"), "\(console.screen)")
        }
    }

    @Test func theNextOneSendsTheOneBefore() async throws {
        try await withForm { engine, console in
            await console.press("ctrl+s", "G", "enter")
            await console.type("Bo")
            await console.press("ctrl+s")
            let status4 = try await status(engine, "1.1:AskName")
            #expect(status4 == nil)
            let status5 = try await status(engine, "2.1:AskName")
            #expect(status5 == "Executing")
            #expect(console.state.held?.item?.description == "2.1:AskName")
            // Opening an item that is held takes it back: nobody completes it twice.
            await console.press("enter")
            guard case .form(let screen)? = console.state.screens.last else { return #expect(Bool(false), "\(console.screen)") }
            #expect(screen.form.values.contains { $0.value == "Bo" } && console.state.held == nil)
        }
    }

    @Test func oneThatIsRefusedOpensItsFormAgain() async throws {
        try await withForm { engine, console in
            await console.press("ctrl+s")
            _ = try await CommandRegistry.console.run(
                try CommandRegistry.console.parse("case suspend 1"),
                in: CommandContext(house: engine.house(for: Principal(name: "bob", tenant: .local))))
            _ = try await CommandRegistry.console.run(
                try CommandRegistry.console.parse("case cancel 1"),
                in: CommandContext(house: engine.house(for: Principal(name: "bob", tenant: .local))))
            await console.heldIsDue()
            #expect(console.state.status.role == .error)
            guard case .form(let screen)? = console.state.screens.last else { return #expect(Bool(false), "\(console.screen)") }
            #expect(screen.form.values.contains { $0.value == "Ann" })
        }
    }

    /// The editor gets the data as XML; what is wrong comes back with the reason, what is right goes into the form.
    @Test func theEditorChangesTheForm() async throws {
        try await withForm { _, console in
            func open() -> String? { if case .edit(let text)? = console.state.press("ctrl+e").first { text } else { nil } }
            func edit(_ text: String) -> [Effect] { ConsoleReducer.reduce(&console.state, .edited(.text(text)), at: Fixture.now) }
            let given = try #require(open())
            #expect(given.contains("<visitor>Ann</visitor>") && given.hasPrefix("<!-- "), "\(given)")
            guard case .edit(let again)? = edit(given.replacing("</visitor>", with: "")).first else {
                return #expect(Bool(false), "a fault was taken")
            }
            #expect(again.hasPrefix("<!-- not taken: "), "\(again)")
            guard case .edit(let stranger)? = edit(given.replacing("visitor", with: "guest")).first else {
                return #expect(Bool(false), "a fault was taken")
            }
            #expect(stranger.hasPrefix("<!-- not taken: there is no <guest> here; there are visitor"), "\(stranger)")
            // Left as it is: given up.
            #expect(edit(stranger).isEmpty)
            #expect(console.state.status.text == "Nothing was changed")
            let next = try #require(open())
            #expect(edit(next.replacing("Ann", with: "Ann &amp; Bo")).contains { if case .saveDrafts = $0 { true } else { false } })
            #expect(console.screen.contains("Ann & Bo"), "\(console.screen)")
            #expect(open() != nil)
            _ = ConsoleReducer.reduce(&console.state, .edited(.failed("vi ended with 1")), at: Fixture.now)
            #expect(console.state.status.text == "vi ended with 1" && console.screen.contains("Ann & Bo"))
        }
    }
}
