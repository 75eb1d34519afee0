// One line where something is typed: a command, a filter.

import TextCells

/// A label, the text being typed with its cursor, and at the right what is wrong with it or how it could go on.
public struct PromptView: Widget {
    public var label: String
    public var field: TextField
    /// Shown dim after the text, for instance a completion.
    public var suggestion: String
    public var problem: String
    /// The text is not acceptable, though why is said elsewhere.
    public var isWrong: Bool

    public init(label: String, field: TextField, suggestion: String = "", problem: String = "", isWrong: Bool = false) {
        self.label = label
        self.field = field
        self.suggestion = suggestion
        self.problem = problem
        self.isWrong = isWrong || !problem.isEmpty
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        let style = context[isWrong ? .inputBad : .input]
        surface.fill(area.row(0), style: style)
        let used = surface.write(label, x: area.x, y: area.y, limit: area.width / 2, style: context[.hintKey].over(style))
        let room = area.width - used
        let shown = field.window(columns: room)
        let start = area.x + used
        let end = start + surface.write(shown.text, x: start, y: area.y, limit: room, style: style)
        surface.cursor = Point(x: min(start + shown.cursor, area.maxX - 1), y: area.y)
        let note = Sanitizer.line(problem.isEmpty ? suggestion : problem)
        let role: Role = problem.isEmpty ? .textDim : .error
        guard !note.isEmpty, area.maxX - end > 3 else { return }
        if problem.isEmpty {
            surface.write(note, x: end, y: area.y, limit: area.maxX - end, style: context[role].over(style))
        } else {
            let band = Rect(x: end + 2, y: area.y, width: area.maxX - end - 2, height: 1)
            surface.write(note, in: band, alignment: .right, style: context[role].over(style), ellipsis: context.glyphs.ellipsis)
        }
    }
}
