// Widgets are values that draw themselves into a part of a surface. They keep nothing: whatever lasts is a state value of the caller.

import TextCells

/// What every widget needs to draw.
public struct DrawingContext: Hashable, Sendable {
    public let theme: Theme
    public let glyphs: Glyphs

    /// - Parameter ascii: draw without any character outside ASCII.
    public init(theme: Theme = .standard, ascii: Bool = false) {
        self.theme = theme
        glyphs = ascii ? .ascii : .unicode
    }

    public var isASCII: Bool { glyphs == .ascii }

    public subscript(role: Role) -> Style { theme[role] }
}

/// Something that draws. It never writes outside `area`, whatever the size.
public protocol Widget: Sendable {
    func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext)
}
