// A question or a message over the screen.

import TextCells

/// A box in the middle with text and buttons. The first button is the safe one and chosen until the person moves.
public struct DialogView: Widget {
    public var title: String
    /// Paragraphs; they wrap. The caller names the verb, the objects and the effect.
    public var message: [String]
    /// Safe choice first.
    public var buttons: [String]
    /// Index of the chosen button.
    public var selected: Int
    /// Where a name must be typed to confirm; nil for none.
    public var field: TextField?
    public var isDangerous: Bool

    public init(
        title: String, message: [String], buttons: [String], selected: Int = 0, field: TextField? = nil, isDangerous: Bool = false
    ) {
        self.title = title
        self.message = message
        self.buttons = buttons
        self.selected = selected
        self.field = field
        self.isDangerous = isDangerous
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        let lines = message.flatMap { $0.wrapped(to: min(area.width - 6, 66)) }
        let buttonsWidth = buttons.reduce(0) { $0 + Sanitizer.line($1).cellWidth + 6 }
        let widest = max(lines.map(\.cellWidth).max() ?? 0, buttonsWidth, Sanitizer.line(title).cellWidth + 4, 24)
        let extra = field == nil ? 0 : 2
        let box = area.centered(width: widest + 6, height: lines.count + 5 + extra)
        surface.fill(box, style: context[.text])
        let edge = context[isDangerous ? .error : .borderFocus]
        let inside = surface.box(box, glyphs: context.glyphs, style: edge, title: title, titleStyle: context[.textTitle])
            .inset(horizontal: 1, vertical: 0)
        guard !inside.isEmpty else { return }
        // When it is too low for everything, the buttons stay and the text is cut.
        let room = max(inside.height - 2 - extra, 0)
        for (line, text) in lines.prefix(room).enumerated() {
            surface.write(text, x: inside.x, y: inside.y + line, limit: inside.width, style: context[.text])
        }
        surface.cursor = nil
        if let field, inside.height >= 4 {
            PromptView(label: "", field: field).draw(on: &surface, in: inside.row(inside.height - 3), context)
        }
        drawButtons(on: &surface, inside.row(inside.height - 1), context)
    }

    private func drawButtons(on surface: inout Surface, _ line: Rect, _ context: DrawingContext) {
        var x = line.x
        for (index, button) in buttons.enumerated() where x < line.maxX {
            let isSelected = index == selected
            let style = isSelected ? context[.rowSelected] : context[.text]
            let label = isSelected ? "[ \(button) ]" : "  \(button)  "
            x += surface.write(label, x: x, y: line.y, limit: line.maxX - x, style: style) + 2
        }
    }
}
