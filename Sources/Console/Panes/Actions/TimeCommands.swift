import Catalog
import Engine
import Terminal

/// Going through the life of a case on its page: event by event, back to now, and what changed in between. A run that shows what is wrong
/// with a net is gone through with the same keys.
enum TimeCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen("time.back", [], "One event back, or ten", [ten]) { state, call in
            travel(by: call.isSet("amount") ? -10 : -1, &state)
        },
        NavigationCommands.screen("time.forward", [], "One event on, or ten", [ten]) { state, call in
            travel(by: call.isSet("amount") ? 10 : 1, &state)
        },
        NavigationCommands.screen("time.start", [], "To the first event") { state, _ in
            walk(&state) { $0.step = 0 } ?? travel(to: 1, &state)
        },
        NavigationCommands.screen("time.now", [], "Back to now") { state, _ in walk(&state) { $0.step = .max } ?? travel(to: nil, &state) },
        NavigationCommands.screen("time.mark", [], "Count differences from here") { state, _ in
            guard var (detail, last) = page(state) else { return [] }
            detail.mark = detail.moment ?? last
            state.say("Differences are counted from event \(detail.mark ?? last) now")
            state.screens[state.screens.count - 1] = .detail(detail)
            return []
        },
        NavigationCommands.screen("time.diff", [], "What the event changed, or what changed since the mark") { state, _ in
            guard let (detail, last) = page(state) else { return [] }
            let here = detail.moment ?? last
            let other = detail.mark.flatMap { $0 == here ? nil : $0 } ?? here - 1
            guard other >= 1 else {
                state.say("This is the first event: there is nothing before it", .stateWarn)
                return []
            }
            return ConsoleReducer.run(
                [
                    CommandCall(
                        "case.diff", with: ["case": detail.row.id, "from": String(min(here, other)), "to": String(max(here, other))])
                ], &state)
        },
    ]

    private static let ten = CommandParameter("amount", placeholder: "ten", help: "ten events", completion: .choice(["ten"]))

    /// The page in front and the number of its last event, where it has a past.
    private static func page(_ state: ConsoleState) -> (detail: DetailScreen, last: Int64)? {
        guard case .detail(let detail) = state.screens.last, let events = detail.events, !events.rows.isEmpty else { return nil }
        return (detail, Int64(events.rows.count))
    }

    private static func travel(by events: Int64, _ state: inout ConsoleState) -> [Effect] {
        if let effects = walk(&state, { $0.step += Int(events) }) { return effects }
        guard let (detail, last) = page(state) else { return [] }
        let wanted = min(max((detail.moment ?? last) + events, 1), last)
        return travel(to: wanted == last ? nil : wanted, &state)
    }

    /// Nil where the page in front is no run.
    private static func walk(_ state: inout ConsoleState, _ move: (inout DetailScreen) -> Void) -> [Effect]? {
        guard case .detail(var detail) = state.screens.last, detail.walk != nil else { return nil }
        move(&detail)
        // The picture follows the step.
        detail.origins[detail.tab] = nil
        state.screens[state.screens.count - 1] = .detail(detail)
        return []
    }

    static func travel(to moment: Int64?, _ state: inout ConsoleState) -> [Effect] {
        guard var (detail, _) = page(state), detail.moment != moment else { return [] }
        detail.moment = moment
        // An answer under way is still taken; the next question is about this moment.
        detail.askedEpoch = -1
        showMoment(&detail)
        state.screens[state.screens.count - 1] = .detail(detail)
        return ConsoleReducer.refresh(&state)
    }

    /// The event of the moment is the selected one in the trace.
    static func showMoment(_ detail: inout DetailScreen) {
        guard let moment = detail.moment, let events = detail.events,
            let tab = detail.tabs.firstIndex(where: { $0.title == CaseDescription.trace })
        else { return }
        var place = detail.tables[tab] ?? TableState()
        place.select(Int(moment) - 1, count: events.rows.count)
        detail.tables[tab] = place
    }
}
