import Engine
import Foundation
import Terminal
import Testing

@testable import Catalog
@testable import Panes
@testable import TextCells

/// A kind that is declared in this target alone, in the console.
struct KindPaneTests {
    @Test func paneAndPage() async throws {
        let harbour = try Harbour()
        _ = try await harbour.open("North", depth: 7, fee: 1250)
        _ = try await harbour.open("South", depth: 4, fee: 99)
        var console = Console(harbour)
        await console.settle(ConsoleReducer.reduce(&console.state, .started(Size(width: 80, height: 18)), at: Harbour.now))
        #expect(!console.screen.contains("Berths"), "it has no tab until it is open")
        await console.type(":berths\r")
        let lines = console.screen.split(separator: "\n").map {
            $0.replacing(#/\d{15,19}/#, with: "ID").replacing(#/\d{4}-\d\d-\d\d [\d:]+/#, with: "TIME")
        }
        #expect(lines.contains { $0.contains("Berths") })
        let rows = lines.filter { $0.contains("ID ") || $0.contains("fee") }.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows == ["id▼ name depth fee open opened", "ID South 4 0.99 EUR yes TIME", "ID North 7 12.50 EUR yes TIME"], "\(console.screen)"
        )
        await console.type("\r")
        #expect(console.screen.contains("South") && console.screen.contains("0.99 EUR"), "\(console.screen)")
        await console.type(":berth close\r")
        #expect(console.screen.contains("Really close?"), "\(console.screen)")
    }

    @Test func availabilityIsDecidedOnTheKind() throws {
        let close = try #require(Harbour.registry.command("berth.close"))
        #expect(close.danger == .confirm && close.changes)
        #expect(Harbour.registry.command("berth.fill")?.danger == .typedName)
        let table = Table(columns: [Column("id", "id")])
        let berth = TableRow(id: "7", cells: [.integer(7)], state: .entity(kind: "berth"))
        let ship = TableRow(id: "7", cells: [.integer(7)], state: .entity(kind: "ship"))
        #expect(close.availability(CommandSubject(table: table, row: berth)) == .ready)
        #expect(close.availability(CommandSubject(table: table, row: ship)) == .disabled("no berth is selected"))
        #expect(throws: EngineError.self) {
            try Harbour.registry.parse("berth close", subject: CommandSubject(table: table, row: ship))
        }
        let call = try Harbour.registry.parse("berth close", subject: CommandSubject(table: table, row: berth))
        #expect(call == CommandCall("berth.close", with: ["berth": "7"]))
    }
}

/// The console with its effects carried out one after the other.
private struct Console {
    var state: ConsoleState
    private let runner: EffectRunner

    init(_ harbour: Harbour) {
        runner = EffectRunner(house: harbour.house, registry: Harbour.registry, inbox: TerminalInbox())
        state = ConsoleState(
            registry: Harbour.registry, keymap: .standard, source: .init(name: "harbour", kind: "embedded", user: "ann"),
            clock: TableClock(now: Harbour.now, zone: .gmt))
    }

    var screen: String { ConsoleView(state).surface(DrawingContext()).text }

    /// A carriage return presses Enter.
    mutating func type(_ text: String) async {
        for character in text {
            let chord = character == "\r" ? KeyChord(.enter) : KeyChord.character(character)
            await settle(ConsoleReducer.reduce(&state, .input(.key(chord)), at: Harbour.now))
        }
    }

    mutating func settle(_ effects: [Effect]) async {
        var waiting = effects
        while !waiting.isEmpty {
            let message = await runner.answer(to: waiting.removeFirst())
            waiting += ConsoleReducer.reduce(&state, .message(message), at: Harbour.now)
        }
    }
}
