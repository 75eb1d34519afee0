// One line of news: what was just done, or what went wrong.

import TextCells

/// A message at the left and facts at the right; the message is cut first.
public struct StatusLine: Widget {
    public var message: String
    public var role: Role
    public var facts: String

    public init(message: String, role: Role = .text, facts: String = "") {
        self.message = message
        self.role = role
        self.facts = facts
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        let style = context[.text]
        surface.fill(area.row(0), style: style)
        let right = Sanitizer.line(facts).truncated(to: area.width / 2, ellipsis: context.glyphs.ellipsis)
        let width = right.isEmpty ? 0 : right.cellWidth + 2
        let band = Rect(x: area.x + 1, y: area.y, width: area.width - 1 - width, height: 1)
        surface.write(message, in: band, style: context[role].over(style), ellipsis: context.glyphs.ellipsis)
        if width > 0 { surface.write(right, x: area.maxX - width + 1, y: area.y, limit: width, style: context[.textDim]) }
    }
}
