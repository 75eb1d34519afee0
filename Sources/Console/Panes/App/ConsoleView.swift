import Catalog
import Engine
import Terminal
import TextCells

/// Draws the console: a function of the state and nothing else.
struct ConsoleView: Sendable {
    let state: ConsoleState
    let layout: ConsoleLayout

    init(_ state: ConsoleState) {
        self.state = state
        layout = state.layout
    }

    func surface(_ context: DrawingContext) -> Surface {
        var surface = Surface(size: state.size, style: context[.text])
        guard !TooSmallView.applies(to: state.size) else {
            TooSmallView().draw(on: &surface, in: surface.bounds, context)
            return surface
        }
        drawTabs(on: &surface, context)
        if let page = state.screens.last {
            draw(page, on: &surface, context)
        } else {
            drawPane(on: &surface, context)
        }
        drawStatus(on: &surface, context)
        drawBottom(on: &surface, context)
        if case .dialog(let dialog) = state.overlay {
            DialogView(
                title: dialog.title, message: dialog.message, buttons: ["Leave it", dialog.confirmTitle],
                selected: dialog.typedName == nil ? dialog.selected : 1,
                field: dialog.field, isDangerous: true
            ).draw(on: &surface, in: surface.bounds, context)
        }
        if state.isDebugging { drawDebug(on: &surface, context) }
        if case .palette(let palette) = state.overlay {
            PaletteView(palette: palette, entries: PaletteCommands.entries(palette, state)).draw(on: &surface, in: surface.bounds, context)
        }
        return surface
    }

    /// The cost of the frame before this one, at the upper right.
    private func drawDebug(on surface: inout Surface, _ context: DrawingContext) {
        guard let frame = state.frame else { return }
        let parts = frame.duration.components
        let micros = parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
        let lines = [
            "frame   \(micros) µs", "bytes   \(frame.bytes)", "frames  \(frame.frames)", "put off \(frame.deferred)",
            "wakes   \(frame.turns)",
            "rows    \(state.pane.arranged.rows.count)/\(state.pane.table.rows.count)", "epoch   \(state.epoch)",
        ]
        let box = Rect(x: max(state.size.width - 24, 0), y: 1, width: min(22, state.size.width), height: lines.count + 2)
        surface.fill(box, style: context[.text])
        let inside = surface.box(box, glyphs: context.glyphs, style: context[.borderFocus], title: "debug")
        for (row, line) in lines.enumerated() where row < inside.height {
            surface.write(line, x: inside.x, y: inside.y + row, limit: inside.width, style: context[.text])
        }
    }

    /// The sentence comes first; the command line gets the room it leaves.
    private func drawStatus(on surface: inout Surface, _ context: DrawingContext) {
        let news = state.newsLines
        let room = layout.status.width - (news.last?.cellWidth ?? 0) - 5
        let line = room < 12 ? "" : Sanitizer.line(state.status.commandLine).truncated(to: room, ellipsis: context.glyphs.ellipsis)
        surface.fill(layout.status, style: context[.text])
        let style = context[state.newsRole].over(context[.text])
        for (row, text) in news.enumerated() where row < layout.status.height {
            surface.write(
                text, in: Rect(x: 1, y: layout.status.y + row, width: layout.status.width - 2, height: 1), style: style,
                ellipsis: context.glyphs.ellipsis)
        }
        let width = line.isEmpty ? 0 : line.cellWidth + 2
        if width > 0 {
            surface.write(line, x: layout.status.maxX - width + 1, y: layout.status.maxY - 1, limit: width, style: context[.textDim])
        }
    }

    private func drawTabs(on surface: inout Surface, _ context: DrawingContext) {
        tabBar.draw(on: &surface, in: layout.tabs, context)
    }

    var tabBar: TabBar {
        let shown = state.tabs
        let tabs = shown.map { TabBar.Tab(key: state.panes[$0].pane.slot.map(String.init) ?? "", title: state.panes[$0].pane.title) }
        // Where room is short, what must be seen goes without what is nice to know.
        let isVital = state.isReadOnly || !state.context.name.isEmpty
        let who = isVital && state.size.width < 100 ? "" : "\(state.source.user) · \(state.source.kind)"
        let facts = [state.context.name, who, state.isReadOnly ? "READ-ONLY" : ""].filter { !$0.isEmpty }
        return TabBar(
            title: "mizzen", tabs: tabs, active: shown.firstIndex(of: state.active) ?? 0, note: facts.joined(separator: " · "),
            noteRole: state.isReadOnly ? .stateWarn : state.context.role, isNoteVital: isVital)
    }

    private func drawBottom(on surface: inout Surface, _ context: DrawingContext) {
        if case .prompt(let prompt) = state.overlay {
            let typed = prompt.field.text
            let completion = prompt.purpose == .command ? state.completions(typed).first ?? "" : ""
            PromptView(
                label: prompt.purpose == .command ? ":" : "/", field: prompt.field,
                suggestion: completion.hasPrefix(typed) ? String(completion.dropFirst(typed.count)) : "", isWrong: !prompt.problem.isEmpty
            )
            .draw(on: &surface, in: layout.hints, context)
        } else {
            HintBar(KeyHelp.hints(state)).draw(on: &surface, in: layout.hints, context)
        }
    }

    // MARK: The pane

    private func drawPane(on surface: inout Surface, _ context: DrawingContext) {
        drawInfo(paneInfo, failure: state.pane.failure, loadedAt: state.pane.loadedAt, on: &surface, context)
        table(in: layout.body).draw(on: &surface, in: layout.body, context)
        // Old rows look old; when they were true stands above them.
        if state.pane.failure != nil { surface.restyle(layout.body) { $0.adding(.dim) } }
        guard !layout.side.isEmpty else { return }
        surface.fill(
            Rect(x: layout.body.maxX, y: layout.body.y, width: 1, height: layout.body.height), with: context.glyphs.vertical,
            style: context[.border])
        guard let row = state.pane.selectedRow else { return }
        let fields = zip(state.pane.pane.columns, row.cells).filter { $1 != .none }.map { column, value in
            DetailView.Field(column.title, full(value, context), role: value.role)
        }
        DetailView(fields: fields).draw(on: &surface, in: layout.side.inset(horizontal: 1, vertical: 0), context)
    }

    /// Ages say since when, too, where there is room.
    private func full(_ value: CellValue, _ context: DrawingContext = DrawingContext()) -> String {
        if case .series(let values) = value { return Sparkline(values).text(ascii: context.isASCII) }
        guard case .age(let at) = value else { return value.text(state.clock) }
        return "\(value.text(state.clock)) (\(TimeText.local(at, state.clock)))"
    }

    private var paneInfo: String {
        let pane = state.pane
        guard pane.loadedAt != nil else { return "" }
        var parts: [String] = []
        let shown = pane.arranged.rows.count
        let names = pane.pane.rowNames
        parts.append(
            pane.hiddenRows > 0
                ? "\(shown) of \(pane.table.rows.count) \(names.many)" : shown == 1 ? "1 \(names.one)" : "\(shown) \(names.many)")
        if !pane.marked.isEmpty { parts.append("\(pane.marked.count) marked") }
        if pane.isPartial { parts.append("more are coming") }
        if !pane.filter.isEmpty { parts.append("filter \(pane.filter.text) hides \(pane.hiddenRows)") }
        if pane.isFollowing, shown > 0 { parts.append("the newest stays in view") }
        if state.isPaused { parts.append("paused") }
        if state.clock.agesAreTimes, state.clock.zone == .gmt { parts.append("times in UTC") }
        if pane.isWide { parts.append("wide") }
        return parts.joined(separator: " · ")
    }

    /// The way to the page in front, from its pane on: what is said in the second line and can be clicked.
    var crumbs: [String] { [state.pane.pane.title] + state.screens.map(\.crumb) }

    private func path(_ context: DrawingContext) -> String { crumbs.joined(separator: " \(context.glyphs.right) ") }

    /// How many pages are open below the crumb at a place; nil where there is none.
    func screens(below point: Point) -> Int? {
        guard point.y == layout.info.y, !state.screens.isEmpty else { return nil }
        var x = layout.info.x + 1
        for (index, crumb) in crumbs.enumerated() {
            let width = Sanitizer.line(crumb).cellWidth
            if point.x >= x, point.x < x + width { return index }
            x += width + 3
        }
        return nil
    }

    /// The second line: what is shown at the left, where it comes from and when it was true at the right.
    private func drawInfo(_ text: String, failure: EngineError?, loadedAt: Int64?, on surface: inout Surface, _ context: DrawingContext) {
        let name = state.source.name.split(separator: "/").last.map(String.init) ?? state.source.name
        let age = failure == nil ? "" : loadedAt.map { " (\(TimeText.age(from: $0, to: state.clock.now)))" } ?? ""
        let asOf = loadedAt.map { "as of \(TimeText.time($0, state.clock))\(age)" } ?? "asking"
        StatusLine(
            message: failure.map { "Not up to date: \($0.message)" } ?? text, role: failure == nil ? .textDim : .error,
            facts: "\(name) · \(asOf)"
        )
        .draw(on: &surface, in: layout.info, context)
    }

    func table(in area: Rect) -> TableView {
        let pane = state.pane
        // Times in the place of ages want their room.
        let widths = state.clock.agesAreTimes ? pane.arranged.widened(pane.widths) : pane.widths
        let columns =
            pane.isWide || pane.chosenColumns != nil
            ? pane.arranged.columns(chosen: pane.chosenColumns, from: pane.firstColumn, natural: widths, isWide: pane.isWide) : nil
        return Self.view(
            of: pane.arranged, widths: widths, columns: columns, place: pane.view, sort: pane.sort, marked: pane.marked, clock: state.clock,
            changed: pane,
            held: state.held?.item?.description,
            empty: pane.loadedAt == nil
                ? "Asking the store" : pane.table.rows.isEmpty ? emptyText : "No row passes the filter; esc clears it")
    }

    private var emptyText: String {
        state.pane.pane.advice.isEmpty ? state.pane.pane.empty : "\(state.pane.pane.empty): \(state.pane.pane.advice)"
    }

    static func view(
        of table: Table, widths: [Int], columns: Table.DrawnColumns? = nil, place: TableState, sort: TableOrder?, marked: Set<String>,
        clock: TableClock, changed: PaneState? = nil,
        held: String? = nil, empty: String
    ) -> TableView {
        let usual = table.drawnColumns(natural: widths)
        let shown = columns?.indices ?? usual
        let rows = table.rows
        return TableView(
            columns: columns?.columns ?? usual.map { table.columns[$0].terminalColumn(natural: widths[safe: $0] ?? 0) },
            rowCount: rows.count, state: place,
            sort: sort.map { TableView.Sort(column: $0.key, ascending: !$0.isDescending) }, empty: empty,
            isMarked: { row in rows[safe: row].map { marked.contains($0.id) } ?? false },
            cell: { row, column in
                let index = shown[safe: column] ?? -1
                guard let row = rows[safe: row] else { return TableCell("") }
                let value = row.cells[safe: index] ?? .none
                if row.id == held, value.role != nil { return TableCell("held", role: .stateWarn) }
                if case .series(let values) = value { return TableCell("", role: .stateBusy, graph: Sparkline(values)) }
                return TableCell(value.text(clock), role: value.role, isChanged: changed?.isChanged(row.id, column: index) ?? false)
            })
    }

    // MARK: Pages

    /// The part of a page that scrolls.
    var pageArea: Rect {
        let whole = Rect(x: layout.body.x, y: layout.body.y, width: state.size.width, height: layout.body.height)
        guard case .detail(let detail) = state.screens.last, detail.tabs.count > 1 else { return whole.inset(horizontal: 1, vertical: 0) }
        return Rect(x: whole.x + 1, y: whole.y + 1, width: max(whole.width - 2, 0), height: max(whole.height - 1, 0))
    }

    /// The rows of a page as text, for searching.
    func lines(of page: Screen, width: Int) -> [String] {
        switch page {
        case .detail(let detail):
            switch detail.tabs[safe: detail.tab]?.content {
            case .table, .tree: return detail.table?.rows.map { row in row.cells.map { $0.text(state.clock) }.joined(separator: " ") } ?? []
            case .text(let text): return TextView(text: text, wraps: state.wraps).rows(width: width).map(\.text)
            case .fields(let fields): return detailView(fields).texts(width: width)
            case .drawing, .walk:
                return (detail.drawing?.text() ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            case nil: return []
            }
        case .output(let output): return outputView(output, width).rows(width: width).map(\.text)
        case .help: return KeyHelp.lines(state).map(\.text)
        case .form: return []
        }
    }

    func rowCount(of page: Screen, width: Int) -> Int {
        switch page {
        case .detail(let detail): detail.tabs[safe: detail.tab].map { rowCount(of: $0.content, width: width) } ?? 0
        case .output(let output): outputView(output, width).rowCount(width: width)
        case .help: KeyHelp.lines(state).count
        case .form: 0
        }
    }

    private func rowCount(of content: Section.Content, width: Int) -> Int {
        switch content {
        case .table(let table, _): table.rows.count
        case .tree(let tree): tree.nodes.count
        case .text(let text): TextView(text: text, wraps: state.wraps).rowCount(width: width)
        case .fields(let fields): detailView(fields).rowCount(width: width)
        case .drawing(let drawing): drawing.height
        case .walk(let walk): walk.drawing(after: 0).height
        }
    }

    /// Tables in an answer are fitted to the width, or not where lines are cut.
    private func outputView(_ output: OutputScreen, _ width: Int) -> TextView {
        TextView(
            text: output.result.text(width: state.wraps ? width - 1 : nil, clock: state.clock), scroll: output.scroll, wraps: state.wraps,
            shift: state.textShift,
            highlight: state.find)
    }

    private func detailView(_ fields: [Section.Field], _ scroll: ScrollState = ScrollState()) -> DetailView {
        DetailView(fields: fields.map { DetailView.Field($0.label, full($0.value), role: $0.value.role) }, scroll: scroll)
    }

    private func draw(_ page: Screen, on surface: inout Surface, _ context: DrawingContext) {
        let area = pageArea
        switch page {
        case .detail(let detail):
            if let walk = detail.walk {
                StatusLine(message: walk.caption(after: detail.step), role: .stateWarn).draw(on: &surface, in: layout.info, context)
            } else if detail.moment != nil, detail.failure == nil {
                StatusLine(message: path(context) + moment(of: detail), role: .stateWarn).draw(on: &surface, in: layout.info, context)
            } else {
                drawInfo(path(context), failure: detail.failure, loadedAt: detail.loadedAt, on: &surface, context)
            }
            drawDetailTabs(detail, on: &surface, context)
            guard let tab = detail.tabs[safe: detail.tab] else { return }
            let scroll = detail.scrolls[detail.tab] ?? ScrollState()
            switch tab.content {
            case .table, .tree:
                guard let table = detail.table else { return }
                let empty = if case .table(_, let empty) = tab.content { empty } else { "" }
                let natural = table.naturalWidths(clock: state.clock)
                Self.view(
                    of: table, widths: natural, place: detail.tables[detail.tab] ?? TableState(), sort: nil, marked: [], clock: state.clock,
                    empty: empty
                )
                .draw(on: &surface, in: area, context)
            case .text(let text):
                TextView(text: text, scroll: scroll, wraps: state.wraps, shift: state.textShift, highlight: state.find).draw(
                    on: &surface, in: area, context)
            case .fields(let fields): detailView(fields, scroll).draw(on: &surface, in: area, context)
            case .drawing, .walk:
                if let drawing = detail.drawing {
                    DrawingView(drawing, origin: detail.origins[detail.tab]).draw(on: &surface, in: area, context)
                }
            }
        case .form(let screen):
            StatusLine(message: path(context), role: .textTitle, facts: screen.pending == nil ? "" : "sending").draw(
                on: &surface, in: layout.info, context)
            var rest = area
            if !screen.documentation.isEmpty {
                let lines = screen.documentation.wrapped(to: area.width).prefix(max(area.height / 4, 1))
                for (index, line) in lines.enumerated() {
                    surface.write(line, x: area.x, y: area.y + index, limit: area.width, style: context[.textDim])
                }
                rest = Rect(x: area.x, y: area.y + lines.count + 1, width: area.width, height: max(area.height - lines.count - 1, 0))
            }
            if screen.form.fields.isEmpty {
                surface.write("This task takes no data.", x: rest.x + 1, y: rest.y, limit: rest.width, style: context[.textDim])
                rest = Rect(x: rest.x, y: rest.y + 1, width: rest.width, height: max(rest.height - 1, 0))
            }
            FormView(screen.form).draw(on: &surface, in: rest, context)
        case .output(let output):
            StatusLine(message: path(context), role: .textTitle).draw(on: &surface, in: layout.info, context)
            outputView(output, area.width).draw(on: &surface, in: area, context)
        case .help(let scroll):
            StatusLine(message: "Keys and commands", role: .textTitle, facts: "esc leaves").draw(on: &surface, in: layout.info, context)
            TextView(lines: KeyHelp.lines(state), scroll: scroll, wraps: false, highlight: state.find).draw(on: &surface, in: area, context)
        }
    }

    /// Where in time the page is, when that is not now.
    private func moment(of detail: DetailScreen) -> String {
        guard let moment = detail.moment, let events = detail.events else { return "" }
        let event = events.rows[safe: Int(moment) - 1]
        let text =
            event.map { " (\(events.value("at", of: $0).text(state.clock))): \(events.value("text", of: $0).text(state.clock))" } ?? ""
        return " · as it was after event \(moment) of \(events.rows.count)\(text)"
    }

    private func drawDetailTabs(_ detail: DetailScreen, on surface: inout Surface, _ context: DrawingContext) {
        guard detail.tabs.count > 1 else { return }
        var x = layout.body.x + 1
        for (index, tab) in detail.tabs.enumerated() {
            x += surface.write(" \(tab.title) ", x: x, y: layout.body.y, style: context[index == detail.tab ? .headerActive : .textDim]) + 1
        }
    }
}

extension CellValue {
    var role: Role? { if case .word(_, let tone) = self { Role(tone) } else { nil } }
}
