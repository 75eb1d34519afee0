// Drawing into a surface: text, fills, lines, boxes.

import TextCells

extension Surface {
    /// Writes cleaned text on one row, at most `limit` columns wide (nil: to the right edge), and returns the columns used.
    /// What does not fit is cut without a mark; use `truncated(to:)` for one with.
    @discardableResult
    public mutating func write(_ text: String, x: Int, y: Int, limit: Int? = nil, style: Style = .plain) -> Int {
        guard x < width, x > -100_000, y >= 0, y < height else { return 0 }
        let right = min(limit.map { x + min(max($0, 0), 100_000) } ?? width, width)
        var at = x
        for scalar in Sanitizer.line(text).unicodeScalars {
            let columns = TextWidth.of(scalar)
            if columns == 0 {
                if at > x { add(mark: scalar.value, before: at, y: y) }
                continue
            }
            guard at + columns <= right else { break }
            put(Cell(base: scalar, width: UInt8(columns), style: style), x: at, y: y)
            at += columns
        }
        return at - x
    }

    /// Writes text in a band of a row, aligned and padded with blanks of the same style; too long text ends in an ellipsis.
    public mutating func write(
        _ text: String, in band: Rect, alignment: Alignment = .left, style: Style = .plain, ellipsis: String = "…"
    ) {
        guard !band.isEmpty else { return }
        fill(band.row(0), style: style)
        let line = Sanitizer.line(text).truncated(to: band.width, ellipsis: ellipsis)
        let free = band.width - line.cellWidth
        let shift =
            switch alignment {
            case .left: 0
            case .center: free / 2
            case .right: free
            }
        write(line, x: band.x + max(shift, 0), y: band.y, limit: band.width - max(shift, 0), style: style)
    }

    /// Fills a part with one character of width 1 (anything else becomes a blank).
    public mutating func fill(_ part: Rect, with character: Unicode.Scalar = " ", style: Style = .plain) {
        let area = part.intersection(bounds)
        guard !area.isEmpty else { return }
        let clean = Sanitizer.isPlain(character) && TextWidth.of(character) == 1 ? character : " "
        let cell = Cell(base: clean, style: style)
        for y in area.y ..< area.maxY {
            for x in area.x ..< area.maxX { put(cell, x: x, y: y) }
        }
    }

    /// Draws a frame along the edge of a part and returns the inside. Smaller than 2×2: nothing drawn, empty inside.
    @discardableResult
    public mutating func box(_ part: Rect, glyphs: Glyphs, style: Style, title: String = "", titleStyle: Style? = nil) -> Rect {
        guard part.width >= 2, part.height >= 2 else { return Rect(x: part.x, y: part.y, width: 0, height: 0) }
        let right = part.maxX - 1
        let bottom = part.maxY - 1
        for y in [part.y, bottom] {
            fill(Rect(x: part.x, y: y, width: part.width, height: 1), with: glyphs.horizontal, style: style)
        }
        for x in [part.x, right] {
            fill(Rect(x: x, y: part.y, width: 1, height: part.height), with: glyphs.vertical, style: style)
        }
        let corners: [(Int, Int, Unicode.Scalar)] = [
            (part.x, part.y, glyphs.topLeft), (right, part.y, glyphs.topRight), (part.x, bottom, glyphs.bottomLeft),
            (right, bottom, glyphs.bottomRight),
        ]
        for (x, y, glyph) in corners { put(Cell(base: glyph, style: style), x: x, y: y) }
        if !title.isEmpty, part.width > 6 {
            let label = " " + Sanitizer.line(title).truncated(to: part.width - 6, ellipsis: glyphs.ellipsis) + " "
            write(label, x: part.x + 2, y: part.y, limit: part.width - 4, style: titleStyle ?? style)
        }
        return Rect(x: part.x + 1, y: part.y + 1, width: part.width - 2, height: part.height - 2)
    }
}
