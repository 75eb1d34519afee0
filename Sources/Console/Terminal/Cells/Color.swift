// A colour as a theme names it, before it is fitted to what the terminal can show.

/// A colour: the terminal's own, one of the 256 palette entries, or a mixture of red, green and blue. Four bytes, no allocation.
public struct Color: Hashable, Sendable {
    private let raw: UInt32

    private init(raw: UInt32) { self.raw = raw }

    /// The terminal's own foreground or background.
    public static let standard = Color(raw: 0)

    /// Palette entry: 0–7 the plain colours, 8–15 the bright ones, 16–231 the 6×6×6 cube, 232–255 greys.
    public static func palette(_ index: UInt8) -> Color {
        Color(raw: 1 << 24 | UInt32(index))
    }

    public static func rgb(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Color {
        Color(raw: 2 << 24 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue))
    }

    /// What the value is, for fitting and printing.
    public enum Kind: Hashable, Sendable {
        case standard
        case palette(UInt8)
        case rgb(UInt8, UInt8, UInt8)
    }

    public var kind: Kind {
        switch raw >> 24 {
        case 1: .palette(UInt8(raw & 0xFF))
        case 2: .rgb(UInt8(raw >> 16 & 0xFF), UInt8(raw >> 8 & 0xFF), UInt8(raw & 0xFF))
        default: .standard
        }
    }

    /// Names a theme may use besides `#rrggbb` and numbers.
    public static let names: [String: Color] = [
        "default": .standard, "black": .palette(0), "red": .palette(1), "green": .palette(2), "yellow": .palette(3),
        "blue": .palette(4), "magenta": .palette(5), "cyan": .palette(6), "white": .palette(7), "bright-black": .palette(8),
        "bright-red": .palette(9), "bright-green": .palette(10), "bright-yellow": .palette(11), "bright-blue": .palette(12),
        "bright-magenta": .palette(13), "bright-cyan": .palette(14), "bright-white": .palette(15),
    ]

    /// Reads `#rrggbb`, a palette number 0–255, or a name of `names`. Nil when it is none of them.
    public init?(parsing text: String) {
        if let named = Self.names[text] {
            self = named
        } else if text.hasPrefix("#"), text.utf8.count == 7, text.utf8.dropFirst().allSatisfy({ Self.isHexDigit($0) }),
            let value = UInt32(text.dropFirst(), radix: 16)
        {
            self = Color(raw: 2 << 24 | value)
        } else if let index = UInt8(text) {
            self = .palette(index)
        } else {
            return nil
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30 ... 0x39, 0x41 ... 0x46, 0x61 ... 0x66: true
        default: false
        }
    }
}
