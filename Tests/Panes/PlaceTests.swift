// Going back and forth, leaving and coming again: where one was is where one is.

import Foundation
import Platform
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes
@testable import TextCells

@Suite struct PlaceTests {
    @Test func backForwardAndLastGoThroughPlaces() {
        var state = Fixture.state(pane: "cases")
        state.press("enter")
        #expect(state.drawn().contains("Cases ▸ case 12"))
        state.press("1", "j")
        state.press("[")
        #expect(state.pane.pane.id == "cases" && state.screens.count == 1)
        state.press("[")
        #expect(state.pane.pane.id == "cases" && state.screens.isEmpty)
        state.press("[")
        #expect(state.status.text == "There is no place before this one")
        state.press("]", "]")
        #expect(state.pane.pane.id == "queues")
        state.press("-")
        #expect(state.pane.pane.id == "cases" && state.screens.count == 1)
        state.press("-")
        #expect(state.pane.pane.id == "queues")
        // A new way forgets what lay ahead.
        state.press("[", "4", "]")
        #expect(state.pane.pane.id == "events")
    }

    /// A page that is come back to asks for what has changed since.
    @Test func aPlaceComesBackUpToDate() {
        var state = Fixture.state(pane: "cases")
        state.press("enter", "1")
        let effects = state.press("[")
        guard case .fetchDetail(_, "cases", let row, _)? = effects.last else { return #expect(Bool(false), "\(effects)") }
        #expect(row.id == "12")
    }

    @Test func theSessionIsTakenUpAgain() throws {
        var state = Fixture.state(pane: "queues")
        state.press("j", "j", "2", "s", "W", "j")
        let selected = state.pane.selectedRow?.id
        var session = SavedSession()
        session.keep(state)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("session-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try KeptFile.write(session, to: file)
        var next = ConsoleState(registry: .console, keymap: .standard, source: state.source, clock: Fixture.clock)
        next.resume(try #require(KeptFile.read(SavedSession.self, file)))
        #expect(next.pane.pane.id == "cases" && next.pane.isWide && next.pane.sort == state.pane.sort)
        // The first rows may not have the selected one; all of them do.
        let table = Fixture.table(of: .cases)
        next.pane.take(Table(columns: table.columns, rows: []), widths: [], isPartial: true, at: Fixture.clock)
        next.pane.take(table, widths: [], at: Fixture.clock)
        #expect(next.pane.selectedRow?.id == selected)
        // Another store has a desk of its own.
        var other = ConsoleState(
            registry: .console, keymap: .standard, source: .init(name: "other", kind: "embedded", user: "ann"), clock: Fixture.clock)
        other.resume(session)
        #expect(other.pane.pane.id == "queues")
    }

    @Test func theMouseSortsByTitlesAndOpensTabsAndPaths() {
        func click(_ x: Int, _ y: Int, _ state: inout ConsoleState) {
            _ = ConsoleReducer.reduce(
                &state, .input(.mouse(MouseEvent(action: .press, button: .left, position: Point(x: x, y: y)))), at: Fixture.now)
        }
        var state = Fixture.state(pane: "cases")
        let title = state.drawn().split(separator: "\n")[2]
        let column = title.distance(from: title.startIndex, to: title.range(of: "status")?.lowerBound ?? title.startIndex)
        click(column, 2, &state)
        #expect(state.pane.sort == TableOrder("status"))
        click(column, 2, &state)
        #expect(state.pane.sort == TableOrder("status", descending: true))
        state.press("enter")
        click(2, 1, &state)
        #expect(state.screens.isEmpty, "a click on the first part of the path leaves the page")
        let tabs = state.drawn().split(separator: "\n")[0]
        click(tabs.distance(from: tabs.startIndex, to: tabs.range(of: "4 Even")?.lowerBound ?? tabs.startIndex), 0, &state)
        #expect(state.pane.pane.id == "events")
    }

    @Test func contextsAreGoneOverToAndTheOldStoreStaysUntilTheNewOneAnswers() {
        var state = Fixture.state(pane: "cases")
        state.contextsByName = ["prod": .init(store: "/srv/prod.db", role: .stateBad, isReadOnly: true)]
        state.press(":")
        state.type("context nowhere")
        state.press("enter")
        #expect(state.status.text == "There is no context “nowhere”. Contexts: prod")
        state.press(":")
        state.type("context prod")
        guard case .openStore(let request, "/srv/prod.db", "prod", true)? = state.press("enter").first else {
            return #expect(Bool(false), "nothing is opened")
        }
        #expect(state.pane.table.rows.count == 3)
        _ = ConsoleReducer.reduce(
            &state,
            .message(
                .storeOpened(
                    request: request, context: "prod", isReadOnly: true, .failure(EngineError(.unavailable, "x", "it is not there")))),
            at: Fixture.now)
        #expect(state.pane.table.rows.count == 3 && state.status.text == "it is not there" && !state.isReadOnly)
        state.press(":")
        state.type("context prod")
        guard case .openStore(let again, _, _, _)? = state.press("enter").first else { return #expect(Bool(false), "nothing is opened") }
        let effects = ConsoleReducer.reduce(
            &state,
            .message(
                .storeOpened(
                    request: again, context: "prod", isReadOnly: true,
                    .success(.init(name: "/srv/prod.db", kind: "embedded", user: "ann")))), at: Fixture.now)
        guard case .fetch(_, "cases", true)? = effects.first else { return #expect(Bool(false), "\(effects)") }
        let screen = state.drawn()
        #expect(
            state.pane.table.rows.isEmpty && screen.contains("prod") && screen.contains("READ-ONLY") && screen.contains("prod.db"),
            "\(screen)")
    }

    @Test func anotherStoreIsOpenedForReal() async throws {
        try await withEngine { first in
            try await withEngine { second in
                _ = try await second.session(for: Principal(name: "ann", tenant: .local)).perform(
                    .loadSpecification(source: Array(try Data(contentsOf: URL(fileURLWithPath: Self.example))), file: "hello.yawl"),
                    request: RequestID("load"))
                var console = await LiveConsole(first, others: ["second": second])
                await console.press("3", ":")
                #expect(console.screen.contains("No specifications"))
                await console.type("store open second")
                await console.press("enter")
                #expect(console.screen.contains("hello@1.0"), "\(console.screen)")
                await console.press(":")
                await console.type("store open third")
                await console.press("enter")
                #expect(console.screen.contains("there is no third") && console.screen.contains("hello@1.0"), "\(console.screen)")
            }
        }
    }

    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("examples/hello.yawl").path
}
