// Ways of looking: wide tables, chosen columns, kept views, the palette, searching a page.

@testable import Engine
import Foundation
@testable import Panes
import Terminal
import Testing

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
        _ = ConsoleReducer.reduce(&state, .message(.rows(request: request, pane: "cases", .failure(EngineError(.unavailable, "gone", "the store is gone")))), at: Fixture.now)
        #expect(state.drawn().contains("Not up to date: the store is gone"))
        let surface = ConsoleView(state).surface(DrawingContext())
        let body = surface.row(state.layout.body.y + 2)
        #expect(body.contains { $0.style.attributes.contains(.dim) })
        guard case .fetch? = ConsoleReducer.reduce(&state, .tick, at: Fixture.now + 5000).first else { return #expect(Bool(false), "it is asked for again") }
    }
}
