// Shows which part of something long is in view.

import TextCells

/// A column of track and thumb; nothing when all is in view.
public struct Scrollbar: Widget {
    public var first: Int
    public var count: Int
    /// Rows worth finding, shown at their places.
    public var marks: [Int]

    public init(first: Int, count: Int, marks: [Int] = []) {
        self.first = first
        self.count = count
        self.marks = marks
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        let height = area.height
        guard count > height, height > 1, area.width > 0 else { return }
        let column = Rect(x: area.maxX - 1, y: area.y, width: 1, height: height)
        surface.fill(column, with: context.glyphs.track, style: context[.border])
        let rows = min(count, 1 << 40)
        let length = max(height * height / rows, 1)
        let last = rows - height
        let start = (height - length) * min(max(first, 0), last) / last
        surface.fill(
            Rect(x: column.x, y: area.y + start, width: 1, height: length), with: context.glyphs.thumb, style: context[.border])
        for mark in marks where mark >= 0 && mark < rows {
            surface.write(
                context.glyphs.marked, x: column.x, y: area.y + min(mark * height / rows, height - 1), limit: 1, style: context[.rowMarked])
        }
    }
}
