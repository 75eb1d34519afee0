import Engine
import Terminal

/// Where a pane stands: its rows as fetched, as filtered and sorted, and the reader's place in them.
struct PaneState: Sendable {
    let pane: Pane
    /// As fetched.
    private(set) var table: Table
    /// As shown.
    private(set) var arranged: Table
    private(set) var widths: [Int]
    private(set) var filter = Filter.all
    /// What was typed when it is no filter; the one before stays in force.
    var filterProblem: String?
    private(set) var sort: TableOrder?
    var view = TableState()
    /// The selected row by who it is, so that it stays selected wherever it moves.
    private(set) var selectedID: String?
    var marked: Set<String> = []
    /// Every column as wide as its values, the first one fixed, the others from `firstColumn` on.
    var isWide = false
    var firstColumn = 0
    /// Keys of the columns a person wants, in order; nil are the usual ones.
    var chosenColumns: [String]?
    /// When the rows were true; nil before the first answer.
    private(set) var loadedAt: Int64?
    /// The epoch asked for by the latest request, and that request while it is under way.
    var askedEpoch = -1
    var pending: Int?
    /// Only the first rows are here.
    private(set) var isPartial = false
    /// Why the latest request failed; the rows before stay.
    var failure: EngineError?

    init(_ pane: Pane) {
        self.pane = pane
        table = Table(columns: pane.columns)
        arranged = table
        widths = pane.columns.map { _ in 0 }
        sort = pane.sort
    }

    var selectedRow: TableRow? { arranged.rows[safe: view.selected] }
    var hiddenRows: Int { table.rows.count - arranged.rows.count }
    /// Marked rows that are shown, in their order.
    var markedRows: [TableRow] { arranged.rows.filter { marked.contains($0.id) } }

    mutating func take(_ table: Table, widths: [Int], isPartial: Bool = false, at clock: TableClock) {
        self.table = table
        self.isPartial = isPartial
        self.widths = widths
        loadedAt = clock.now
        failure = nil
        marked.formIntersection(table.rows.map(\.id))
        arrange(clock)
    }

    mutating func setFilter(_ text: String, _ clock: TableClock) {
        do {
            filter = try Filter(parsing: text, columns: pane.columns)
            filterProblem = nil
            arrange(clock)
        } catch {
            filterProblem = error.message
        }
    }

    mutating func setSort(_ order: TableOrder, _ clock: TableClock) {
        sort = order
        arrange(clock)
    }

    mutating func move(by rows: Int) {
        view.move(by: rows, count: arranged.rows.count)
        selectedID = selectedRow?.id
    }

    mutating func select(_ row: Int) {
        view.select(row, count: arranged.rows.count)
        selectedID = selectedRow?.id
    }

    private mutating func arrange(_ clock: TableClock) {
        arranged = table.arranged(filter: filter, sort: sort, clock: clock)
        if let selectedID, let place = arranged.rows.firstIndex(where: { $0.id == selectedID }) {
            view.select(place, count: arranged.rows.count)
        } else {
            // Its row is gone: the one that took its place is selected.
            view.select(view.selected, count: arranged.rows.count)
            selectedID = selectedRow?.id
        }
    }
}
