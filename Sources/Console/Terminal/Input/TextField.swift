// Text being typed: a prompt, a filter, a field of a form.

import TextCells

/// A line of text with a cursor. A value; keys go in through `handle`, drawing reads `window(columns:)`.
public struct TextField: Hashable, Sendable {
    private var characters: [Character]
    /// Characters (as a reader sees them) before the cursor.
    public private(set) var cursor: Int

    /// Longest text kept, in characters; more input is refused.
    public static let longest = 10_000

    /// The cursor stands at the end.
    public init(_ text: String = "") {
        characters = Array(Sanitizer.line(text).prefix(Self.longest))
        cursor = characters.count
    }

    public var text: String { String(characters) }
    public var isEmpty: Bool { characters.isEmpty }

    /// Applies an editing key and tells whether it was one. Typed characters, backspace, delete, left, right, home, end, and of
    /// the shell's habits ctrl+a, e, b, f, d, h, w, u, k, alt+b, alt+f and ctrl with left and right.
    public mutating func handle(_ chord: KeyChord) -> Bool {
        if let typed = chord.typed {
            insert(typed)
            return true
        }
        switch (chord.key, chord.modifiers) {
        case (.backspace, []): delete(from: cursor - 1, to: cursor)
        case (.backspace, .alt), (.character("w"), .control): delete(from: wordStart, to: cursor)
        case (.delete, []), (.character("d"), .control): delete(from: cursor, to: cursor + 1)
        case (.left, []), (.character("b"), .control): move(to: cursor - 1)
        case (.right, []), (.character("f"), .control): move(to: cursor + 1)
        case (.left, .control), (.character("b"), .alt): move(to: wordStart)
        case (.right, .control), (.character("f"), .alt): move(to: wordEnd)
        case (.home, []), (.character("a"), .control): move(to: 0)
        case (.end, []), (.character("e"), .control): move(to: characters.count)
        case (.character("u"), .control): delete(from: 0, to: cursor)
        case (.character("k"), .control): delete(from: cursor, to: characters.count)
        default: return false
        }
        return true
    }

    /// Inserts cleaned text at the cursor; used for paste too.
    public mutating func insert(_ text: String) {
        let before = String(characters[..<cursor]) + Sanitizer.line(text)
        let after = characters[cursor...]
        let joined = Array(before)
        guard joined.count + after.count <= Self.longest else { return }
        // A combining mark joins the character before it, so the cursor is counted anew.
        characters = joined + after
        cursor = joined.count
    }

    public mutating func clear() {
        characters = []
        cursor = 0
    }

    /// The part to show in a band of so many columns, and the cursor's column in it. The cursor is always inside.
    public func window(columns: Int) -> (text: String, cursor: Int) {
        guard columns > 1 else { return ("", 0) }
        var start = cursor
        var used = 0
        while start > 0 {
            let width = String(characters[start - 1]).cellWidth
            if used + width > columns - 1 { break }
            used += width
            start -= 1
        }
        return (String(characters[start...]).prefix(columns: columns), used)
    }

    private mutating func move(to place: Int) {
        cursor = min(max(place, 0), characters.count)
    }

    private mutating func delete(from start: Int, to end: Int) {
        let low = min(max(start, 0), characters.count)
        let high = min(max(end, low), characters.count)
        characters.removeSubrange(low ..< high)
        cursor = low
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, characters[place - 1] == " " { place -= 1 }
        while place > 0, characters[place - 1] != " " { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < characters.count, characters[place] == " " { place += 1 }
        while place < characters.count, characters[place] != " " { place += 1 }
        return place
    }
}
