import Catalog
import Terminal

/// Going back and forward through the places one came through, and how times and texts are shown everywhere.
enum PlaceCommands {
    static let all: [ScreenAction] = [
        screen("place.back", ["back"], "Back to where you were before") { state, _ in go(&state, "before") { $0.back(from: $1) } },
        screen("place.forward", ["forward"], "Forward again, after going back") { state, _ in go(&state, "after") { $0.forward(from: $1) }
        },
        screen("place.last", ["last"], "To the page before, and from there back here") { state, _ in
            go(&state, "before") { $0.last(from: $1) }
        },
        screen("times.toggle", ["times"], "Show ages, the times they are counted from, or all times in UTC") { state, _ in
            if !state.clock.agesAreTimes {
                state.clock.agesAreTimes = true
                state.say("Times instead of ages")
            } else if state.clock.zone != .gmt {
                state.clock.zone = .gmt
                state.say("All times in UTC")
            } else {
                state.clock.agesAreTimes = false
                state.clock.zone = state.localZone
                state.say("Ages, and times of this place")
            }
            return []
        },
        screen("wrap.toggle", ["wrap"], "Wrap long lines, or cut them and go right and left") { state, _ in
            state.wraps.toggle()
            state.textShift = 0
            state.say(state.wraps ? "Long lines are wrapped" : "Long lines are cut; h and l go left and right")
            return []
        },
    ]

    private static func go(_ state: inout ConsoleState, _ side: String, _ step: (inout Trail, Place) -> Place?) -> [Effect] {
        guard let here = state.place, let place = step(&state.trail, here) else {
            state.say("There is no place \(side) this one", .stateWarn)
            return []
        }
        state.isOnTrail = true
        state.show(place)
        return ConsoleReducer.refresh(&state)
    }

    private static func screen(_ id: String, _ words: [String], _ summary: String, _ act: @escaping ScreenAction.Step) -> ScreenAction {
        NavigationCommands.screen(id, words, summary, [], act)
    }
}
