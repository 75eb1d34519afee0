/// What the parser sees of the text: one token at a time, from wherever it says. XQuery cannot be cut into tokens beforehand,
/// since what `<` or `*` is depends on what may stand there.
struct Token: Equatable {
    enum Kind: Equatable {
        /// `prefix` empty without one. `*` alone is a symbol.
        case name(prefix: String, local: String)
        /// `*:local`
        case anyPrefix(local: String)
        /// `prefix:*`
        case anyLocal(prefix: String)
        /// `Q{uri}local` and `Q{uri}*`
        case expanded(uri: String, local: String)
        case integer(String)
        case decimal(String)
        case double(String)
        case string(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    let start: Int
    let end: Int
}

struct Lexer {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    func byte(_ at: Int) -> UInt8 { at < bytes.count ? bytes[at] : 0 }

    func hasPrefix(_ text: StaticString, at place: Int) -> Bool {
        guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { prefix in prefix.indices.allSatisfy { prefix[$0] == bytes[place + $0] } }
    }

    /// The next place that is neither white space nor comment.
    func skipSpace(from start: Int) throws(XQueryError) -> Int {
        var at = start
        while true {
            switch byte(at) {
            case 32, 9, 10, 13: at += 1
            case 40 where byte(at + 1) == 58: at = try skipComment(from: at)
            default: return at
            }
        }
    }

    private func skipComment(from start: Int) throws(XQueryError) -> Int {
        var at = start + 2, depth = 1
        while depth > 0 {
            guard at < bytes.count else { throw .syntax("a comment is not closed with ':)'", start) }
            if bytes[at] == 40 && byte(at + 1) == 58 {
                depth += 1
                at += 2
            } else if bytes[at] == 58 && byte(at + 1) == 41 {
                depth -= 1
                at += 2
            } else {
                at += 1
            }
        }
        return at
    }

    /// The token at or after a place.
    func token(from place: Int) throws(XQueryError) -> Token {
        let start = try skipSpace(from: place)
        guard start < bytes.count else { return Token(kind: .end, start: bytes.count, end: bytes.count) }
        let first = bytes[start]
        if 48 ... 57 ~= first || (first == 46 && 48 ... 57 ~= byte(start + 1)) { return try number(start) }
        if first == 34 || first == 39 { return try string(start) }
        if isNoBreakSpace(start) { throw .syntax("a no-break space is not white space here; write a plain blank", start) }
        if first == 81 && byte(start + 1) == 123 { return try expandedName(start) }
        if Self.isNameStart(first) { return name(start) }
        if first == 42 && byte(start + 1) == 58 && Self.isNameStart(byte(start + 2)) {
            let end = nameEnd(start + 2)
            return Token(kind: .anyPrefix(local: text(start + 2, end)), start: start, end: end)
        }
        return try symbol(start)
    }

    func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start ..< min(end, bytes.count)], as: UTF8.self) }

    // Every byte of a multi-byte letter counts as a name character: finer checks of exotic scripts are not worth their table.
    static func isNameStart(_ b: UInt8) -> Bool { (97 ... 122 ~= b) || (65 ... 90 ~= b) || b == 95 || b >= 0x80 }
    static func isNamePart(_ b: UInt8) -> Bool { isNameStart(b) || (48 ... 57 ~= b) || b == 45 || b == 46 }

    func nameEnd(_ start: Int) -> Int {
        var at = start
        while at < bytes.count && Self.isNamePart(bytes[at]) && !isNoBreakSpace(at) { at += 1 }
        return at
    }

    /// U+00A0 is no name character, and people paste it.
    private func isNoBreakSpace(_ at: Int) -> Bool { bytes[at] == 0xC2 && byte(at + 1) == 0xA0 }

    private func name(_ start: Int) -> Token {
        let end = nameEnd(start)
        guard byte(end) == 58, byte(end + 1) != 58 else {
            return Token(kind: .name(prefix: "", local: text(start, end)), start: start, end: end)
        }
        if Self.isNameStart(byte(end + 1)) {
            let last = nameEnd(end + 1)
            return Token(kind: .name(prefix: text(start, end), local: text(end + 1, last)), start: start, end: last)
        }
        if byte(end + 1) == 42 { return Token(kind: .anyLocal(prefix: text(start, end)), start: start, end: end + 2) }
        return Token(kind: .name(prefix: "", local: text(start, end)), start: start, end: end)
    }

    private func expandedName(_ start: Int) throws(XQueryError) -> Token {
        var at = start + 2
        var value: [UInt8] = []
        while byte(at) != 125 {
            guard at < bytes.count, byte(at) != 123 else { throw .syntax("the namespace in 'Q{' is not closed with '}'", start) }
            at = byte(at) == 38 ? try reference(at, into: &value) : character(at, into: &value)
        }
        let uri = value.split(whereSeparator: Casting.isSpace).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        guard uri != StaticContext.xmlns else { throw .static("XQST0070", "that namespace cannot be used in a name", start) }
        if byte(at + 1) == 42 { return Token(kind: .expanded(uri: uri, local: "*"), start: start, end: at + 2) }
        guard Self.isNameStart(byte(at + 1)) else { throw .syntax("a name is expected after 'Q{…}'", at + 1) }
        let end = nameEnd(at + 1)
        return Token(kind: .expanded(uri: uri, local: text(at + 1, end)), start: start, end: end)
    }

    private func number(_ start: Int) throws(XQueryError) -> Token {
        var at = start
        var point = false, exponent = false
        while 48 ... 57 ~= byte(at) { at += 1 }
        if byte(at) == 46 && byte(at + 1) != 46 {
            point = true
            at += 1
            while 48 ... 57 ~= byte(at) { at += 1 }
        }
        if byte(at) | 32 == 101 {
            exponent = true
            at += 1
            if byte(at) == 43 || byte(at) == 45 { at += 1 }
            guard 48 ... 57 ~= byte(at) else { throw .syntax("digits are expected in the exponent of a number", at) }
            while 48 ... 57 ~= byte(at) { at += 1 }
        }
        guard !Self.isNameStart(byte(at)) else { throw .syntax("a number must be separated from the name that follows", at) }
        let digits = text(start, at)
        return Token(kind: exponent ? .double(digits) : point ? .decimal(digits) : .integer(digits), start: start, end: at)
    }

    private func string(_ start: Int) throws(XQueryError) -> Token {
        let quote = bytes[start]
        var at = start + 1
        var value: [UInt8] = []
        while true {
            guard at < bytes.count else { throw .syntax("a string is not closed", start) }
            let b = bytes[at]
            if b == quote {
                guard byte(at + 1) == quote else { break }
                value.append(quote)
                at += 2
            } else if b == 38 {
                at = try reference(at, into: &value)
            } else {
                at = character(at, into: &value)
            }
        }
        return Token(kind: .string(String(decoding: value, as: UTF8.self)), start: start, end: at + 1)
    }

    /// Takes one byte of text, a carriage return with or without line feed as a line feed.
    func character(_ at: Int, into value: inout [UInt8]) -> Int {
        if bytes[at] == 13 {
            value.append(10)
            return byte(at + 1) == 10 ? at + 2 : at + 1
        }
        value.append(bytes[at])
        return at + 1
    }

    /// Takes an entity or character reference.
    func reference(_ start: Int, into value: inout [UInt8]) throws(XQueryError) -> Int {
        var at = start + 1
        while at < bytes.count && bytes[at] != 59 && at - start < 12 { at += 1 }
        guard byte(at) == 59 else { throw .syntax("'&' must begin a reference such as '&amp;'", start) }
        let name = text(start + 1, at)
        switch name {
        case "lt": value.append(60)
        case "gt": value.append(62)
        case "amp": value.append(38)
        case "quot": value.append(34)
        case "apos": value.append(39)
        default:
            let digits = name.hasPrefix("#x") ? (name.dropFirst(2), 16) : (name.dropFirst(1), 10)
            guard name.hasPrefix("#"), let code = UInt32(digits.0, radix: digits.1), !digits.0.hasPrefix("+") else {
                throw .syntax("'&\(name);' is not a reference XQuery knows", start)
            }
            guard let scalar = Unicode.Scalar(code), isXMLCharacter(scalar) else {
                throw XQueryError(code: "XQST0090", message: "'&\(name);' is not a character of XML", offset: start, kind: .static)
            }
            value.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
        return at + 1
    }

    private static let longSymbols: [StaticString] = ["<<", ">>", "<=", ">=", "!=", "::", ":=", "//", "..", "||", "=>", "(#"]

    private func symbol(_ start: Int) throws(XQueryError) -> Token {
        for symbol in Self.longSymbols where hasPrefix(symbol, at: start) {
            return Token(kind: .symbol(symbol.description), start: start, end: start + 2)
        }
        guard bytes[start] < 0x80, "()[]{},;$@.=<>+-*/|!?:#%".utf8.contains(bytes[start]) else {
            throw .syntax("'\(String(decoding: bytes[start ..< min(start + 1, bytes.count)], as: UTF8.self))' cannot stand here", start)
        }
        return Token(kind: .symbol(text(start, start + 1)), start: start, end: start + 1)
    }
}

/// The characters XML 1.0 allows.
func isXMLCharacter(_ c: Unicode.Scalar) -> Bool {
    switch c.value {
    case 9, 10, 13, 0x20 ... 0xD7FF, 0xE000 ... 0xFFFD, 0x10000 ... 0x10FFFF: true
    default: false
    }
}
