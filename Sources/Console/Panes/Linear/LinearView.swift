import Catalog
import Engine
import Terminal
import TextCells

/// What the console has in front, as lines to be read one after the other: no frames, no columns, every value with its name.
struct LinearView {
    let state: ConsoleState

    init(_ state: ConsoleState) { self.state = state }

    private static let rowsAtOnce = 20

    /// The page in front by name; another name means that there is something new to read.
    var front: String {
        var parts = [state.pane.pane.id] + state.screens.map(\.crumb)
        if case .detail(let detail) = state.screens.last { parts.append("\(detail.tab) \(detail.moment ?? -1) \(detail.loadedAt == nil)") }
        if case .form(let screen) = state.screens.last { parts.append("\(screen.form.focus)") }
        return parts.joined(separator: "\n")
    }

    var prompt: String {
        if case .dialog(let dialog) = state.overlay { return dialog.typedName == nil ? "yes or no? " : "? " }
        guard case .form(let screen) = state.screens.last else { return "> " }
        switch screen.form.focus {
        case .field: return "= "
        case .submit, .cancel: return "\(screen.form.submitTitle)? yes or no: "
        }
    }

    func page(from first: Int) -> [String] {
        switch state.screens.last {
        case .detail(let detail): path + tabs(detail) + content(detail, first)
        case .form(let screen): form(screen)
        case .output(let output): path + Sanitizer.lines(output.result.text(width: nil, clock: state.clock))
        case .help: help
        case nil: pane(first)
        }
    }

    private var path: [String] { [ConsoleView(state).crumbs.map { Sanitizer.line($0) }.joined(separator: ", ")] }

    // MARK: Lists

    private func pane(_ first: Int) -> [String] {
        let pane = state.pane, names = pane.pane.rowNames, count = pane.arranged.rows.count
        var heading = "\(pane.pane.title): \(count) \(count == 1 ? names.one : names.many)"
        if !pane.filter.isEmpty { heading += ", filter \(pane.filter.text) hides \(pane.hiddenRows)" }
        if !pane.marked.isEmpty { heading += ", \(pane.marked.count) marked" }
        if let sort = pane.sort { heading += ", sorted by \(sort.key)\(sort.isDescending ? " downwards" : "")" }
        guard count > 0 else { return [heading + "."] }
        return [heading + "."] + numbered(pane.arranged, first, marked: pane.marked)
    }

    private func numbered(_ table: Table, _ first: Int, marked: Set<String> = []) -> [String] {
        guard first < table.rows.count else { return ["No more rows."] }
        let shown = table.drawnColumns(natural: table.columns.map { _ in 1 })
        var lines = table.rows.enumerated().dropFirst(first).prefix(Self.rowsAtOnce).map { number, row in
            let values = shown.compactMap { index -> String? in
                let text = row.cells[safe: index]?.text(state.clock) ?? ""
                return text.isEmpty ? nil : "\(table.columns[index].title) \(Sanitizer.line(text))"
            }
            return "\(number + 1). \(marked.contains(row.id) ? "marked, " : "")\(values.joined(separator: ", "))"
        }
        let left = table.rows.count - first - lines.count
        if left > 0 { lines.append("\(left) more; Enter reads on.") }
        return lines
    }

    // MARK: Pages

    /// The rows of the tab in front, where it has some.
    static func rows(of detail: DetailScreen) -> Table? {
        detail.table
    }

    private func tabs(_ detail: DetailScreen) -> [String] {
        guard detail.tabs.count > 1 else { return [] }
        return [
            "Tabs, opened by their names: "
                + detail.tabs.enumerated().map { $1.title + ($0 == detail.tab ? " (this one)" : "") }.joined(separator: ", ") + "."
        ]
    }

    private func content(_ detail: DetailScreen, _ first: Int) -> [String] {
        if let failure = detail.failure { return ["Not up to date: \(failure.message)"] }
        switch detail.tabs[safe: detail.tab]?.content {
        case .table(let table, let empty): return table.rows.isEmpty ? [empty] : numbered(table, first)
        case .tree(let tree): return numbered(tree.visible(detail.collapsed), first)
        case .text(let text): return Sanitizer.lines(text)
        case .fields(let fields): return fields.map { "\($0.label): \(Sanitizer.lines($0.value.text(state.clock)).joined(separator: " "))" }
        case .walk(let walk): return walk.lines
        case .drawing(let drawing):
            return drawing.text(ascii: true).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        case nil: return ["Asking the store."]
        }
    }

    private func form(_ screen: FormScreen) -> [String] {
        switch screen.form.focus {
        case .field(let index):
            guard let field = screen.form.fields[safe: index] else { return [] }
            var lines: [String] = []
            let focusable = screen.form.fields.filter(\.isFocusable)
            if focusable.first?.id == field.id {
                lines = [Sanitizer.line(screen.title)] + Sanitizer.lines(screen.documentation).filter { !$0.isEmpty }
                lines += screen.form.fields.filter { !$0.isFocusable && $0.kind != .heading }.map {
                    "\($0.label): \(Sanitizer.line($0.value))"
                }
                lines.append("Enter keeps a value, .empty empties it; .back, .send, .leave and .drop go elsewhere.")
            }
            let place = (focusable.firstIndex { $0.id == field.id } ?? 0) + 1
            return lines + [
                """
                \(place) of \(focusable.count): \(Sanitizer.line(field.label))\(field.isRequired ? ", needed" : "")\
                \(Self.choices(field)), now \(field.value.isEmpty ? "empty" : Sanitizer.line(field.value))
                """
            ]
                + (field.error.map { [$0] } ?? [])
        case .submit, .cancel: return ["All fields are filled in."]
        }
    }

    private static func choices(_ field: FormField) -> String {
        switch field.kind {
        case .boolean: ", yes or no"
        case .choice(let values): ", one of " + values.enumerated().map { "\($0 + 1) \($1.label)" }.joined(separator: ", ")
        default: ""
        }
    }

    /// What a typed line means in a field: choices go by number too.
    static func value(of line: String, in field: FormField) -> String {
        switch field.kind {
        case .boolean: ["yes", "y", "true", "1"].contains(line.lowercased()) ? "true" : "false"
        case .choice(let values):
            values.first { $0.value == line || $0.label == line }?.value ?? Int(line).flatMap { values[safe: $0 - 1]?.value } ?? line
        default: line
        }
    }

    static func problem(of line: String, in field: FormField) -> String? {
        switch field.kind {
        case .boolean: ["yes", "y", "no", "n", "true", "false", "1", "0"].contains(line.lowercased()) ? nil : "Type yes or no"
        case .choice(let values):
            values.contains { $0.value == value(of: line, in: field) } ? nil : "It is one of \(values.map(\.label).joined(separator: ", "))"
        default: nil
        }
    }

    private var help: [String] {
        [
            "A pane by name lists its rows: \(state.registry.panes.map(\.id).joined(separator: ", ")).",
            "A number opens that row; a number and a command does it to that row, such as 2 case suspend.",
            """
            Enter reads on, again reads anew, /words filters as on the screen, / alone shows \
            all, up leaves a page, back goes where you were.
            """,
            "All commands of mizzen and of the console can be typed:",
        ] + state.registry.commands.filter { !$0.words.isEmpty }.map { "\($0.usage): \($0.summary)" }
    }
}
