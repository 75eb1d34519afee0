// Keys that come faster than the rows.

@testable import Engine
@testable import Panes
import Terminal
import Testing

@Suite struct TypeAheadTests {
    private func waiting(_ pane: String) -> (state: ConsoleState, request: Int) {
        var state = Fixture.state(pane: pane)
        state.panes[state.active] = PaneState(state.pane.pane)
        let request = state.nextRequest()
        state.pane.pending = request
        state.pane.askedEpoch = 0
        return (state, request)
    }

    private func arrive(_ request: Int, _ state: inout ConsoleState) -> [Effect] {
        let table = Fixture.table(of: state.pane.pane), name = state.pane.pane.id
        return ConsoleReducer.reduce(
            &state,
            .message(
                .rows(request: request, pane: name, .success(Fetched(table: table, widths: table.naturalWidths(clock: Fixture.clock))))),
            at: Fixture.now)
    }

    @Test func whatIsAboutRowsWaitsForThem() {
        var (state, request) = waiting("cases")
        state.press("j", "enter")
        #expect(state.screens.isEmpty)
        _ = arrive(request, &state)
        guard case .detail(let detail) = state.screens.last else { return #expect(Bool(false), "the case was not opened") }
        #expect(detail.row.id == "9", "the second case, as typed")
    }

    @Test func whatIsNotIsDoneAtOnceAndForgetsTheRest() {
        var (state, request) = waiting("cases")
        state.press("j", "?")
        #expect(state.screens.count == 1, "help does not wait for the store")
        state.press("esc", "1", "2")
        _ = arrive(request, &state)
        #expect(state.screens.isEmpty)
    }
}
