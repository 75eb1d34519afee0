// A drawing as lines of text, for whoever has no screen to show a part of it on.

extension Drawing {
    /// All of it as text, without blanks at the ends of lines.
    public func text(ascii: Bool = false) -> String {
        var boxes: [Int: [Box]] = [:], labels: [Int: [Label]] = [:]
        for box in self.boxes { for y in max(box.area.y, 0) ..< max(min(box.area.maxY, height), 0) { boxes[y, default: []].append(box) } }
        for label in self.labels { labels[label.place.y, default: []].append(label) }
        let glyphs: Glyphs = ascii ? .ascii : .unicode
        return (0 ..< height).map { y in
            var row = TextRow(width: width)
            for x in 0 ..< width { if let glyph = line(x: x, y: y, glyphs) { row.put(glyph, x: x) } }
            for box in boxes[y] ?? [] { row.draw(box.area, y: y, glyphs) }
            for label in labels[y] ?? [] {
                let text = Sanitizer.line(label.text)
                row.write(ascii ? Self.ascii(text) : text, x: label.place.x)
            }
            return row.text
        }.joined(separator: "\n")
    }

    /// The signs that drawings are made with, in ASCII; each is one column wide either way.
    private static let signs: [Character: Character] = [
        "●": "*", "■": "#", "▸": ">", "◂": "<", "↺": "@", "░": ".", "█": "#", "∧": "&", "∨": "o", "×": "x",
    ]

    package static func ascii(_ text: String) -> String { String(text.map { signs[$0] ?? $0 }) }
}

/// One row of cells while it is put together. A wide character owns two, the second of them empty, and is never left cut in half.
private struct TextRow {
    private var cells: [String]

    init(width: Int) { cells = Array(repeating: " ", count: width) }

    mutating func put(_ scalar: Unicode.Scalar, x: Int) {
        guard cells.indices.contains(x) else { return }
        detach(x)
        guard TextWidth.of(scalar) == 2 else {
            cells[x] = String(scalar)
            return
        }
        guard x + 1 < cells.count else {
            cells[x] = " "
            return
        }
        detach(x + 1)
        cells[x] = String(scalar)
        cells[x + 1] = ""
    }

    /// What of a frame is in this row. Smaller ones than 2×2 are not drawn.
    mutating func draw(_ area: Rect, y: Int, _ glyphs: Glyphs) {
        guard area.width >= 2, area.height >= 2 else { return }
        let right = area.maxX - 1, isTop = y == area.y
        guard isTop || y == area.maxY - 1 else {
            put(glyphs.vertical, x: area.x)
            return put(glyphs.vertical, x: right)
        }
        for x in max(area.x, 0) ..< max(min(area.maxX, cells.count), max(area.x, 0)) { put(glyphs.horizontal, x: x) }
        put(isTop ? glyphs.topLeft : glyphs.bottomLeft, x: area.x)
        put(isTop ? glyphs.topRight : glyphs.bottomRight, x: right)
    }

    /// What begins left of the row or goes beyond its end is cut.
    mutating func write(_ text: String, x start: Int) {
        var x = start
        for scalar in text.unicodeScalars {
            let columns = TextWidth.of(scalar)
            if columns == 0 {
                add(mark: scalar, before: x, from: start)
                continue
            }
            if x >= 0 {
                guard x + columns <= cells.count else { return }
                put(scalar, x: x)
            }
            x += columns
        }
    }

    private mutating func add(mark: Unicode.Scalar, before x: Int, from start: Int) {
        guard x > start, x > 0, x <= cells.count else { return }
        let place = cells[x - 1].isEmpty && x > 1 ? x - 2 : x - 1
        cells[place].unicodeScalars.append(mark)
    }

    /// Makes the other half of a wide character a blank.
    private mutating func detach(_ x: Int) {
        if cells[x].isEmpty, x > 0 { cells[x - 1] = " " }
        if x + 1 < cells.count, cells[x + 1].isEmpty { cells[x + 1] = " " }
    }

    var text: String {
        var text = cells.joined()
        while text.last == " " { text.removeLast() }
        return text
    }
}
