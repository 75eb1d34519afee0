// Names and values below each other, for one thing in detail.

import TextCells

/// A scrolling list of fields with aligned names; long values wrap.
public struct DetailView: Widget {
    public struct Field: Hashable, Sendable {
        public let label: String
        public let value: String
        public let role: Role?

        public init(_ label: String, _ value: String, role: Role? = nil) {
            self.label = label
            self.value = value
            self.role = role
        }

        /// A line over a group of fields.
        public static func heading(_ text: String) -> Field { Field(text, "", role: .textTitle) }
    }

    public var fields: [Field]
    public var scroll: ScrollState

    public init(fields: [Field], scroll: ScrollState = ScrollState()) {
        self.fields = fields
        self.scroll = scroll
    }

    /// How many rows the fields take in a width, for scrolling.
    public func rowCount(width: Int) -> Int { rows(width: width).count }

    /// The same rows as text.
    public func texts(width: Int) -> [String] { rows(width: width).map { $0.label + " " + $0.value } }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        surface.fill(area, style: context[.text])
        let all = rows(width: area.width)
        let first = scroll.first(count: all.count, height: area.height)
        let indent = labelWidth(area.width) + 2
        for (line, row) in all.dropFirst(first).prefix(area.height).enumerated() {
            let y = area.y + line
            if row.isHeading {
                surface.write(row.label, x: area.x, y: y, limit: area.width, style: context[.textTitle])
                continue
            }
            surface.write(
                row.label, in: Rect(x: area.x, y: y, width: min(indent - 2, area.width), height: 1), style: context[.textDim],
                ellipsis: context.glyphs.ellipsis)
            surface.write(
                row.value, x: area.x + indent, y: y, limit: max(area.width - indent - 1, 0), style: context[row.role ?? .text])
        }
        Scrollbar(first: first, count: all.count).draw(on: &surface, in: area, context)
    }

    private struct Row {
        var label: String
        var value: String
        var role: Role?
        var isHeading: Bool
    }

    private func labelWidth(_ width: Int) -> Int {
        let longest = fields.filter { $0.role != .textTitle }.map { Sanitizer.line($0.label).cellWidth }.max() ?? 0
        return min(longest, max(width / 3, 1))
    }

    private func rows(width: Int) -> [Row] {
        let room = max(width - labelWidth(width) - 3, 2)
        return fields.flatMap { field -> [Row] in
            if field.role == .textTitle { return [Row(label: field.label, value: "", role: nil, isHeading: true)] }
            return field.value.wrapped(to: room).enumerated().map { index, part in
                Row(label: index == 0 ? field.label : "", value: part, role: field.role, isHeading: false)
            }
        }
    }
}
