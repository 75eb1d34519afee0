// A table of any number of rows: only those in view are asked for.

import TextCells

/// What one field of a table shows.
public struct TableCell: Hashable, Sendable {
    public var text: String
    /// How it looks; nil like its row.
    public var role: Role?
    /// Drawn instead of the text.
    public var graph: Sparkline?
    /// It is new since the reader looked last.
    public var isChanged: Bool

    public init(_ text: String, role: Role? = nil, isChanged: Bool = false, graph: Sparkline? = nil) {
        self.text = text
        self.role = role
        self.graph = graph
        self.isChanged = isChanged
    }
}

/// Draws columns with a title row, a selected row, marks, a sort indicator and a scrollbar.
public struct TableView: Widget {
    public var columns: [TableColumn]
    public var rowCount: Int
    /// The field at a row and a column (an index of `columns`). Called for visible fields only.
    public var cell: @Sendable (_ row: Int, _ column: Int) -> TableCell
    public var state: TableState
    /// Marked rows carry a sign at the left.
    public var isMarked: @Sendable (_ row: Int) -> Bool
    public var sort: Sort?
    /// False draws the selection without emphasis, because the keys go elsewhere.
    public var isFocused: Bool
    /// What is shown instead of rows.
    public var empty: String

    public struct Sort: Hashable, Sendable {
        public var column: String
        public var ascending: Bool

        public init(column: String, ascending: Bool) {
            self.column = column
            self.ascending = ascending
        }
    }

    public init(
        columns: [TableColumn], rowCount: Int, state: TableState, sort: Sort? = nil, isFocused: Bool = true, empty: String = "Nothing here",
        isMarked: @escaping @Sendable (Int) -> Bool = { _ in false }, cell: @escaping @Sendable (_ row: Int, _ column: Int) -> TableCell
    ) {
        self.columns = columns
        self.rowCount = max(rowCount, 0)
        self.state = state
        self.sort = sort
        self.isFocused = isFocused
        self.empty = empty
        self.isMarked = isMarked
        self.cell = cell
    }

    /// Rows that fit below the titles: what paging and `TableState.settled` need.
    public static func visibleRows(in area: Rect) -> Int { max(area.height - 1, 0) }

    /// The row drawn at a place, for the mouse; nil on the titles or below the last row.
    public func row(at point: Point, in area: Rect) -> Int? {
        guard area.contains(point), point.y > area.y else { return nil }
        let row = settled(in: area).offset + point.y - area.y - 1
        return row < rowCount ? row : nil
    }

    /// The column whose title is drawn at a place, for the mouse; nil elsewhere.
    public func column(at point: Point, in area: Rect) -> TableColumn? {
        guard area.contains(point), point.y == area.y else { return nil }
        var x = area.x + 1
        for (index, width) in TableColumn.layout(columns, available: inner(area)) {
            if point.x >= x, point.x < x + width { return columns[index] }
            x += width + 1
        }
        return nil
    }

    /// One cell for marks at the left, one for the scrollbar at the right.
    private func inner(_ area: Rect) -> Int { max(area.width - 1 - (rowCount > Self.visibleRows(in: area) ? 1 : 0), 0) }

    private func settled(in area: Rect) -> TableState { state.settled(count: rowCount, height: Self.visibleRows(in: area)) }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        surface.fill(area, style: context[.text])
        let height = Self.visibleRows(in: area)
        let hasBar = rowCount > height
        let inner = inner(area)
        let layout = TableColumn.layout(columns, available: inner)
        drawTitles(on: &surface, area, layout, context)
        guard rowCount > 0 else {
            if height > 0 {
                surface.write(
                    empty, in: Rect(x: area.x + 1, y: area.y + 1, width: area.width - 1, height: 1), style: context[.textDim],
                    ellipsis: context.glyphs.ellipsis)
            }
            return
        }
        let place = settled(in: area)
        for line in 0 ..< min(height, rowCount - place.offset) {
            let row = place.offset + line
            drawRow(row, on: &surface, area.row(line + 1), inner, layout, row == place.selected, context)
        }
        if hasBar {
            let track = Rect(x: area.maxX - 1, y: area.y + 1, width: 1, height: height)
            Scrollbar(first: place.offset, count: rowCount).draw(on: &surface, in: track, context)
        }
    }

    private func drawTitles(
        on surface: inout Surface, _ area: Rect, _ layout: [(index: Int, width: Int)], _ context: DrawingContext
    ) {
        let style = context[.textTitle]
        surface.fill(area.row(0), style: style)
        var x = area.x + 1
        for (index, width) in layout {
            let column = columns[index]
            var title = column.title
            if let sort, sort.column == column.id {
                let mark = sort.ascending ? context.glyphs.ascending : context.glyphs.descending
                title = Sanitizer.line(title).truncated(to: max(width - 1, 0), ellipsis: "") + mark
            }
            surface.write(
                title, in: Rect(x: x, y: area.y, width: width, height: 1), alignment: column.alignment, style: style,
                ellipsis: context.glyphs.ellipsis)
            x += width + 1
        }
    }

    private func drawRow(
        _ row: Int, on surface: inout Surface, _ band: Rect, _ inner: Int, _ layout: [(index: Int, width: Int)], _ isSelected: Bool,
        _ context: DrawingContext
    ) {
        let marked = isMarked(row)
        var base = context[marked ? .rowMarked : .text]
        if isSelected { base = isFocused ? context[.rowSelected].over(base) : base.adding(.bold) }
        let line = Rect(x: band.x, y: band.y, width: min(inner + 1, band.width), height: 1)
        surface.fill(line, style: base)
        if marked { surface.write(context.glyphs.marked, x: band.x, y: band.y, limit: 1, style: base) }
        var x = band.x + 1
        for (index, width) in layout {
            let field = cell(row, index)
            var style = base
            if let role = field.role {
                style = context[role].over(base)
                // On the selected row its background wins, or the bar would be broken.
                if isSelected && isFocused { style.background = base.background }
            }
            if field.isChanged {
                style =
                    field.role == nil && !isSelected ? context[.cellChanged].over(style) : style.adding(context[.cellChanged].attributes)
            }
            surface.write(
                field.graph?.text(ascii: context.isASCII) ?? field.text, in: Rect(x: x, y: band.y, width: width, height: 1),
                alignment: columns[index].alignment, style: style,
                ellipsis: context.glyphs.ellipsis)
            x += width + 1
        }
    }
}

extension Style {
    /// This style with more attributes.
    public func adding(_ more: Attributes) -> Style {
        Style(foreground: foreground, background: background, attributes: attributes.union(more))
    }
}
