// The top line: the product, its panes with their number keys, and a note at the right.

import TextCells

/// One line of tabs. Where it is too narrow the note goes first, then titles get shorter, all alike and the active one never; where even
/// three letters each are too much, tabs that do not fit are scrolled away and arrows say so. A vital note stays to the end.
public struct TabBar: Widget {
    public struct Tab: Hashable, Sendable {
        public let key: String
        public let title: String

        /// - Parameter key: what to press, as shown; empty where no single key opens it.
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

    /// A title of fewer letters says nothing.
    private static let shortest = 3

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
        let places = layout(in: area)
        surface.write(title, x: area.x + 1, y: area.y, limit: area.width - 1, style: context[.textTitle].over(header))
        for place in places where place.x < area.maxX {
            let isActive = place.index == active
            let style = isActive ? context[.headerActive].over(header) : header
            surface.fill(Rect(x: place.x, y: area.y, width: min(place.width, area.maxX - place.x), height: 1), style: style)
            let key = tabs[place.index].key
            let used = surface.write(
                key, x: place.x + 1, y: area.y, limit: min(place.width - 1, area.maxX - place.x - 1),
                style: isActive ? style : context[.headerKey].over(header))
            let start = place.x + 1 + used + (used == 0 ? 0 : 1)
            surface.write(place.text, x: start, y: area.y, limit: max(min(place.width - used - 2, area.maxX - start), 0), style: style)
        }
        let key = context[.headerKey].over(header)
        if let first = places.first, first.index > 0, first.x <= area.maxX {
            surface.write(context.glyphs.left, x: first.x - 1, y: area.y, limit: 1, style: key)
        }
        let end = places.last.map { $0.x + $0.width } ?? area.x
        if let last = places.last, last.index < tabs.count - 1, end < area.maxX {
            surface.write(context.glyphs.right, x: end, y: area.y, limit: 1, style: key)
        }
        let noteText = Sanitizer.line(note), noteWidth = self.noteWidth
        if noteWidth > 0, end + 1 + noteWidth <= area.maxX {
            surface.write(noteText, x: area.maxX - noteWidth + 1, y: area.y, limit: noteWidth - 1, style: context[noteRole].over(header))
        }
    }

    /// The tab drawn at a place, for the mouse.
    public func tab(at point: Point, in area: Rect) -> Int? {
        guard point.y == area.y else { return nil }
        return layout(in: area).first { point.x >= $0.x && point.x < $0.x + $0.width }?.index
    }

    private struct Place {
        let index: Int
        let text: String
        var x: Int
        let width: Int
    }

    private var noteWidth: Int {
        let text = Sanitizer.line(note)
        return text.isEmpty ? 0 : text.cellWidth + 2
    }

    private func layout(in area: Rect) -> [Place] {
        let start = area.x + Sanitizer.line(title).cellWidth + 3
        let room = area.maxX - start - (isNoteVital ? noteWidth : 0)
        let titles = tabs.map { Sanitizer.line($0.title) }
        func places(_ letters: [Int]) -> [Place] {
            tabs.enumerated().map { index, tab in
                let text = titles[index].truncated(to: letters[index], ellipsis: "")
                return Place(index: index, text: text, x: 0, width: 2 + tab.key.cellWidth + (tab.key.isEmpty ? 0 : 1) + text.cellWidth)
            }
        }
        func width(_ places: [Place]) -> Int { places.reduce(0) { $0 + $1.width } }
        let longest = titles.map(\.cellWidth)
        var letters = longest.enumerated().map { $0 == active ? $1 : min($1, Self.shortest) }
        // Letter by letter for all, as long as there is room.
        var grown = true
        while grown {
            grown = false
            for index in letters.indices where letters[index] < longest[index] && width(places(letters)) < room {
                letters[index] += 1
                grown = true
            }
        }
        var shown = places(letters)
        // The active one is in view, with as many around it as fit; a cell at each side is for the arrows.
        while shown.count > 1, width(shown) > room - 1 - (shown.first?.index == 0 ? 0 : 1) {
            if width(shown) <= room, shown.count == tabs.count { break }
            let here = shown.firstIndex { $0.index == active } ?? 0
            if here < shown.count - 1 { shown.removeLast() } else { shown.removeFirst() }
        }
        var x = start + (shown.first.map { $0.index > 0 } == true ? 1 : 0)
        for index in shown.indices {
            shown[index].x = x
            x += shown[index].width
        }
        return shown
    }
}
