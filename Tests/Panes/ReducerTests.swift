// The reducer: state and action in, state and effects out.

import Terminal
import Testing

@testable import Catalog
@testable import Engine
@testable import Panes
@testable import TextCells

@Suite struct ReducerTests {
    private let empty = Table(columns: Pane.queues.columns)

    @Test func asksForTheVisiblePaneOnce() {
        var state = ConsoleState(
            registry: .console, keymap: .standard, source: .init(name: "s", kind: "embedded", user: "ann"), clock: Fixture.clock)
        #expect(
            ConsoleReducer.reduce(&state, .started(Size(width: 80, height: 24)), at: 1) == [.fetch(request: 1, pane: "queues", first: true)]
        )
        // While the answer is on its way a change is only noted; it is asked about when the answer has come.
        #expect(ConsoleReducer.reduce(&state, .message(.changed), at: 2).isEmpty)
        #expect(
            ConsoleReducer.reduce(&state, .message(.rows(request: 1, pane: "queues", .success(Fetched(table: empty, widths: [])))), at: 3)
                == [.fetch(request: 2, pane: "queues", first: false)])
        #expect(
            ConsoleReducer.reduce(&state, .message(.rows(request: 2, pane: "queues", .success(Fetched(table: empty, widths: [])))), at: 4)
                .isEmpty)
        // Nothing has changed: nothing is fetched, whatever is pressed.
        #expect(state.press("j", "k", "G").isEmpty)
        #expect(state.pane.loadedAt == 4)
    }

    @Test func theFirstRowsAreShownBeforeAllAreThere() {
        var state = ConsoleState(
            registry: .console, keymap: .standard, source: .init(name: "s", kind: "embedded", user: "ann"), clock: Fixture.clock)
        _ = ConsoleReducer.reduce(&state, .started(Size(width: 80, height: 24)), at: 1)
        let some = Fetched(table: Fixture.table(of: .queues), widths: [], isPartial: true)
        #expect(
            ConsoleReducer.reduce(&state, .message(.rows(request: 1, pane: "queues", .success(some))), at: 2) == [
                .fetch(request: 2, pane: "queues", first: false)
            ])
        #expect(state.drawn().contains("4 items to work on · more are coming"))
        let all = Fetched(table: Fixture.table(of: .queues), widths: [])
        #expect(ConsoleReducer.reduce(&state, .message(.rows(request: 2, pane: "queues", .success(all))), at: 3).isEmpty)
        #expect(!state.drawn().contains("more are coming"))
    }

    @Test func dropsAnswersNobodyWaitsFor() {
        var state = Fixture.state()
        _ = ConsoleReducer.reduce(
            &state, .message(.rows(request: 999, pane: "queues", .success(Fetched(table: empty, widths: [])))), at: Fixture.now + 5)
        #expect(state.pane.table.rows.count == Fixture.items.count)
        #expect(state.pane.loadedAt == Fixture.now)
    }

    @Test func aFailedFetchKeepsTheRowsAndSaysSo() {
        var state = Fixture.state()
        guard case .fetch(let request, _, _) = ConsoleReducer.reduce(&state, .message(.changed), at: Fixture.now).first else {
            return #expect(Bool(false), "no fetch")
        }
        _ = ConsoleReducer.reduce(
            &state, .message(.rows(request: request, pane: "queues", .failure(EngineError(.unavailable, "x", "the disk is gone")))),
            at: Fixture.now)
        #expect(state.pane.table.rows.count == Fixture.items.count)
        #expect(state.drawn().contains("Not up to date: the disk is gone"))
    }

    @Test func theSelectionFollowsItsRow() {
        var state = Fixture.state()
        state.press("j")
        let selected = state.pane.selectedRow?.id
        state.press("s", "S", "s")
        #expect(state.pane.selectedRow?.id == selected)
        var shorter = state.pane.table
        shorter.rows.removeAll { $0.id == selected }
        state.pane.take(shorter, widths: [], at: Fixture.clock)
        #expect(state.pane.selectedRow != nil)
    }

    @Test func filtersWhileTypingAndReturns() {
        var state = Fixture.state()
        state.press("/")
        state.type("pay")
        #expect(state.pane.arranged.rows.map(\.id) == ["12:Pay"])
        #expect(state.drawn().contains("1 of 4 items to work on · filter pay hides 3"))
        state.press("esc")
        #expect(state.pane.arranged.rows.count == 4)
        state.press("/")
        state.type("colour:x")
        #expect(state.drawn().contains("there is no column “colour”"))
    }

    @Test func askingFirstIsTheDefault() {
        var state = Fixture.state(pane: "cases")
        #expect(state.press("X").isEmpty)
        guard case .dialog(let dialog) = state.overlay else { return #expect(Bool(false), "no dialog") }
        #expect(dialog.calls == [CommandCall("case.cancel", with: ["case": "12"])])
        // Enter presses the safe button.
        #expect(state.press("enter").isEmpty)
        #expect(state.overlay == nil)
        state.press("X")
        // What was asked about is what is done, though the rows have changed since.
        state.pane.take(Table(columns: Pane.cases.columns), widths: [], at: Fixture.clock)
        state.press("tab")
        let effects = state.press("enter")
        guard case .run(_, let calls) = effects.first else { return #expect(Bool(false), "not run") }
        #expect(calls == [CommandCall("case.cancel", with: ["case": "12"])])
    }

    @Test func whatCannotBeDoneSaysWhy() {
        var state = Fixture.state(pane: "cases")
        state.press("G")
        #expect(state.press("X").isEmpty)
        #expect(state.status.text == "case cancel: the case has ended: completed")
        state = Fixture.state()
        state.press("G", "c")
        #expect(state.overlay == nil)
    }

    @Test func markedRowsAreActedOnTogetherAfterAQuestion() {
        var state = Fixture.state(pane: "cases")
        state.press("space", "space", "space", "p")
        // The completed and the suspended case are left out.
        guard case .run(_, let calls) = state.press("p").first ?? state.press("tab", "enter").first else {
            return #expect(state.drawn().contains("Really suspend?"))
        }
        #expect(calls == [CommandCall("case.suspend", with: ["case": "12"])])
    }

    @Test func theIrreversibleIsTyped() {
        let purge = CommandSpec(
            id: "case.purge", words: ["case", "purge"], summary: "Remove every trace of a case",
            parameters: [CommandParameter("case", help: "number", required: true)], danger: .typedName,
            run: { _, _ in CommandResult(json: .null) })
        let registry = CommandRegistry.console(CommandRegistry(commands: CommandCatalog.all + [purge], panes: PaneCatalog.all))
        var state = ConsoleState(
            registry: registry, keymap: .standard, source: .init(name: "s", kind: "embedded", user: "ann"), clock: Fixture.clock)
        state.press(":")
        state.type("case purge 12")
        #expect(state.press("enter").isEmpty)
        #expect(state.drawn().contains("Type 12 to confirm."))
        state.type("1")
        #expect(state.press("enter").isEmpty)
        state.type("2")
        guard case .run(_, let calls) = state.press("enter").first else { return #expect(Bool(false), "not run") }
        #expect(calls == [CommandCall("case.purge", with: ["case": "12"])])
    }

    @Test func thePromptRunsCommandsAndRemembersThem() {
        var state = Fixture.state()
        state.press(":")
        state.type("case suspend 12")
        guard case .run(let request, let calls) = state.press("enter").first else { return #expect(Bool(false), "not run") }
        #expect(calls == [CommandCall("case.suspend", with: ["case": "12"])])
        let done = CommandResult(done: "Case 12 is now suspended", [:])
        _ = ConsoleReducer.reduce(&state, .message(.finished(request: request, calls, .success(done))), at: Fixture.now)
        #expect(state.status.text == "Case 12 is now suspended")
        #expect(state.status.commandLine == "mizzen case suspend 12")
        state.press(":", "up")
        guard case .prompt(let prompt) = state.overlay else { return #expect(Bool(false), "no prompt") }
        #expect(prompt.field.text == "case suspend 12")
    }

    @Test func aWrongLineStaysInThePromptWithItsReason() {
        var state = Fixture.state()
        state.press(":")
        state.type("case fly")
        #expect(state.press("enter").isEmpty)
        #expect(state.drawn().contains("“case fly” is no command"))
    }

    @Test func refusalsAreOneSentence() {
        var state = Fixture.state()
        let call = CommandCall("case.cancel", with: ["case": "99"])
        _ = ConsoleReducer.reduce(
            &state, .message(.finished(request: 7, [call], .failure(EngineError(.notFound, "case-not-found", "there is no case 99")))),
            at: 0)
        #expect(state.status.text == "there is no case 99")
        #expect(state.status.role == .error)
    }

    @Test func pastedTextIsNeverReadAsKeys() {
        var state = Fixture.state()
        #expect(ConsoleReducer.reduce(&state, .input(.paste("q:X\n")), at: 0).isEmpty)
        state.press(":")
        _ = ConsoleReducer.reduce(&state, .input(.paste("case list\nq")), at: 0)
        guard case .prompt(let prompt) = state.overlay else { return #expect(Bool(false), "no prompt") }
        #expect(prompt.field.text == "case list q")
    }

    @Test func copiesWhatIsSelected() {
        var state = Fixture.state()
        #expect(state.press("y") == [.copy("3:Wait")])
        guard case .copy(let json) = state.press("Y").first else { return #expect(Bool(false), "not copied") }
        #expect(json.contains("\"item\": \"3:Wait\""))
    }

    @Test func tabGoesThroughTheWaysToGoOn() {
        var state = Fixture.state()
        state.press(":")
        state.type("case s")
        var seen: [String] = []
        for _ in 0 ..< 4 {
            state.press("tab")
            guard case .prompt(let prompt) = state.overlay else { return #expect(Bool(false), "no prompt") }
            seen.append(prompt.field.text)
        }
        #expect(seen == ["case show", "case start", "case suspend", "case show"])
        state.type(" 1")
        state.press("tab")
        guard case .prompt(let prompt) = state.overlay else { return #expect(Bool(false), "no prompt") }
        #expect(prompt.field.text == "case show 12")
    }

    @Test func newsThatDoNotFitAreBroken() {
        var state = Fixture.state()
        state.say(String(repeating: "no word is lost ", count: 9) + "at all", .error)
        let drawn = state.drawn()
        #expect(drawn.contains("at all"))
        #expect(state.newsLines.count == 2)
        #expect(state.layout.body.height == Fixture.state().layout.body.height - 1)
        state.press("2")
        #expect(state.status.text.isEmpty)
    }

    @Test func aRowOfATabOpensWhole() {
        var state = Fixture.state(pane: "cases")
        let text = "a text that no column of this width could show, with its end"
        let event = EventRow(
            position: 1, caseNumber: 12, sequence: 1, at: 0, kind: "itemCompleted", text: text, actor: "ann", request: "r1")
        state.press("enter")
        guard case .detail(let detail) = state.screens.last, let request = detail.pending else { return #expect(Bool(false), "not opened") }
        let tabs = [DetailTab("Trace", .table(EventColumns.trace([event]), empty: ""))]
        _ = ConsoleReducer.reduce(&state, .message(.detail(request: request, .success(tabs))), at: Fixture.now)
        #expect(!state.drawn().contains("with its end"))
        #expect(state.press("enter").isEmpty)
        #expect(state.drawn().contains("with its end") && state.drawn().contains("itemCompleted") && state.drawn().contains("r1"))
        guard case .copy(let json) = state.press("Y").first else { return #expect(Bool(false), "not copied") }
        #expect(json.contains(text))
        state.press("esc")
        #expect(state.screens.count == 1)
    }

    /// An empty store is what everybody sees first.
    @Test(arguments: ["queues", "cases", "specs", "events"])
    func anEmptyPaneSaysWhatToDoNext(_ pane: String) {
        var state = Fixture.state(pane: pane)
        #expect(!state.pane.pane.advice.isEmpty)
        state.pane.take(Table(columns: state.pane.pane.columns), widths: [], at: Fixture.clock)
        #expect(state.drawn().contains(state.pane.pane.advice))
    }
}
