import Catalog
import Terminal
import TextCells

/// Going about on the screen: panes, pages, help, leaving.
enum NavigationCommands {
    static let all: [ScreenAction] = [
        screen("app.quit", ["quit"], "Leave the console") { _, _ in [.quit] },
        screen("app.suspend", [], "Back to the shell for a while") { _, _ in [.suspend] },
        screen("screen.redraw", [], "Paint the screen anew") { _, _ in [.redraw] },
        screen("help.toggle", ["help"], "Show the keys and commands") { state, _ in
            if case .help = state.screens.last { state.screens.removeLast() } else { state.screens.append(.help(ScrollState())) }
            return []
        },
        screen("refresh.toggle", ["pause"], "Leave the rows as they are, or follow the store again") { state, _ in
            state.isPaused.toggle()
            state.say(state.isPaused ? "Rows stay as they are now" : "Rows follow the store again")
            return state.isPaused ? [] : ConsoleReducer.refresh(&state)
        },
        screen("mouse.toggle", ["mouse"], "Let the mouse choose rows here, or select text in the terminal") { state, _ in
            state.isMouseOn.toggle()
            state.say(state.isMouseOn ? "The mouse chooses and scrolls rows" : "The mouse is the terminal's")
            return [.mouse(state.isMouseOn)]
        },
        screen(
            "spec.open", [], "Open the specification of the row",
            [
                CommandParameter(
                    "specification", placeholder: "NAME", help: "name of the specification", required: true, completion: .specification)
            ]
        ) { state, call in
            guard let pane = state.registry.pane("specs"), let name = call["specification"] else { return [] }
            let row = TableRow(id: name, cells: [])
            return ConsoleReducer.openDetail(pane: pane, row: row, subject: CommandSubject(["specification": .text(name)]), &state)
        },
        screen("debug.toggle", ["debug"], "Show what painting costs") { state, _ in
            state.isDebugging.toggle()
            return []
        },
        screen(
            "pane.open", ["open"], "Open a pane by name",
            [CommandParameter("pane", placeholder: "PANE", help: "name of the pane", required: true)]
        ) { state, call in
            guard let pane = state.registry.pane(call["pane"] ?? "") else {
                state.say(
                    "There is no pane “\(call["pane"] ?? "")”; panes are \(state.registry.panes.map(\.id).joined(separator: ", "))",
                    .stateWarn)
                return []
            }
            return ConsoleReducer.open(pane: pane.id, &state)
        },
        screen(
            "pane.select", [], "Open a pane by number", [CommandParameter("number", placeholder: "N", help: "its number", required: true)]
        ) { state, call in
            guard let pane = state.registry.panes.first(where: { $0.slot.map(String.init) == call["number"] }) else { return [] }
            return ConsoleReducer.open(pane: pane.id, &state)
        },
        screen("pane.next", [], "Next pane, or next tab of a page") { state, _ in turn(by: 1, &state) },
        screen("pane.previous", [], "Previous pane, or previous tab of a page") { state, _ in turn(by: -1, &state) },
        screen("view.back", [], "Back, or clear marks and filter") { state, _ in back(&state) },
        screen("scroll.down", [], "Scroll down", [amount]) { state, call in scroll(call, 1, &state) },
        screen("scroll.up", [], "Scroll up", [amount]) { state, call in scroll(call, -1, &state) },
        screen("scroll.left", [], "To the left", [amount]) { state, call in pan(call, -1, &state) },
        screen("scroll.right", [], "To the right", [amount]) { state, call in pan(call, 1, &state) },
        screen("scroll.first", [], "To the start") { state, _ in scroll(.start, &state) },
        screen("scroll.last", [], "To the end") { state, _ in scroll(.end, &state) },
    ]

    static let amount = CommandParameter(
        "amount", placeholder: "AMOUNT", help: "half or page instead of one", completion: .choice(["half", "page"]))

    /// A command that exists on the screen only.
    static func screen(
        _ id: String, _ words: [String], _ summary: String, _ parameters: [CommandParameter] = [],
        _ act: @escaping ScreenAction.Step
    ) -> ScreenAction {
        ScreenAction(
            CommandSpec(id: id, words: words, summary: summary, parameters: parameters, needsStore: false, run: nil), step: act)
    }

    private static func turn(by step: Int, _ state: inout ConsoleState) -> [Effect] {
        if case .detail(var detail) = state.screens.last {
            let count = max(detail.tabs.count, 1)
            detail.tab = (detail.tab + step + count) % count
            state.screens[state.screens.count - 1] = .detail(detail)
            return []
        }
        let tabs = state.tabs, place = tabs.firstIndex(of: state.active) ?? 0
        return ConsoleReducer.open(pane: state.panes[tabs[(place + step + tabs.count) % tabs.count]].pane.id, &state)
    }

    private static func back(_ state: inout ConsoleState) -> [Effect] {
        if state.batch != nil {
            state.say("No further one is begun", .stateWarn)
            return [.stopBatch]
        } else if case .detail(let detail) = state.screens.last, detail.moment != nil {
            return TimeCommands.travel(to: nil, &state)
        } else if !state.screens.isEmpty {
            state.screens.removeLast()
        } else if !state.pane.marked.isEmpty {
            state.pane.marked = []
        } else if !state.pane.filter.isEmpty {
            state.pane.setFilter("", state.clock)
        }
        return []
    }

    // MARK: Scrolling

    enum Jump { case rows(Int), start, end }

    /// How many rows an amount is, on the page in front.
    static func rows(_ call: CommandCall, _ state: ConsoleState) -> Int {
        let height = max(state.layout.body.height - 1, 1)
        switch call["amount"] {
        case "half": return max(height / 2, 1)
        case "page": return max(height - 1, 1)
        default: return 1
        }
    }

    private static func scroll(_ call: CommandCall, _ sign: Int, _ state: inout ConsoleState) -> [Effect] {
        scroll(.rows(sign * rows(call, state)), &state)
    }

    private static func pan(_ call: CommandCall, _ sign: Int, _ state: inout ConsoleState) -> [Effect] {
        guard case .detail(var detail) = state.screens.last, let drawing = detail.drawing else {
            if !state.wraps { state.textShift = max(state.textShift + sign * (call["amount"] == nil ? 8 : 40), 0) }
            return []
        }
        let area = ConsoleView(state).pageArea
        var origin = DrawingView(drawing, origin: detail.origins[detail.tab]).settled(in: area)
        origin.x += sign * (call["amount"] == nil ? 8 : max(area.width - 8, 8))
        detail.origins[detail.tab] = DrawingView(drawing, origin: origin).settled(in: area)
        state.screens[state.screens.count - 1] = .detail(detail)
        return []
    }

    static func scroll(_ jump: Jump, _ state: inout ConsoleState) -> [Effect] {
        guard let top = state.screens.last else { return [] }
        let area = ConsoleView(state).pageArea
        let count = ConsoleView(state).rowCount(of: top, width: area.width)
        func move(_ place: inout ScrollState) {
            switch jump {
            case .rows(let rows): place.scroll(by: rows, count: count, height: area.height)
            case .start: place.scrollToStart()
            case .end: place.scrollToEnd(count: count, height: area.height)
            }
        }
        switch top {
        case .detail(var detail):
            if let table = detail.table {
                var place = detail.tables[detail.tab] ?? TableState()
                switch jump {
                case .rows(let rows): place.move(by: rows, count: table.rows.count)
                case .start: place.selectFirst()
                case .end: place.selectLast(count: table.rows.count)
                }
                detail.tables[detail.tab] = place.settled(count: table.rows.count, height: TableView.visibleRows(in: area))
            } else if let drawing = detail.drawing {
                var origin = DrawingView(drawing, origin: detail.origins[detail.tab]).settled(in: area)
                switch jump {
                case .rows(let rows): origin.y += rows == 1 || rows == -1 ? rows * 2 : rows
                case .start: origin = Point(x: 0, y: 0)
                case .end: origin = Point(x: drawing.width, y: drawing.height)
                }
                detail.origins[detail.tab] = DrawingView(drawing, origin: origin).settled(in: area)
            } else {
                move(&detail.scrolls[detail.tab, default: ScrollState()])
            }
            state.screens[state.screens.count - 1] = .detail(detail)
        case .output(var output):
            move(&output.scroll)
            state.screens[state.screens.count - 1] = .output(output)
        case .help(var place):
            move(&place)
            state.screens[state.screens.count - 1] = .help(place)
        case .form: break
        }
        return []
    }
}
