import Terminal
import TextCells

/// The palette over the page: a line to type into, and below it what fits.
struct PaletteView: Widget {
    let palette: PaletteState
    let entries: [PaletteCommands.Entry]

    func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        let box = area.centered(width: min(area.width - 4, 90), height: min(area.height - 4, 18))
        surface.fill(box, style: context[.text])
        let inside = surface.box(
            box, glyphs: context.glyphs, style: context[.borderFocus], title: "Actions", titleStyle: context[.textTitle]
        ).inset(horizontal: 1, vertical: 0)
        guard inside.height > 1 else { return }
        PromptView(label: "", field: palette.field).draw(on: &surface, in: inside.row(0), context)
        let rows = inside.height - 1
        let first = max(0, min(palette.selected - rows / 2, entries.count - rows))
        let keys = min(max(entries.map(\.keys.cellWidth).max() ?? 0, 4), 12),
            name = min(max(entries.map(\.line.cellWidth).max() ?? 0, 8), 18)
        for (row, entry) in entries.dropFirst(first).prefix(rows).enumerated() {
            let style = first + row == palette.selected ? context[.rowSelected] : context[.text]
            let line = inside.row(row + 1)
            surface.fill(line, style: style)
            surface.write(entry.keys.padded(to: keys), x: line.x, y: line.y, limit: keys, style: context[.hintKey].over(style))
            surface.write(entry.line.padded(to: name), x: line.x + keys + 1, y: line.y, limit: name, style: style)
            surface.write(
                entry.summary, in: Rect(x: line.x + keys + name + 2, y: line.y, width: max(line.width - keys - name - 2, 0), height: 1),
                style: style,
                ellipsis: context.glyphs.ellipsis)
        }
        if entries.isEmpty {
            surface.write("No action is called that", x: inside.x, y: inside.y + 1, limit: inside.width, style: context[.textDim])
        }
    }
}
