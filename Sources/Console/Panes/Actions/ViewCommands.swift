import Catalog
import Engine
import Terminal

/// How a table is looked at: its columns, wide or fitted, marks on everything, and views kept under a name.
enum ViewCommands {
    static let all: [ScreenAction] = [
        screen("table.wide", [], "All columns in full, or those that fit") { state, _ in
            state.pane.isWide.toggle()
            state.pane.firstColumn = 0
            return []
        },
        screen("table.left", [], "Columns to the left") { state, _ in
            state.pane.firstColumn = max(state.pane.firstColumn - 1, 0)
            return []
        },
        screen("table.right", [], "Columns to the right; the first one stays") { state, _ in
            state.pane.isWide = true
            state.pane.firstColumn = min(state.pane.firstColumn + 1, max(state.pane.pane.columns.count - 2, 0))
            return []
        },
        screen(
            "table.columns", ["columns"], "Show these columns in this order; without names the usual ones",
            [CommandParameter("columns", placeholder: "NAME", help: "name of a column", repeats: true)]
        ) { state, call in
            let wanted = call.all("columns").flatMap { $0.split(separator: ",").map(String.init) },
                keys = state.pane.pane.columns.map(\.key)
            if let stranger = wanted.first(where: { !keys.contains($0) }) {
                state.say("There is no column “\(stranger)”; there are \(keys.joined(separator: ", "))", .stateWarn)
                return []
            }
            state.pane.chosenColumns = wanted.isEmpty ? nil : wanted
            return []
        },
        screen(
            "view.save", ["view", "save"], "Keep filter, order and columns under a name",
            [CommandParameter("name", placeholder: "NAME", help: "what to call it", required: true)]
        ) { state, call in
            let pane = state.pane
            state.views.views[call["name"] ?? ""] = .init(
                pane: pane.pane.id, filter: pane.filter.text, sort: pane.sort?.description, columns: pane.chosenColumns,
                isWide: pane.isWide)
            return [.saveViews(state.views)]
        },
        screen(
            "view.remove", ["view", "remove"], "Forget a view that was kept",
            [CommandParameter("name", placeholder: "NAME", help: "what it is called", required: true)]
        ) { state, call in
            guard state.views.views.removeValue(forKey: call["name"] ?? "") != nil else { return unknown(call, &state) }
            return [.saveViews(state.views)]
        },
        screen(
            "view.open", ["view"], "Look at a pane as it was kept under a name; without a name say which there are",
            [CommandParameter("name", placeholder: "NAME", help: "what it is called")]
        ) { state, call in
            guard let name = call["name"], let view = state.views.views[name] else { return unknown(call, &state) }
            let effects = ConsoleReducer.open(pane: view.pane, &state)
            state.pane.setFilter(view.filter, state.clock)
            if let sort = view.sort { state.pane.setSort(TableOrder(parsing: sort), state.clock) }
            state.pane.chosenColumns = view.columns
            state.pane.isWide = view.isWide
            return effects
        },
    ]

    private static func unknown(_ call: CommandCall, _ state: inout ConsoleState) -> [Effect] {
        let names = state.views.views.keys.sorted().joined(separator: ", ")
        let which = names.isEmpty ? "No view is kept; :view save NAME keeps this one" : "Views: \(names)"
        state.say(call["name"].map { "There is no view “\($0)”. \(which)" } ?? which, call.isSet("name") ? .stateWarn : .text)
        return []
    }

    private static func screen(
        _ id: String, _ words: [String], _ summary: String, _ parameters: [CommandParameter] = [],
        _ act: @escaping ScreenAction.Step
    ) -> ScreenAction {
        NavigationCommands.screen(id, words, summary, parameters, act)
    }
}
