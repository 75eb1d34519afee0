// The screen as a value: what a view returns, what tests read, what the renderer compares with the frame before.

import TextCells

/// A grid of cells with a cursor. Writing outside it does nothing; a wide character is never left cut in half.
public struct Surface: Hashable, Sendable {
    public let size: Size
    private var cells: [Cell]
    /// Where the terminal's cursor blinks; nil hides it.
    public var cursor: Point?

    public init(size: Size, style: Style = .plain) {
        self.size = size
        cells = Array(repeating: .blank(style), count: size.width * size.height)
    }

    public var width: Int { size.width }
    public var height: Int { size.height }
    public var bounds: Rect { Rect(size) }

    /// The cell at a place; blank outside.
    public subscript(x: Int, y: Int) -> Cell {
        guard x >= 0, y >= 0, x < width, y < height else { return .blank }
        return cells[y * width + x]
    }

    /// One row's cells, left to right; empty outside.
    public func row(_ y: Int) -> ArraySlice<Cell> {
        guard y >= 0, y < height else { return [] }
        return cells[y * width ..< (y + 1) * width]
    }

    /// Puts one character; blanks the other half of any wide character it hits. A wide one at the right edge becomes a blank.
    mutating func put(_ cell: Cell, x: Int, y: Int) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let start = y * width
        detach(x, start)
        guard cell.width == 2 else {
            cells[start + x] = cell.width == 1 ? cell : .blank(cell.style)
            return
        }
        guard x + 1 < width else {
            cells[start + x] = .blank(cell.style)
            return
        }
        detach(x + 1, start)
        cells[start + x] = cell
        cells[start + x + 1] = Cell(base: " ", width: 0, style: cell.style)
    }

    /// Adds a combining mark to the character that ends before `x`.
    mutating func add(mark: UInt32, before x: Int, y: Int) {
        guard y >= 0, y < height else { return }
        var at = min(x, width) - 1
        if at > 0, cells[y * width + at].width == 0 { at -= 1 }
        guard at >= 0 else { return }
        cells[y * width + at] = cells[y * width + at].adding(mark: mark)
    }

    /// Changes the style of each cell of a part, the characters stay.
    public mutating func restyle(_ part: Rect, _ change: (Style) -> Style) {
        let area = part.intersection(bounds)
        guard !area.isEmpty else { return }
        for y in area.y ..< area.maxY {
            for x in area.x ..< area.maxX { cells[y * width + x].style = change(cells[y * width + x].style) }
        }
    }

    /// Makes the other half of a wide character at `x` a blank.
    private mutating func detach(_ x: Int, _ start: Int) {
        let here = cells[start + x]
        if here.width == 2, x + 1 < width {
            cells[start + x + 1] = .blank(here.style)
        } else if here.width == 0, x > 0 {
            cells[start + x - 1] = .blank(here.style)
        }
    }

    /// The characters, one line per row, spaces at the ends of rows removed: what snapshots compare.
    public var text: String {
        (0 ..< height).map { y in
            var line = String.UnicodeScalarView()
            append(row: y, to: &line)
            return line.withoutBlanksAtEnd
        }.joined(separator: "\n")
    }

    func append(row y: Int, to line: inout String.UnicodeScalarView) {
        for cell in row(y) { cell.append(to: &line) }
    }
}

extension String.UnicodeScalarView {
    var withoutBlanksAtEnd: String { String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)]) }
}
