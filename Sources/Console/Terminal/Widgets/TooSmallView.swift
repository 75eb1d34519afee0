// What is shown when the window is too small for anything else.

import TextCells

/// A sentence with the size there is and the size that is needed.
public struct TooSmallView: Widget {
    /// The smallest screen on which anything else is drawn.
    public static let minimum = Size(width: 60, height: 16)

    public init() {}

    /// True when a screen of this size can only show this.
    public static func applies(to size: Size) -> Bool { size.width < minimum.width || size.height < minimum.height }

    public func draw(on surface: inout Surface, in area: Rect, _ context: DrawingContext) {
        surface.fill(area, style: context[.text])
        let text =
            """
            The window has \(area.width) columns and \(area.height) rows. At least \
            \(Self.minimum.width) and \(Self.minimum.height) are needed: make it larger.
            """
        for (line, row) in text.wrapped(to: area.width).prefix(area.height).enumerated() {
            surface.write(row, x: area.x, y: area.y + line, limit: area.width, style: context[.text])
        }
    }
}
