// The part of a drawing that is in view.

import TextCells

/// Shows a drawing from a place on, with arrows at the edges behind which there is more.
public struct DrawingView: Widget {
    public var drawing: Drawing
    /// The place of the drawing at the top left; nil shows the drawing's focus.
    public var origin: Point?

    public init(_ drawing: Drawing, origin: Point? = nil) {
        self.drawing = drawing
        self.origin = origin
    }

    /// Where the view begins in an area: never so far that it would be empty.
    public func settled(in area: Rect) -> Point {
        let wanted = origin ?? drawing.focus.map { Point(x: $0.x - area.width / 2, y: $0.y - area.height / 2) } ?? Point(x: 0, y: 0)
        return Point(
            x: min(max(wanted.x, 0), max(drawing.width - area.width, 0)), y: min(max(wanted.y, 0), max(drawing.height - area.height, 0)))
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        surface.fill(area, style: context[.text])
        let from = settled(in: area)
        var part = part(Rect(x: from.x, y: from.y, width: area.width, height: area.height), context)
        drawMarks(from, on: &part, context)
        for y in 0 ..< part.height {
            for (x, cell) in part.row(y).enumerated() where cell.width > 0 { surface.put(cell, x: area.x + x, y: area.y + y) }
        }
    }

    /// A part of the drawing on a surface of its own, so that what sticks out is cut at the edges.
    func part(_ seen: Rect, _ context: DrawingContext) -> Surface {
        var part = Surface(size: seen.size, style: context[.text])
        let lineStyle = context[.border].over(context[.text]), glyphs = context.glyphs
        for y in 0 ..< part.height {
            for x in 0 ..< part.width {
                guard let glyph = drawing.line(x: seen.x + x, y: seen.y + y, glyphs) else { continue }
                part.put(Cell(base: glyph, style: lineStyle), x: x, y: y)
            }
        }
        for box in drawing.boxes where !box.area.intersection(seen).isEmpty {
            let place = Rect(x: box.area.x - seen.x, y: box.area.y - seen.y, width: box.area.width, height: box.area.height)
            part.box(place, glyphs: glyphs, style: context[Role(box.tone)].over(context[.text]))
        }
        for label in drawing.labels where label.place.y >= seen.y && label.place.y < seen.maxY && label.place.x < seen.maxX {
            write(label, from: Point(x: seen.x, y: seen.y), on: &part, context)
        }
        return part
    }

    /// A text may begin left of what is in view.
    private func write(_ label: Drawing.Label, from: Point, on part: inout Surface, _ context: DrawingContext) {
        var x = label.place.x - from.x
        let line = Sanitizer.line(label.text)
        var text = Substring(context.isASCII ? Drawing.ascii(line) : line)
        while x < 0, let first = text.first {
            x += String(first).cellWidth
            text.removeFirst()
        }
        part.write(String(text), x: x, y: label.place.y - from.y, style: context[Role(label.tone)].over(context[.text]))
    }

    private func drawMarks(_ from: Point, on part: inout Surface, _ context: DrawingContext) {
        let style = context[.hintKey].over(context[.text])
        let middle = (x: part.width / 2, y: part.height / 2)
        if from.x > 0 { part.write(context.glyphs.left, x: 0, y: middle.y, style: style) }
        if from.x + part.width < drawing.width { part.write(context.glyphs.right, x: part.width - 1, y: middle.y, style: style) }
        if from.y > 0 { part.write(context.glyphs.ascending, x: middle.x, y: 0, style: style) }
        if from.y + part.height < drawing.height { part.write(context.glyphs.descending, x: middle.x, y: part.height - 1, style: style) }
    }
}
