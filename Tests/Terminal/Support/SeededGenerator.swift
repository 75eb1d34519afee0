// Random numbers that can be had again.

/// SplitMix64: small, good enough for tests, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Text of any kind of character, the nasty ones often.
    mutating func text(longest: Int) -> String {
        let nasty: [Unicode.Scalar] = [
            "\u{1B}", "\n", "\r", "\t", "\u{202E}", "\u{200D}", "\u{FE0F}", "\u{301}", "世", "👨", "é", "\u{0}", "\u{9B}", "ﷺ", "\u{E0100}",
            "\u{FFFF}", "\u{1100}", "\u{1161}",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0 ..< Int.random(in: 0 ... max(longest, 0), using: &self) {
            switch Int.random(in: 0 ..< 4, using: &self) {
            case 0: scalars.append(nasty.randomElement(using: &self) ?? " ")
            case 1: scalars.append(Unicode.Scalar(UInt32.random(in: 0 ..< 0x11_0000, using: &self)) ?? "x")
            default: scalars.append(Unicode.Scalar(UInt8.random(in: 32 ..< 127, using: &self)))
            }
        }
        return String(scalars)
    }
}
