import Catalog
import Engine
import Terminal
import Workflow

/// What is done in a table: moving, marking, sorting, filtering, copying, opening.
enum RowCommands {
    static let all: [ScreenAction] = [
        screen("row.next", [], "Next row", [NavigationCommands.amount]) { state, call in move(NavigationCommands.rows(call, state), &state)
        },
        screen("row.previous", [], "Previous row", [NavigationCommands.amount]) { state, call in
            move(-NavigationCommands.rows(call, state), &state)
        },
        screen("row.first", [], "First row") { state, _ in move(Int.min / 2, &state) },
        screen("row.last", [], "Last row") { state, _ in move(Int.max / 2, &state) },
        screen("row.open", [], "Show everything about a row") { state, _ in
            if case .detail(var detail) = state.screens.last {
                guard let table = detail.table, let row = table.rows[safe: (detail.tables[detail.tab] ?? TableState()).selected] else {
                    return []
                }
                if case .tree(let tree) = detail.tabs[safe: detail.tab]?.content, tree.toggle(row.id, &detail.collapsed) {
                    state.screens[state.screens.count - 1] = .detail(detail)
                    return []
                }
                state.screens.append(.detail(DetailScreen(row: row, of: table, in: detail)))
                return []
            }
            guard let row = state.pane.selectedRow else { return [] }
            return ConsoleReducer.openDetail(pane: state.pane.pane, row: row, subject: state.subject, &state)
        },
        screen(
            "row.mark", [], "Mark or unmark the row, or all that pass the filter; commands then act on all marked rows",
            [CommandParameter("what", placeholder: "all", help: "all rows that are shown", completion: .choice(["all"]))]
        ) { state, call in
            if call.isSet("what") {
                let all = Set(state.pane.arranged.rows.map(\.id))
                state.pane.marked = state.pane.marked.isSuperset(of: all) ? [] : state.pane.marked.union(all)
                return []
            }
            guard let row = state.pane.selectedRow else { return [] }
            if state.pane.marked.remove(row.id) == nil { state.pane.marked.insert(row.id) }
            return move(1, &state)
        },
        screen(
            "row.copy", [], "Copy the id, or with all the whole row as JSON",
            [CommandParameter("what", placeholder: "all", help: "the whole row", completion: .choice(["all"]))]
        ) { state, call in copy(call, &state) },
        screen("line.copy", ["copy"], "Copy the command line of the last action") { state, _ in
            guard !state.lastCommandLine.isEmpty else {
                state.say("Nothing was done yet whose command line could be copied", .stateWarn)
                return []
            }
            state.say("Copied \(state.lastCommandLine)")
            return [.copy(state.lastCommandLine)]
        },
        screen("sort.next", [], "Sort by the next column") { state, _ in
            let keys = state.pane.pane.columns.filter { !$0.isHidden }.map(\.key)
            let place = keys.firstIndex(of: state.pane.sort?.key ?? "") ?? -1
            guard let key = keys[safe: (place + 1) % max(keys.count, 1)] else { return [] }
            state.pane.setSort(TableOrder(key), state.clock)
            return []
        },
        screen("sort.reverse", [], "Turn the order round") { state, _ in
            guard let sort = state.pane.sort else { return [] }
            state.pane.setSort(TableOrder(sort.key, descending: !sort.isDescending), state.clock)
            return []
        },
        screen("filter.start", [], "Filter the rows") { state, _ in
            state.screens = []
            let before = state.pane.filter.text
            state.overlay = .prompt(PromptState(purpose: .filter, field: TextField(before), before: before))
            return []
        },
        screen(
            "table.export", ["export"], "Write the visible rows to a file: .json, .csv or text",
            [CommandParameter("path", placeholder: "FILE", help: "where to", completion: .file)]
        ) { state, call in export(call, &state) },
        itemOpen,
    ]

    private static func screen(
        _ id: String, _ words: [String], _ summary: String, _ parameters: [CommandParameter] = [],
        _ act: @escaping ScreenAction.Step
    ) -> ScreenAction {
        NavigationCommands.screen(id, words, summary, parameters, act)
    }

    private static func move(_ rows: Int, _ state: inout ConsoleState) -> [Effect] {
        state.pane.move(by: rows)
        let height = TableView.visibleRows(in: state.layout.body)
        state.pane.view = state.pane.view.settled(count: state.pane.arranged.rows.count, height: height)
        return []
    }

    private static let itemOpen = ScreenAction(
        CommandSpec(
            id: "item.open", words: [], changes: true, summary: "Start the item if it is not yet, and open its form",
            parameters: [CommandParameter("item", placeholder: "ITEM", help: "id of the item", required: true, completion: .item)],
            needsStore: false, run: nil),
        step: { state, call in
            guard let id = WorkItemID(call["item"] ?? "") else { return [] }
            // It waits to be sent: whoever opens it wants to look again.
            if let held = state.held, held.item == id { return HeldCommands.takeBack(&state) }
            let standing = state.subject.state
            guard standing != .item(.deadlocked) else {
                state.say("\(id) waits for ever: its case is deadlocked", .stateWarn)
                return []
            }
            let start = standing != .item(.executing)
            state.say("Opening \(id) …", .textDim, commandLine: start ? "mizzen item start \(id)" : "")
            return [.openItem(request: state.nextRequest(), id, start: start)]
        })

    private static func copy(_ call: CommandCall, _ state: inout ConsoleState) -> [Effect] {
        var rows = state.pane.markedRows
        var columns = state.pane.pane.columns
        if case .detail(let detail) = state.screens.last {
            rows = [detail.row]
            columns = state.registry.pane(detail.pane)?.columns ?? detail.columns
        } else if rows.isEmpty, let row = state.pane.selectedRow {
            rows = [row]
        }
        guard !rows.isEmpty else { return [] }
        let text =
            call.isSet("what")
            ? Table(columns: columns, rows: rows).json.text
            : rows.map(\.id).joined(separator: "\n")
        let what = call.isSet("what") ? "as JSON" : rows.map(\.id).prefix(3).joined(separator: ", ")
        state.say("Copied \(rows.count == 1 ? what : "\(rows.count) rows")")
        return [.copy(text)]
    }

    private static func export(_ call: CommandCall, _ state: inout ConsoleState) -> [Effect] {
        guard let path = call["path"] else {
            state.overlay = .prompt(PromptState(purpose: .command, field: TextField("export \(state.pane.pane.id).csv")))
            return []
        }
        let format: TableFormat = path.hasSuffix(".json") ? .json : path.hasSuffix(".csv") ? .csv : .table
        let marked = state.pane.markedRows
        let table = Table(columns: state.pane.pane.columns, rows: marked.isEmpty ? state.pane.arranged.rows : marked)
        return [.write(path: path, text: table.text(as: format, clock: state.clock))]
    }
}
