// Fitting colours to what a terminal can show.

/// How many colours there are, in rising order.
public enum ColorDepth: Int, Hashable, Sendable, Comparable {
    case mono
    case eight
    case sixteen
    case palette256
    /// terminfo promises direct colour.
    case direct

    public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }

    /// By the number terminfo gives.
    init(colors: Int) {
        switch colors {
        case ..<8: self = .mono
        case ..<16: self = .eight
        case ..<256: self = .sixteen
        case ..<(1 << 24): self = .palette256
        default: self = .direct
        }
    }

    /// The most a user's environment allows: NO_COLOR (not empty) and CLICOLOR=0 forbid colour unless CLICOLOR_FORCE is set. Nil:
    /// no limit.
    public static func limit(environment: [String: String]) -> ColorDepth? {
        if let force = environment["CLICOLOR_FORCE"], force != "0", !force.isEmpty { return nil }
        if let no = environment["NO_COLOR"], !no.isEmpty { return .mono }
        return environment["CLICOLOR"] == "0" ? .mono : nil
    }

    /// The number ncurses gets for a colour: -1 is the terminal's own. A bright colour on eight becomes its plain one.
    func number(_ color: Color) -> Int {
        switch color.kind {
        case .standard: return -1
        case .palette(let index): return palette(Int(index))
        case .rgb(let red, let green, let blue):
            if self == .direct { return Int(red) << 16 | Int(green) << 8 | Int(blue) }
            return palette(Self.nearest(Int(red), Int(green), Int(blue)))
        }
    }

    private func palette(_ index: Int) -> Int {
        switch self {
        case .mono: return -1
        case .palette256: return index
        case .direct:
            // ncurses takes 0–7 as palette entries there, everything else as a mixture.
            if index < 8 { return index }
            let (red, green, blue) = Self.mixture(index)
            return max(red << 16 | green << 8 | blue, 8)
        case .sixteen, .eight:
            let basic = index < 16 ? index : Self.basic(Self.mixture(index))
            return self == .eight ? basic & 7 : basic
        }
    }

    /// The nearest entry of the cube or the grey ramp.
    static func nearest(_ red: Int, _ green: Int, _ blue: Int) -> Int {
        func step(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
        func distance(_ other: (Int, Int, Int)) -> Int {
            let (r, g, b) = (red - other.0, green - other.1, blue - other.2)
            return r * r + g * g + b * b
        }
        let cube = 16 + 36 * step(red) + 6 * step(green) + step(blue)
        let grey = 232 + min(max(((red + green + blue) / 3 - 3) / 10, 0), 23)
        return distance(mixture(grey)) < distance(mixture(cube)) ? grey : cube
    }

    /// Red, green and blue of a palette entry, as xterm mixes them.
    static func mixture(_ index: Int) -> (Int, Int, Int) {
        if index >= 232 {
            let level = 8 + 10 * (index - 232)
            return (level, level, level)
        }
        if index >= 16 {
            let levels = [0, 95, 135, 175, 215, 255]
            let place = index - 16
            return (levels[place / 36 % 6], levels[place / 6 % 6], levels[place % 6])
        }
        let high = index > 7 ? 255 : 205
        if index == 7 { return (229, 229, 229) }
        if index == 8 { return (127, 127, 127) }
        return (index & 1 != 0 ? high : 0, index & 2 != 0 ? high : 0, index & 4 != 0 ? high : 0)
    }

    /// The nearest of the sixteen.
    private static func basic(_ color: (Int, Int, Int)) -> Int {
        (0 ..< 16).min { distance($0, color) < distance($1, color) } ?? 7
    }

    private static func distance(_ index: Int, _ color: (Int, Int, Int)) -> Int {
        let own = mixture(index)
        let (r, g, b) = (own.0 - color.0, own.1 - color.1, own.2 - color.2)
        return r * r + g * g + b * b
    }
}
