/// Where in a query an error is, for people: the line and a caret under the place.
public struct QueryExcerpt: Sendable, Equatable, Codable {
    /// The line of the query, or the part of it around the place; `…` stands for what was left out.
    public let line: String
    /// Characters before the place.
    public let column: Int

    /// nil when the error knows no place in the text.
    public init?(_ error: XQueryError, in text: String) {
        let bytes = Array(text.utf8)
        guard error.offset >= 0, error.offset <= bytes.count else { return nil }
        let start = bytes[..<error.offset].lastIndex { $0 == 10 || $0 == 13 }.map { $0 + 1 } ?? 0
        let end = bytes[error.offset...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
        func characters(_ range: Range<Int>) -> [Character] {
            String(decoding: bytes[range], as: UTF8.self).map { $0 == "\t" ? " " : $0 }
        }
        var before = characters(start ..< error.offset), after = characters(error.offset ..< end)
        // On a terminal of 80 columns the line fits with its indentation.
        if before.count > 48 { before = ["…"] + before.suffix(47) }
        if after.count > 24 { after = after.prefix(23) + ["…"] }
        line = String(before + after)
        column = before.count
    }

    /// Both lines, each after four spaces.
    public var text: String { "    \(line)\n    \(String(repeating: " ", count: column))^" }
}
