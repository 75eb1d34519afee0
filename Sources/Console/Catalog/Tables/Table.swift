/// One row: who it is, which does not change when it moves, and its values in the order of the columns.
public struct TableRow: Sendable, Hashable {
    public let id: String
    public let cells: [CellValue]
    /// Nil where nothing is decided on it.
    public let state: RowState?

    public init(id: String, cells: [CellValue], state: RowState? = nil) {
        self.id = id
        self.cells = cells
        self.state = state
    }
}

/// Rows and columns as a value. The console, the `:` prompt and the command line all show, filter, sort and export this one.
public struct Table: Sendable, Hashable {
    public let columns: [Column]
    public var rows: [TableRow]

    public init(columns: [Column], rows: [TableRow] = []) {
        self.columns = columns
        self.rows = rows
    }

    public func index(of key: String) -> Int? { columns.firstIndex { $0.key == key } }

    /// The value of a row in the column with this key.
    public func value(_ key: String, of row: TableRow) -> CellValue {
        guard let index = index(of: key), index < row.cells.count else { return .none }
        return row.cells[index]
    }

    /// The rows that pass the filter, in order.
    public func arranged(filter: Filter = .all, sort: TableOrder? = nil, clock: TableClock) -> Table {
        var result = self
        if !filter.isEmpty { result.rows = rows.filter { filter.matches($0, columns: columns, clock: clock) } }
        if let sort { result.sort(by: sort) }
        return result
    }

    /// Stable: rows of equal value stay as they were. Nothing stays last in either direction.
    public mutating func sort(by order: TableOrder) {
        guard let column = index(of: order.key) else { return }
        let keys = rows.map { $0.cells[safe: column] ?? .none }
        func comesBefore(_ a: Int, _ b: Int) -> Bool {
            let (x, y) = (keys[a], keys[b])
            switch CellValue.areInOrder(x, y) {
            case .same: return a < b
            case .before: return !order.isDescending || y == .none
            case .after: return order.isDescending && x != .none
            }
        }
        // Sources give their rows in the usual order already, and looking costs less than sorting.
        if rows.indices.dropFirst().allSatisfy({ comesBefore($0 - 1, $0) }) { return }
        rows = rows.indices.sorted(by: comesBefore).map { rows[$0] }
    }

    /// An array of objects, one member per column, hidden columns too.
    public var json: JSONValue {
        .array(
            rows.map { row in
                .object(zip(columns, row.cells).map { JSONValue.Member($0.key, $1.json) })
            })
    }
}

/// By which column, and which way round.
public struct TableOrder: Sendable, Hashable, CustomStringConvertible {
    public var key: String
    public var isDescending: Bool

    public init(_ key: String, descending: Bool = false) {
        self.key = key
        isDescending = descending
    }

    /// Reads `age` or `-age`.
    public init(parsing text: String) {
        isDescending = text.hasPrefix("-")
        key = isDescending ? String(text.dropFirst()) : text
    }

    public var description: String { (isDescending ? "-" : "") + key }
}

extension Array {
    package subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
