// What stands for a character where only ASCII can be shown.

/// The nearest ASCII character, one column for one: signs of our own, quotation marks and dashes, the letters of western Europe without
/// their accents. Anything else is a question mark, so that nobody takes it for what it is not.
package enum ASCIIText {
    package static func nearest(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return scalar }
        if (0xC0 ... 0xFF).contains(scalar.value) { return western[Int(scalar.value) - 0xC0] }
        return signs[scalar] ?? "?"
    }

    /// U+00C0 to U+00FF.
    private static let western = Array("AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty".unicodeScalars)

    private static let signs: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{A0}": " ", "·": "-", "•": "*", "●": "*", "…": "~", "–": "-", "—": "-", "‐": "-", "“": "\"", "”": "\"", "„": "\"", "«": "\"",
        "»": "\"", "‘": "'", "’": "'",
        "→": ">", "←": "<", "↑": "^", "↓": "v", "▸": ">", "◂": "<", "▲": "^", "▼": "v", "✓": "x", "×": "x", "─": "-", "│": "|",
    ]
}
