// Draws a form, scrolled so that the focused field and its error are in view.

import TextCells

/// Fields below each other with labels at the left, errors below the fields, buttons in the last row.
public struct FormView: Widget {
    public var form: Form

    public init(_ form: Form) { self.form = form }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        surface.fill(area, style: context[.text])
        surface.cursor = nil
        let body = Rect(x: area.x, y: area.y, width: area.width, height: max(area.height - 2, 0))
        let rows = self.rows(width: body.width)
        let first = firstRow(rows, height: body.height)
        for (line, row) in rows.dropFirst(first).prefix(body.height).enumerated() {
            draw(row, on: &surface, body.row(line), context)
        }
        Scrollbar(first: first, count: rows.count).draw(on: &surface, in: body, context)
        drawButtons(on: &surface, area.row(area.height - 1), context)
    }

    private enum Row {
        case field(Int)
        case error(Int, String)
    }

    private func rows(width: Int) -> [Row] {
        let room = max(width - labelWidth(width) - 5, 2)
        return form.fields.indices.flatMap { index -> [Row] in
            let errors = form.fields[index].error.map { $0.wrapped(to: room) } ?? []
            return [.field(index)] + errors.map { .error(index, $0) }
        }
    }

    /// The focused field's rows are in view, with one row of context above where there is room.
    private func firstRow(_ rows: [Row], height: Int) -> Int {
        let last = max(rows.count - height, 0)
        guard case .field(let focused) = form.focus else { return last }
        var top = 0
        var bottom = 0
        for (place, row) in rows.enumerated() {
            switch row {
            case .field(let index) where index == focused:
                top = place
                bottom = place
            case .error(let index, _) where index == focused: bottom = place
            default: break
            }
        }
        if bottom < height { return 0 }
        return min(min(bottom - height + 1, top), last)
    }

    private func labelWidth(_ width: Int) -> Int {
        let longest =
            form.fields.filter { $0.kind != .heading }
            .map { Sanitizer.line($0.label).cellWidth + 2 * $0.depth + ($0.isRequired ? 2 : 0) }.max() ?? 0
        return min(longest, max(width * 2 / 5, 1))
    }

    private func draw(_ row: Row, on surface: inout Surface, _ line: Rect, _ context: DrawingContext) {
        let labels = labelWidth(line.width)
        let start = labels + 3
        let room = max(line.width - start - 2, 0)
        switch row {
        case .error(_, let text):
            surface.write(text, x: line.x + start, y: line.y, limit: room, style: context[.error])
        case .field(let index):
            let field = form.fields[index]
            let isFocused = form.focus == .field(index)
            if field.kind == .heading {
                surface.write(
                    field.label, x: line.x + 1 + 2 * field.depth, y: line.y, limit: line.width - 1 - 2 * field.depth,
                    style: context[.textTitle])
                return
            }
            if isFocused { surface.write(context.glyphs.arrow, x: line.x, y: line.y, limit: 1, style: context[.hintKey]) }
            let label = field.label + (field.isRequired ? " *" : "")
            let indent = min(2 * field.depth, labels)
            surface.write(
                label, in: Rect(x: line.x + 1 + indent, y: line.y, width: labels - indent, height: 1).intersection(line),
                style: context[isFocused ? .textTitle : .text], ellipsis: context.glyphs.ellipsis)
            drawContent(field, isFocused, on: &surface, Rect(x: line.x + start, y: line.y, width: room, height: 1), context)
        }
    }

    private func drawContent(
        _ field: FormField, _ isFocused: Bool, on surface: inout Surface, _ band: Rect, _ context: DrawingContext
    ) {
        guard !band.isEmpty else { return }
        let style = context[field.error == nil ? .input : .inputBad]
        let glyphs = context.glyphs
        switch field.kind {
        case .readOnly:
            surface.write(field.value, in: band, style: context[.textDim], ellipsis: glyphs.ellipsis)
        case .boolean:
            let text = field.value == "true" ? "[\(glyphs.check)] yes" : "[ ] no"
            surface.write(text, x: band.x, y: band.y, limit: band.width, style: isFocused ? style : context[.text])
            if isFocused { surface.cursor = Point(x: min(band.x + 1, band.maxX - 1), y: band.y) }
        case .choice(let choices):
            let label = choices.first { $0.value == field.value }?.label ?? (field.value.isEmpty ? "choose" : field.value)
            let text = isFocused ? "\(glyphs.left) \(label) \(glyphs.right)" : label
            surface.write(
                text, x: band.x, y: band.y, limit: band.width,
                style: isFocused ? style : context[field.value.isEmpty ? .textDim : .text])
            if isFocused { surface.cursor = Point(x: min(band.x + 2, band.maxX - 1), y: band.y) }
        case .text, .number, .date, .heading:
            let box = Rect(x: band.x, y: band.y, width: min(band.width, 48), height: 1)
            surface.fill(box, style: style)
            let hint = field.kind == .date && field.placeholder.isEmpty ? "YYYY-MM-DD" : field.placeholder
            if field.value.isEmpty {
                surface.write(hint, x: box.x, y: box.y, limit: box.width, style: context[.textDim].over(style))
            }
            let shown = isFocused ? field.editor.window(columns: box.width) : (text: field.value, cursor: 0)
            if !field.value.isEmpty {
                if isFocused {
                    surface.write(shown.text, x: box.x, y: box.y, limit: box.width, style: style)
                } else {
                    surface.write(shown.text, in: box, style: style, ellipsis: glyphs.ellipsis)
                }
            }
            if isFocused { surface.cursor = Point(x: min(box.x + shown.cursor, box.maxX - 1), y: box.y) }
        }
    }

    private func drawButtons(on surface: inout Surface, _ line: Rect, _ context: DrawingContext) {
        var x = line.x + 1
        for (title, focus) in [(form.submitTitle, Form.Focus.submit), (form.cancelTitle, .cancel)] where x < line.maxX {
            let isSelected = form.focus == focus
            x +=
                surface.write(
                    isSelected ? "[ \(title) ]" : "  \(title)  ", x: x, y: line.y, limit: line.maxX - x,
                    style: context[isSelected ? .rowSelected : .text]) + 2
        }
    }
}
