// The bottom line that says which keys do what here.

import TextCells

/// Keys with words, as many as fit.
public struct HintBar: Widget {
    public struct Hint: Hashable, Sendable {
        public let keys: String
        public let text: String

        public init(keys: String, text: String) {
            self.keys = keys
            self.text = text
        }
    }

    public var hints: [Hint]

    public init(_ hints: [Hint]) { self.hints = hints }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        surface.fill(area.row(0), style: context[.hintText])
        var x = area.x + 1
        for hint in hints {
            let needed = Sanitizer.line(hint.keys).cellWidth + 1 + Sanitizer.line(hint.text).cellWidth
            guard x + needed <= area.maxX else { return }
            x += surface.write(hint.keys, x: x, y: area.y, style: context[.hintKey]) + 1
            x += surface.write(hint.text, x: x, y: area.y, style: context[.hintText]) + 2
        }
    }
}
