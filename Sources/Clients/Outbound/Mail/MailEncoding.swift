/// Headers' encoded words (RFC 2047): UTF-8 in base64, in words of at most 64 characters that never split a character.
enum EncodedWord {
    /// Bytes in a word. As base64, with `=?UTF-8?B?` and `?=` and behind a header's name, they fit into a line.
    private static let capacity = 39

    static func text(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if (words.last?.count ?? 0) + bytes.count > capacity { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Base64.text($0))?=" }.joined(separator: " ")
    }
}

/// RFC 4648, with padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start ..< min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0 ..< 4 {
                result.append(place <= group.count ? digits[number >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// Text that stays readable within ASCII lines of at most 76 characters (RFC 2045, 6.7).
enum QuotedPrintable {
    static func text(_ text: String) -> String {
        var result = "", column = 0
        func put(_ piece: String) {
            // One character stays free for the mark of a soft line break.
            if column + piece.utf8.count > 75 {
                result += "=\r\n"
                column = 0
            }
            result += piece
            column += piece.utf8.count
        }
        for (index, line) in lines(text).enumerated() {
            if index > 0 { result += "\r\n" }
            column = 0
            let last = line.count - 1
            for (place, byte) in line.enumerated() {
                switch byte {
                // White space at the end of a line would be lost on the way.
                case 9, 32: put(place == last ? escaped(byte) : String(UnicodeScalar(byte)))
                case UInt8(ascii: "="): put(escaped(byte))
                case 33 ... 126: put(String(UnicodeScalar(byte)))
                default: put(escaped(byte))
                }
            }
        }
        return result
    }

    /// However they end: CRLF, LF or CR.
    private static func lines(_ text: String) -> [[UInt8]] {
        text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\n" || $0 == "\r" }.map { Array($0.utf8) }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "=\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
}
