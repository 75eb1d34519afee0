import Catalog
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
    var sort: TableOrder?
    var view = TableState()
    /// The selected row by who it is, so that it stays selected wherever it moves.
    var selectedID: String?
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
    /// Cells that are new, by row, one bit per column, and since when. Those of long tables are not compared.
    private(set) var changes: [String: (columns: UInt64, at: Int64)] = [:]
    private static let mostCompared = 10_000
    /// For how long a change stands out, in milliseconds.
    private static let changeLasts: Int64 = 5000
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
        noteChanges(table, clock.now)
        self.table = table
        self.isPartial = isPartial
        self.widths = widths
        loadedAt = clock.now
        failure = nil
        if !marked.isEmpty { marked.formIntersection(table.rows.map(\.id)) }
        arrange(clock)
    }

    /// True where a row is new or this value of it.
    func isChanged(_ row: String, column: Int) -> Bool { changes[row].map { $0.columns & 1 << UInt64(min(column, 63)) != 0 } ?? false }

    private mutating func noteChanges(_ new: Table, _ now: Int64) {
        changes = changes.filter { now - $0.value.at < Self.changeLasts }
        guard loadedAt != nil, !isPartial, !pane.isLocal, !table.rows.isEmpty, max(table.rows.count, new.rows.count) <= Self.mostCompared,
            table.rows != new.rows
        else { return }
        let before = Dictionary(table.rows.map { ($0.id, $0.cells) }) { first, _ in first }
        for row in new.rows {
            guard let old = before[row.id] else {
                changes[row.id] = (.max, now)
                continue
            }
            guard old != row.cells else { continue }
            var columns = changes[row.id]?.columns ?? 0
            for (index, cell) in row.cells.enumerated() where index < 64 && old[safe: index] != cell { columns |= 1 << UInt64(index) }
            changes[row.id] = (columns, now)
        }
    }

    /// They belong to another store.
    mutating func forgetRows() {
        let kept = look
        self = PaneState(pane)
        resume(kept)
        selectedID = nil
    }

    mutating func setFilter(_ text: String, _ clock: TableClock) {
        do {
            filter = try Filter(parsing: text, columns: pane.columns, clock: clock)
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

    /// The newest row stays in view: the reader is at it and has not gone down.
    var isFollowing: Bool { pane.followsNewest && view.selected == 0 && sort == pane.sort && loadedAt != nil }

    private mutating func arrange(_ clock: TableClock) {
        let follows = isFollowing
        arranged = table.arranged(filter: filter, sort: sort, clock: clock)
        guard !follows else {
            view.select(0, count: arranged.rows.count)
            selectedID = selectedRow?.id
            return
        }
        if let selectedID, let place = arranged.rows.firstIndex(where: { $0.id == selectedID }) {
            view.select(place, count: arranged.rows.count)
        } else if selectedID == nil || !isPartial {
            // Its row is gone: the one that took its place is selected.
            view.select(view.selected, count: arranged.rows.count)
            selectedID = selectedRow?.id
        }
    }
}
