/// Recognises, at the place where our parser stopped, the constructs of XQuery 3.1 that it does not have. The reference engine
/// knows them, so a file that uses one is right; what is not in this table is an error there too.
enum UnsupportedSyntax {
    static func begins(in query: String, at offset: Int) -> Bool {
        let bytes = Array(query.utf8)
        guard offset >= 0, offset < bytes.count else { return false }
        let rest = bytes[offset...], before = word(before: offset, in: bytes)
        switch rest.first {
        case UInt8(ascii: "`"): return rest.starts(with: "``[".utf8)
        case UInt8(ascii: "["): return true
        case UInt8(ascii: "?"):
            return rest.dropFirst().first.map { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "(") || isWord($0) } ?? false
        case UInt8(ascii: "#"): return !before.isEmpty && (rest.dropFirst().first.map { (48 ... 57).contains($0) } ?? false)
        case UInt8(ascii: "{"): return ["map", "array"].contains(before)
        // A parameter of an inline function is taken for an unknown variable.
        case UInt8(ascii: "$"): return isInFunctionHead(bytes, offset)
        default: return ["tumbling", "sliding"].contains(word(at: offset, in: bytes))
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == 45 || byte == 95 || (48 ... 57).contains(byte) || (65 ... 90).contains(byte) || (97 ... 122).contains(byte) || byte >= 128
    }

    private static func word(at offset: Int, in bytes: [UInt8]) -> String {
        String(decoding: bytes[offset...].prefix(while: isWord), as: UTF8.self)
    }

    /// The word that ends, white space aside, where the offset is.
    private static func word(before offset: Int, in bytes: [UInt8]) -> String {
        var end = offset
        while end > 0, [9, 10, 13, 32].contains(bytes[end - 1]) { end -= 1 }
        var start = end
        while start > 0, isWord(bytes[start - 1]) { start -= 1 }
        return String(decoding: bytes[start ..< end], as: UTF8.self)
    }

    private static func isInFunctionHead(_ bytes: [UInt8], _ offset: Int) -> Bool {
        guard let open = bytes[..<offset].lastIndex(of: UInt8(ascii: "(")) else { return false }
        return word(before: open, in: bytes) == "function"
    }
}
