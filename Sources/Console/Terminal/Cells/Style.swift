// How a cell looks apart from its character.

/// Weight and decoration of a character.
public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let italic = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
    public static let reverse = Attributes(rawValue: 16)

    /// The words a theme uses.
    public static let names: [String: Attributes] = [
        "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
    ]
}

/// Foreground, background and attributes of a cell.
public struct Style: Hashable, Sendable {
    public var foreground: Color
    public var background: Color
    public var attributes: Attributes

    public init(foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// Plain text in the terminal's own colours.
    public static let plain = Style()

    /// This style laid over another: its standard colours let the lower ones through, attributes add up.
    public func over(_ lower: Style) -> Style {
        Style(
            foreground: foreground == .standard ? lower.foreground : foreground,
            background: background == .standard ? lower.background : background,
            attributes: attributes.union(lower.attributes))
    }
}
