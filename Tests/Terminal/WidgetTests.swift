// Widgets as text. `MIZZEN_RECORD=1` writes the pictures anew.

import Synchronization
import Testing

@testable import Terminal
@testable import TextCells

private let columns: [TableColumn] = [
    TableColumn("id", title: "Item", width: .fixed(6), alignment: .right),
    TableColumn("task", title: "Task", width: .flexible(minimum: 10, weight: 2)),
    TableColumn("state", title: "State", width: .fixed(9), priority: 1),
    TableColumn("owner", title: "Owner", width: .flexible(minimum: 8, maximum: 12), priority: 2),
]

private let tasks = ["Approve order", "Prüfe Antrag", "承認する", "A task whose name is much too long for any column of a table"]

private func table(rows: Int, state: TableState = TableState(), focused: Bool = true) -> TableView {
    TableView(
        columns: columns, rowCount: rows, state: state, sort: .init(column: "id", ascending: false), isFocused: focused,
        empty: "No work items", isMarked: { $0 == 2 },
        cell: { row, column in
            switch column {
            case 0: TableCell("\(row + 1)")
            case 1: TableCell(tasks[row % tasks.count])
            case 2: TableCell("● started", role: .stateBusy)
            default: TableCell("someone")
            }
        })
}

private func sampleForm() -> Form {
    Form(fields: [
        FormField(id: "order", label: "Order", kind: .heading),
        FormField(id: "id", label: "Number", kind: .readOnly, value: "4711", depth: 1),
        FormField(id: "name", label: "Customer", kind: .text, value: "Anna", isRequired: true, depth: 1),
        FormField(
            id: "amount", label: "Amount", kind: .number, value: "1x", error: "“1x” is not a decimal number; write for instance 12.50"),
        FormField(id: "paid", label: "Paid", kind: .boolean), FormField(id: "due", label: "Due", kind: .date),
        FormField(
            id: "by", label: "Ship by", kind: .choice([.init(value: "air"), .init(value: "sea", label: "Sea freight")]), value: "sea"),
    ])
}

@Suite struct WidgetTests {
    @Test(arguments: [80, 60, 30, 12])
    func tablesFitTheirWidth(_ width: Int) throws {
        try expectSnapshot(table(rows: 40, state: TableState(selected: 3)).drawn(width: width, height: 8), "table-\(width)")
    }

    @Test func anEmptyTableSaysSo() throws {
        try expectSnapshot(table(rows: 0).drawn(width: 40, height: 4), "table-empty")
    }

    @Test func asciiModeDrawsNothingElse() throws {
        let text = table(rows: 40).drawn(width: 60, height: 6, ascii: true)
        try expectSnapshot(text, "table-ascii")
        let dialog = DialogView(title: "Cancel", message: ["Really?"], buttons: ["Keep", "Cancel"]).drawn(
            width: 60, height: 10, ascii: true)
        #expect(dialog.utf8.allSatisfy { $0 < 0x7F })
    }

    @Test func onlyVisibleRowsAreAskedFor() {
        let asked = Mutex<Set<Int>>([])
        let view = TableView(columns: columns, rowCount: 100_000, state: TableState(selected: 50_000)) { row, _ in
            asked.withLock { _ = $0.insert(row) }
            return TableCell("x")
        }
        _ = view.surface(width: 80, height: 24)
        #expect(asked.withLock { $0.count } == 23)
    }

    @Test func theSelectionIsAlwaysInView() {
        var state = TableState()
        for step in [5, 30, -7, 1000, -1, -2000] {
            state.move(by: step, count: 100)
            state = state.settled(count: 100, height: 10)
            #expect((state.offset ..< state.offset + 10).contains(state.selected))
        }
        #expect(TableState(selected: 90, offset: 85).settled(count: 20, height: 10) == TableState(selected: 19, offset: 10))
        #expect(TableState(selected: 4).settled(count: 0, height: 0) == TableState())
    }

    @Test func theMouseFindsTheRowUnderIt() {
        let area = Rect(x: 0, y: 2, width: 40, height: 6)
        let view = table(rows: 40, state: TableState(selected: 10, offset: 8))
        #expect(view.row(at: Point(x: 3, y: 4), in: area) == 9)
        #expect(view.row(at: Point(x: 3, y: 2), in: area) == nil)
        #expect(table(rows: 1).row(at: Point(x: 3, y: 5), in: area) == nil)
    }

    @Test func theSelectedRowHasOneBackground() {
        let surface = table(rows: 5).surface(width: 80, height: 6)
        #expect(Set((0 ..< 80).map { surface[$0, 1].style.background }).count == 1)
        #expect(surface[0, 1].style.background != surface[0, 2].style.background)
    }

    @Test(arguments: [80, 44, 20])
    func tabsShortenWhenNarrow(_ width: Int) throws {
        let bar = TabBar(
            title: "mizzen", tabs: [.init(key: "1", title: "Queues"), .init(key: "2", title: "Cases"), .init(key: "3", title: "Specs")],
            active: 1,
            note: "3 live")
        try expectSnapshot(bar.drawn(width: width, height: 1), "tabs-\(width)")
    }

    @Test func detailsAlignAndWrap() throws {
        let view = DetailView(fields: [
            .heading("Case"), .init("Number", "12.1"), .init("Specification", "Order fulfilment"),
            .init("State", "running", role: .stateOK),
            .heading("Data"), .init("note", "a long value that does not fit into one row of this narrow view\nand has a second line"),
        ])
        try expectSnapshot(view.drawn(width: 44, height: 9), "detail")
        #expect(view.rowCount(width: 44) == 9)
    }

    @Test func textScrolls() throws {
        var scroll = ScrollState()
        let view = TextView(text: (1 ... 20).map { "line \($0)" }.joined(separator: "\n"))
        scroll.scroll(by: 7, count: view.rowCount(width: 20), height: 4)
        try expectSnapshot(TextView(lines: view.lines, scroll: scroll).drawn(width: 20, height: 4), "text")
        scroll.scroll(by: .max, count: 20, height: 4)
        #expect(scroll.first(count: 20, height: 4) == 16)
        scroll.scroll(by: .min, count: 20, height: 4)
        #expect(scroll.first(count: 20, height: 4) == 0)
        scroll.scrollToEnd(follow: true, count: 20, height: 4)
        #expect(scroll.first(count: 30, height: 4) == 26)
        scroll.scroll(by: -1, count: 30, height: 4)
        #expect(scroll.first(count: 40, height: 4) == 25)
    }

    @Test func promptsShowCursorSuggestionAndProblem() throws {
        let good = PromptView(label: ":", field: TextField("case start"), suggestion: " order").surface(width: 40, height: 1)
        #expect(good.text == ":case start order")
        #expect(good.cursor == Point(x: 11, y: 0))
        let bad = PromptView(label: "/", field: TextField("(a"), problem: "the ( is not closed").surface(width: 40, height: 1)
        #expect(bad.text == "/(a                  the ( is not closed")
    }

    @Test func dialogsNameWhatTheyDo() throws {
        let dialog = DialogView(
            title: "Cancel case", message: ["Cancel case 12 of Order fulfilment? Its 3 work items are withdrawn.", "Type 12 to confirm."],
            buttons: ["Keep it", "Cancel case 12"], field: TextField("1"), isDangerous: true)
        try expectSnapshot(dialog.drawn(width: 60, height: 16), "dialog")
        try expectSnapshot(dialog.drawn(width: 30, height: 8), "dialog-small")
    }

    @Test func formsShowFieldsAndTheirFaults() throws {
        try expectSnapshot(FormView(sampleForm()).drawn(width: 60, height: 12), "form")
        var form = sampleForm()
        for _ in 0 ..< 4 { form.focusNext() }
        try expectSnapshot(FormView(form).drawn(width: 60, height: 6), "form-scrolled")
        #expect(FormView(form).surface(width: 60, height: 6).cursor?.y == 3)
    }

    @Test func keysFillAForm() throws {
        var form = sampleForm()
        #expect(form.focus == .field(2))
        press(["!"], on: &form)
        form.focusNext()
        press(["backspace", "k", "5"], on: &form)
        #expect(form.fields[3].error == nil)
        form.focusNext()
        press(["space"], on: &form)
        form.focus(on: "by")
        press(["a"], on: &form)
        #expect(!form.isTyping)
        #expect(form.values.map { "\($0.id)=\($0.value)" } == ["id=4711", "name=Anna!", "amount=15", "paid=true", "due=", "by=air"])
        form.focusNext()
        let taken = form.handle(.character("x"))
        #expect(form.focus == .submit && !taken)
        form.focusNext()
        form.focusNext()
        #expect(form.focus == .field(2))
        form.focusPrevious()
        #expect(form.focus == .cancel)
        form.show(errors: ["due": "a date is missing"])
        #expect(form.focus == .field(5) && form.fields[5].error == "a date is missing")
    }

    private func press(_ keys: [String], on form: inout Form) {
        for key in keys {
            let taken = (try? KeyChord(parsing: key)).map { form.handle($0) }
            #expect(taken == true, "\(key)")
        }
    }

    @Test func aFormWithoutFieldsHasItsButtons() throws {
        var form = Form(fields: [])
        #expect(form.focus == .submit)
        form.paste("x")
        form.focusPrevious()
        try expectSnapshot(FormView(form).drawn(width: 30, height: 3), "form-empty")
    }

    @Test func hintsAreWholeOrNotThere() {
        let bar = HintBar([.init(keys: "q", text: "quit"), .init(keys: "enter", text: "open the form"), .init(keys: "?", text: "help")])
        #expect(bar.drawn(width: 40, height: 1) == " q quit  enter open the form  ? help")
        #expect(bar.drawn(width: 20, height: 1) == " q quit")
    }

    @Test func theStatusLineKeepsItsFacts() {
        let line = StatusLine(message: "a message that is long", role: .error, facts: "3 of 9")
        #expect(line.drawn(width: 24, height: 1) == " a message that… 3 of 9")
    }

    @Test func aSmallWindowSaysWhatItNeeds() throws {
        #expect(TooSmallView.applies(to: Size(width: 59, height: 40)) && !TooSmallView.applies(to: Size(width: 60, height: 16)))
        try expectSnapshot(TooSmallView().drawn(width: 30, height: 6), "too-small")
    }
}
