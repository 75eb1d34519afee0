// Ways of looking: wide tables, chosen columns, kept views, the palette, searching a page.

import Foundation
import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes
@testable import TextCells

@Suite struct LookTests {
    @Test func wideShowsEverythingAndTheFirstColumnStays() {
        var state = Fixture.state(pane: "queues")
        #expect(!state.drawn().contains("offered to"))
        state.press("W")
        #expect(state.drawn().contains("wide"))
        state.press("l", "l", "l", "l")
        let screen = state.drawn()
        #expect(screen.contains("7:Approve") && screen.contains("manager, director"), "\(screen)")
        #expect(!screen.contains("Approve the order"))
        state.press("W")
        #expect(state.drawn().contains("Approve the order"))
    }

    @Test func columnsAreChosenByName() {
        var state = Fixture.state(pane: "cases")
        state.press(":")
        state.type("columns status,case")
        state.press("enter")
        let title = state.drawn().split(separator: "\n")[2]
        #expect(title.contains("status") && title.contains("case") && !title.contains("started"), "\(title)")
        state.press(":")
        state.type("columns nonsense")
        state.press("enter")
        #expect(state.status.text.contains("no column “nonsense”"))
    }

    @Test func aViewIsKeptAndFoundAgain() throws {
        var state = Fixture.state(pane: "cases")
        state.press("/")
        state.type("status:running")
        state.press("enter", "s", ":")
        state.type("view save mine")
        let saved = state.press("enter")
        state.press("esc", "1", ":")
        state.type("view mine")
        state.press("enter")
        #expect(state.pane.pane.id == "cases" && state.pane.filter.text == "status:running" && state.pane.sort?.key == "specification")
        guard case .saveViews(let views)? = saved.first else { return #expect(Bool(false), "nothing was kept") }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("views-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try KeptFile.write(views, to: file)
        #expect(KeptFile.read(SavedViews.self, file) == views)
        #expect(KeptFile.read(SavedViews.self, file + "-not") == nil)
    }

    @Test func thePaletteFindsByALetterOrTwoAndShowsTheKey() {
        var state = Fixture.state(pane: "cases")
        state.press("ctrl+k")
        state.type("ccl")
        #expect(state.drawn().contains("case cancel"), "\(state.drawn())")
        state.press("ctrl+u")
        state.type("case cancel")
        #expect(state.drawn().contains("X "))
        state.press("enter")
        guard case .dialog(let dialog) = state.overlay else { return #expect(Bool(false), "\(state.drawn())") }
        #expect(dialog.calls.first?["case"] == "12", "it is about the selected row")
        state.press("esc", "ctrl+k")
        state.type("case raise")
        state.press("enter")
        guard case .prompt(let prompt) = state.overlay else { return #expect(Bool(false), "\(state.drawn())") }
        #expect(prompt.field.text == "case raise 12 ", "what the row cannot tell is asked for")
    }

    @Test func aPageIsSearched() {
        var state = Fixture.state(pane: "cases")
        state.press("?", "/")
        state.type("regular")
        state.press("enter")
        #expect(state.drawn().contains("a regular expression"), "\(state.drawn())")
        #expect(state.status.text.contains("1 of 1"))
        state.press("/")
        state.type("no such thing")
        state.press("enter")
        #expect(state.status.text.contains("is not on this page"))
    }

    @Test func pausedRowsStay() {
        var state = Fixture.state(pane: "cases")
        state.press("z")
        #expect(ConsoleReducer.reduce(&state, .message(.changed), at: Fixture.now).isEmpty)
        #expect(state.drawn().contains("paused"))
        guard case .fetch? = state.press("z").first else { return #expect(Bool(false), "what changed in the meantime is asked for") }
    }

    @Test func theMouseIsOffUntilItIsWanted() {
        var state = Fixture.state()
        #expect(!state.isMouseOn)
        #expect(state.press("f2") == [.mouse(true)])
        #expect(state.press("f2") == [.mouse(false)])
    }

    @Test func relatedThingsAreAKeyAway() {
        var state = Fixture.state(pane: "queues")
        let effects = state.press("v")
        guard case .fetchDetail(_, let pane, let row, _)? = effects.first else { return #expect(Bool(false), "\(effects)") }
        #expect(pane == "specs" && row.id == "order@1.2")
        state.press("esc", "t")
        guard case .detail(let detail) = state.screens.last else { return #expect(Bool(false)) }
        #expect(detail.pane == "cases")
    }

    @Test func oldRowsLookOldAndAreAskedForAgain() {
        var state = Fixture.state(pane: "cases")
        let request = state.nextRequest()
        state.pane.pending = request
        _ = ConsoleReducer.reduce(
            &state, .message(.rows(request: request, pane: "cases", .failure(EngineError(.unavailable, "gone", "the store is gone")))),
            at: Fixture.now)
        #expect(state.drawn().contains("Not up to date: the store is gone"))
        let surface = ConsoleView(state).surface(DrawingContext())
        let body = surface.row(state.layout.body.y + 2)
        #expect(body.contains { $0.style.attributes.contains(.dim) })
        guard case .fetch? = ConsoleReducer.reduce(&state, .tick, at: Fixture.now + 5000).first else {
            return #expect(Bool(false), "it is asked for again")
        }
    }

    @Test func whatChangedStandsOutForAWhile() {
        var state = Fixture.state(pane: "cases")
        var table = state.pane.table
        let changed = CaseRow(
            number: 9, specification: Fixture.order, status: .running, startedAt: Fixture.now - 90_000, startedBy: "bob",
            changedAt: Fixture.now, openItems: 3, events: 20)
        table.rows = table.rows.map { row in row.id == "9" ? TableRow(id: "9", cells: CaseColumns.all.map { $0.value(changed) }) : row }
        state.pane.take(table, widths: table.naturalWidths(clock: Fixture.clock), at: Fixture.clock)
        let surface = ConsoleView(state).surface(DrawingContext())
        let underlined = (0 ..< surface.height).filter { y in
            surface.row(y).contains { $0.style.attributes.contains(.underline) && $0.text != " " }
        }
        #expect(underlined.count == 1 && surface.row(underlined[0]).map(\.text).joined().contains("running"))
        var later = Fixture.clock
        later.now += 6000
        state.pane.take(table, widths: table.naturalWidths(clock: later), at: later)
        #expect(state.pane.changes.isEmpty)
    }

    /// At the top of the log the newest entry stays in view; whoever has gone down stays where they are.
    @Test func theNewestEventIsFollowedUntilOneGoesDown() {
        var state = Fixture.state(pane: "events")
        func happens(_ position: Int64) {
            var table = state.pane.table
            let event = EventRow(
                position: position, caseNumber: 12, sequence: position, at: Fixture.now, kind: "itemEnabled", text: "more", actor: "bob",
                request: "r")
            table.rows.append(TableRow(id: String(position), cells: EventColumns.all.map { $0.value(event) }))
            state.pane.take(table, widths: [], at: Fixture.clock)
        }
        #expect(state.drawn().contains("the newest stays in view"))
        happens(50)
        #expect(state.pane.selectedRow?.id == "50")
        state.press("j")
        let here = state.pane.selectedRow?.id
        happens(51)
        #expect(state.pane.selectedRow?.id == here && !state.drawn().contains("the newest stays in view"))
        state.press("g", "g")
        happens(52)
        #expect(state.pane.selectedRow?.id == "52")
    }

    @Test func agesBecomeTimesAndTimesUTC() {
        var state = Fixture.state(width: 100, pane: "cases")
        #expect(state.drawn().contains("2h"))
        state.press("T")
        #expect(state.drawn().contains("2026-03-02 12:05:22"), "\(state.drawn())")
        state.press("T")
        #expect(state.drawn().contains("2h"), "this reader lives by UTC already")
        state = ConsoleState(
            registry: .console, keymap: .standard, source: .init(name: "s", kind: "embedded", user: "ann"),
            clock: TableClock(now: Fixture.now, zone: TimeZone(secondsFromGMT: 3600) ?? .gmt))
        state.press("T", "T")
        #expect(state.clock.zone == .gmt && state.status.text == "All times in UTC")
        state.press("T")
        #expect(state.clock.zone != .gmt && !state.clock.agesAreTimes)
    }

    @Test func longLinesAreWrappedOrCut() {
        var state = Fixture.state(pane: "cases")
        let text = "begin " + String(repeating: "x", count: 100) + " end"
        state.screens = [.output(OutputScreen(title: "t", result: CommandResult(sections: [Section(nil, .text(text))], json: .null)))]
        #expect(state.drawn().contains(" end"))
        state.press("ctrl+w")
        #expect(!state.drawn().contains(" end") && state.drawn().contains("begin"))
        for _ in 0 ..< 6 { state.press("l") }
        #expect(state.drawn().contains(" end") && !state.drawn().contains("begin"), "\(state.drawn())")
        state.press("ctrl+w")
        #expect(state.drawn().contains("begin") && state.drawn().contains(" end"))
    }

    @Test func hitsAreMarkedOnTheScrollbar() {
        let view = TextView(text: (1 ... 100).map { $0 == 50 ? "here" : "line \($0)" }.joined(separator: "\n"), highlight: "here")
        var surface = Surface(size: Size(width: 20, height: 10))
        view.draw(on: &surface, in: surface.bounds, DrawingContext())
        #expect((0 ..< 10).filter { surface[19, $0].text == "●" } == [4])
    }

    @Test func aTreeIsFolded() {
        let row = { (id: String) in TableRow(id: id, cells: [.text(id), .integer(1)]) }
        let tree = TableTree(
            columns: [Column("what", "what"), Column("n", "n")],
            nodes: [.init(row("net"), depth: 0), .init(row("sub"), depth: 1), .init(row("item"), depth: 2), .init(row("other"), depth: 1)])
        func shown(_ folded: Set<String>) -> [String] { tree.visible(folded).rows.map { $0.cells[0].text(Fixture.clock) } }
        #expect(shown([]) == ["- net", "  - sub", "      item", "    other"])
        #expect(shown(["sub"]) == ["- net", "  + sub", "    other"])
        #expect(shown(["net", "sub"]) == ["+ net"])
        var state = Fixture.state(pane: "cases")
        state.press("enter")
        guard case .detail(let detail) = state.screens.last, let request = detail.pending else { return #expect(Bool(false), "not opened") }
        _ = ConsoleReducer.reduce(&state, .message(.detail(request: request, .success([DetailTab("Tree", .tree(tree))]))), at: Fixture.now)
        state.press("j", "enter")
        #expect(state.drawn().contains("+ sub") && !state.drawn().contains("item"), "\(state.drawn())")
        state.press("enter", "j", "enter")
        #expect(state.screens.count == 2, "a leaf opens")
    }

    @Test func aSparklineHasEightHeightsAndAnASCIIForm() {
        let line = Sparkline([0, 1, 4, 8])
        #expect(line.text(ascii: false) == " ▂▅█" && line.text(ascii: true) == " .=#")
        #expect(Sparkline([]).text(ascii: false).isEmpty && Sparkline([0, 0]).text(ascii: true) == "  ")
        #expect(Fixture.state(width: 200, height: 50, pane: "overview").drawn().contains("█"))
    }

    @Test func whatPaintingCostsIsShown() {
        var state = Fixture.state(pane: "cases")
        state.frame = FrameReport(duration: .microseconds(420), bytes: 77, frames: 3, deferred: 1, turns: 9)
        #expect(!state.drawn().contains("420"))
        state.press("f12")
        let screen = state.drawn()
        #expect(screen.contains("frame   420 µs") && screen.contains("bytes   77") && screen.contains("wakes   9"), "\(screen)")
    }
}
