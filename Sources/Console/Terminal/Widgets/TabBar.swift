// The top line: the product, its panes with their number keys, and a note at the right.

/// One line of tabs. When it is too narrow the note goes, then the names of tabs, the last ones first and the active one never; a vital
/// note goes last.
public struct TabBar: Widget {
    public struct Tab: Hashable, Sendable {
        public let key: String
        public let title: String

        /// - Parameter key: what to press, as shown.
        public init(key: String, title: String) {
            self.key = key
            self.title = title
        }
    }

    public var title: String
    public var tabs: [Tab]
    public var active: Int
    public var note: String
    public var noteRole: Role
    public var isNoteVital: Bool

    public init(title: String, tabs: [Tab], active: Int, note: String = "", noteRole: Role = .header, isNoteVital: Bool = false) {
        self.title = title
        self.tabs = tabs
        self.active = active
        self.note = note
        self.noteRole = noteRole
        self.isNoteVital = isNoteVital
    }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        guard !area.isEmpty else { return }
        let header = context[.header]
        surface.fill(area.row(0), style: header)
        let noteText = Sanitizer.line(note)
        let noteWidth = noteText.isEmpty ? 0 : noteText.cellWidth + 2
        let short = shortened(to: area.width - (isNoteVital ? noteWidth : 0))
        let used = width(short)
        var x = area.x + 1
        x += surface.write(title, x: x, y: area.y, limit: area.maxX - x, style: context[.textTitle].over(header)) + 2
        for (index, tab) in tabs.enumerated() {
            let isActive = index == active
            let style = isActive ? context[.headerActive].over(header) : header
            let key = isActive ? style : context[.headerKey].over(header)
            let text = short.contains(index) ? "" : " " + tab.title
            guard x < area.maxX else { return }
            x += surface.write(" ", x: x, y: area.y, limit: area.maxX - x, style: style)
            x += surface.write(tab.key, x: x, y: area.y, limit: area.maxX - x, style: key)
            x += surface.write(text + " ", x: x, y: area.y, limit: area.maxX - x, style: style)
        }
        if noteWidth > 0, used + noteWidth <= area.width {
            surface.write(
                noteText, x: area.maxX - noteWidth + 1, y: area.y, limit: noteWidth - 1, style: context[noteRole].over(header))
        }
    }

    /// Tabs that show their key only.
    private func shortened(to room: Int) -> Set<Int> {
        var short: Set<Int> = []
        for index in tabs.indices.reversed() where index != active && width(short) > room { short.insert(index) }
        return short
    }

    private func width(_ short: Set<Int>) -> Int {
        tabs.enumerated().reduce(Sanitizer.line(title).cellWidth + 3) { sum, entry in
            let text = short.contains(entry.offset) ? 0 : Sanitizer.line(entry.element.title).cellWidth + 1
            return sum + entry.element.key.cellWidth + text + 2
        }
    }
}
