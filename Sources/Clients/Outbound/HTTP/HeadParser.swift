/// Puts a reply's head together, line by line as it comes. Interim replies (1xx) are dropped, fields after the body ignored.
struct HeadParser {
    /// The longest head, in bytes.
    static let limit = 256 << 10

    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var isComplete = false
    private var length = 0

    enum Verdict { case more, complete, tooLong }

    mutating func line(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        length += bytes.count
        guard length <= Self.limit else { return .tooLong }
        guard !isComplete else { return .more }
        var content = bytes[...]
        while let last = content.last, last == 13 || last == 10 || last == 32 { content = content.dropLast() }
        let text = String(decoding: content, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            let words = text.split(separator: " ")
            status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            headers = HTTPHeaders()
        } else if text.isEmpty {
            isComplete = status >= 200
            return isComplete ? .complete : .more
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            headers.add(String(text[..<colon]), String(text[text.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }))
        }
        return .more
    }
}
