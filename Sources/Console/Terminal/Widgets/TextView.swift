// Text of any length that scrolls.

import TextCells

/// Lines with a role each, wrapped or cut, with a scrollbar.
public struct TextView: Widget {
    public struct Line: Hashable, Sendable {
        public let text: String
        public let role: Role

        public init(_ text: String, role: Role = .text) {
            self.text = text
            self.role = role
        }
    }

    public var lines: [Line]
    public var scroll: ScrollState
    public var wraps: Bool
    /// Cells scrolled away at the left where lines are not wrapped.
    public var shift: Int
    /// Rows with this text stand out, upper and lower case alike; empty for none.
    public var highlight: String

    public init(lines: [Line], scroll: ScrollState = ScrollState(), wraps: Bool = true, shift: Int = 0, highlight: String = "") {
        self.lines = lines
        self.scroll = scroll
        self.wraps = wraps
        self.shift = max(shift, 0)
        self.highlight = highlight
    }

    public init(text: String, scroll: ScrollState = ScrollState(), wraps: Bool = true, shift: Int = 0, highlight: String = "") {
        self.init(lines: Sanitizer.lines(text).map { Line($0) }, scroll: scroll, wraps: wraps, shift: shift, highlight: highlight)
    }

    /// The lines as they are broken in a width.
    public func rows(width: Int) -> [Line] {
        wraps ? lines.flatMap { line in line.text.wrapped(to: width - 1).map { Line($0, role: line.role) } } : lines
    }

    /// How many rows the lines take in a width, for scrolling.
    public func rowCount(width: Int) -> Int {
        wraps ? lines.reduce(0) { $0 + $1.text.wrapped(to: width - 1).count } : lines.count
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        surface.fill(area, style: context[.text])
        let rows = rows(width: area.width), wanted = highlight.lowercased()
        let first = scroll.first(count: rows.count, height: area.height)
        for (line, row) in rows.dropFirst(first).prefix(area.height).enumerated() {
            surface.write(
                wraps ? row.text : row.text.withoutFirst(shift),
                in: Rect(x: area.x, y: area.y + line, width: max(area.width - 1, 0), height: 1),
                style: context[!wanted.isEmpty && row.text.lowercased().contains(wanted) ? .rowMarked : row.role],
                ellipsis: context.glyphs.ellipsis)
        }
        let marks = wanted.isEmpty ? [] : rows.indices.filter { rows[$0].text.lowercased().contains(wanted) }
        Scrollbar(first: first, count: rows.count, marks: marks).draw(on: &surface, in: area, context)
    }
}

extension String {
    /// Without what fills the first columns; a wide character that would be cut goes as a whole.
    fileprivate func withoutFirst(_ columns: Int) -> String {
        guard columns > 0 else { return self }
        var used = 0
        return String(
            drop { character in
                guard used < columns else { return false }
                used += String(character).cellWidth
                return true
            })
    }
}
