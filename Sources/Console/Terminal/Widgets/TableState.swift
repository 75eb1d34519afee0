// Where the reader is in a table.

/// Selected row and first row shown. Rows are counted as they are shown now; whoever re-sorts finds the row again by its identity.
public struct TableState: Hashable, Sendable {
    /// The selected row; meaningless while there are no rows.
    public private(set) var selected: Int
    public private(set) var offset: Int

    public init(selected: Int = 0, offset: Int = 0) {
        self.selected = max(selected, 0)
        self.offset = max(offset, 0)
    }

    /// Moves the selection by rows, up if negative, stopping at the ends.
    public mutating func move(by rows: Int, count: Int) {
        let last = max(count - 1, 0)
        let step = min(max(rows, -last), last)
        selected = min(max(min(selected, last) + step, 0), last)
    }

    public mutating func select(_ row: Int, count: Int) {
        selected = min(max(row, 0), max(count - 1, 0))
    }

    public mutating func selectFirst() { selected = 0 }

    public mutating func selectLast(count: Int) { selected = max(count - 1, 0) }

    /// The same place in a table of this many rows of which `height` are visible: the selection exists and is in view. Widgets draw
    /// this; keep it after a move so that the view does not jump.
    public func settled(count: Int, height: Int) -> TableState {
        let rows = max(height, 1)
        let row = min(selected, max(count - 1, 0))
        let lowest = max(row - rows + 1, 0)
        let first = min(max(offset, lowest), row)
        return TableState(selected: row, offset: min(first, max(count - rows, 0)))
    }
}
