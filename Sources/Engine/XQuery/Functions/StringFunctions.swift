/// Texts are sequences of Unicode scalars here, never of what a reader would call a character.
enum StringFunctions {
    static let all: [Builtin] = [
        Builtin("string", 1 ... 1, context: true, string), Builtin("concat", 2 ... .max, concat), Builtin("string-join", 1 ... 2, join),
        Builtin("substring", 2 ... 3, substring), Builtin("string-length", 1 ... 1, context: true, length),
        Builtin("normalize-space", 1 ... 1, context: true, normalizeSpace), Builtin("upper-case", 1 ... 1, upperCase),
        Builtin("lower-case", 1 ... 1, lowerCase), Builtin("translate", 3 ... 3, translate), Builtin("contains", 2 ... 3, contains),
        Builtin("starts-with", 2 ... 3, startsWith), Builtin("ends-with", 2 ... 3, endsWith),
        Builtin("substring-before", 2 ... 3, before), Builtin("substring-after", 2 ... 3, after), Builtin("compare", 2 ... 3, compare),
        Builtin("codepoint-equal", 2 ... 2, codepointEqual), Builtin("string-to-codepoints", 1 ... 1, toCodepoints),
        Builtin("codepoints-to-string", 1 ... 1, fromCodepoints), Builtin("encode-for-uri", 1 ... 1, encodeForURI),
        Builtin("iri-to-uri", 1 ... 1, iriToURI), Builtin("escape-html-uri", 1 ... 1, escapeHTML),
        Builtin("contains-token", 2 ... 3, containsToken),
    ]

    private static func string(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard a[0].count <= 1 else { throw .type("string() takes one item, not \(a[0].count)") }
        guard let item = a[0].first else { return .string("") }
        return .string(try c.text(item))
    }

    private static func concat(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        var result = ""
        for value in a {
            guard let item = try c.optionalAtomic(value, "an argument of concat()") else { continue }
            let text = try c.text(item)
            try c.spend(bytes: text.utf8.count)
            result += text
        }
        return .string(result)
    }

    private static func join(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let separator = a.count > 1 ? try c.requiredString(a[1]) : ""
        var result = ""
        var first = true
        for item in a[0] {
            let text = try c.text(item)
            try c.spend(bytes: text.utf8.count + separator.utf8.count)
            if !first { result += separator }
            first = false
            result += text
        }
        return .string(result)
    }

    private static func substring(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try c.string(a[0])
        let start = rounded(try c.requiredDouble(a[1]))
        let end = a.count > 2 ? start + rounded(try c.requiredDouble(a[2])) : .infinity
        try c.spend(bytes: text.utf8.count)
        var result = String.UnicodeScalarView()
        var position = 1.0
        for scalar in text.unicodeScalars {
            guard position < end else { break }
            if position >= start { result.append(scalar) }
            position += 1
        }
        return .string(String(result))
    }

    private static func rounded(_ value: Double) -> Double { value.isFinite ? (value + 0.5).rounded(.down) : value }

    private static func length(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try contextual(a[0], c)
        try c.step(1 + text.utf8.count >> 6)
        return .integer(text.unicodeScalars.count)
    }

    /// The argument as string; a context item of any type counts by its text.
    private static func contextual(_ value: Value, _ c: Evaluation) throws(XQueryError) -> String {
        if case .one(.node(let node)) = value { return try c.stringValue(of: node) }
        return try c.string(value)
    }

    private static func normalizeSpace(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try contextual(a[0], c)
        try c.spend(bytes: text.utf8.count)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if !Casting.isSpace(byte) { result.append(byte) } else if let last = result.last, last != 32 { result.append(32) }
        }
        if result.last == 32 { result.removeLast() }
        return .string(String(decoding: result, as: UTF8.self))
    }

    private static func upperCase(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try c.string(a[0])
        try c.spend(bytes: text.utf8.count)
        return .string(text.uppercased())
    }

    private static func lowerCase(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try c.string(a[0])
        try c.spend(bytes: text.utf8.count)
        return .string(text.lowercased())
    }

    private static func translate(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try c.string(a[0])
        let from = Array(try c.requiredString(a[1]).unicodeScalars), to = Array(try c.requiredString(a[2]).unicodeScalars)
        try c.spend(bytes: text.utf8.count + from.count)
        var map: [Unicode.Scalar: Unicode.Scalar?] = [:]
        for (place, scalar) in from.enumerated() where map[scalar] == nil { map[scalar] = .some(place < to.count ? to[place] : nil) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let target = map[scalar] {
                if let target { result.append(target) }
            } else {
                result.append(scalar)
            }
        }
        return .string(String(result))
    }

    /// Both texts as bytes, and where the second begins in the first.
    private static func search(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> (text: [UInt8], part: [UInt8], at: Int?) {
        try c.checkCollation(a, at: 2)
        let text = Array(try c.string(a[0]).utf8), part = Array(try c.string(a[1]).utf8)
        if part.isEmpty { return (text, part, 0) }
        if part.count > text.count { return (text, part, nil) }
        var steps = 0
        for start in 0 ... text.count - part.count {
            var length = 0
            while length < part.count && text[start + length] == part[length] { length += 1 }
            steps += length + 1
            if length == part.count { return (text, part, start) }
            if steps > 4096 {
                try c.step(steps >> 4)
                steps = 0
            }
        }
        return (text, part, nil)
    }

    private static func contains(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { .boolean(try search(a, c).at != nil) }

    private static func containsToken(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 2)
        let token = Array(Casting.trimmed(try c.requiredString(a[1])).utf8)
        guard !token.isEmpty else { return .boolean(false) }
        for item in try c.atomize(a[0]) {
            let text = try c.requiredString(.one(item))
            try c.spend(bytes: text.utf8.count)
            if text.utf8.split(whereSeparator: Casting.isSpace).contains(where: { $0.elementsEqual(token) }) { return .boolean(true) }
        }
        return .boolean(false)
    }

    private static func startsWith(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 2)
        return .boolean(try c.string(a[0]).utf8.starts(with: try c.string(a[1]).utf8))
    }

    private static func endsWith(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 2)
        return .boolean(try c.string(a[0]).utf8.reversed().starts(with: try c.string(a[1]).utf8.reversed()))
    }

    private static func before(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let (text, _, at) = try search(a, c)
        return .string(String(decoding: text[..<(at ?? 0)], as: UTF8.self))
    }

    private static func after(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let (text, part, at) = try search(a, c)
        guard let at else { return .string("") }
        return .string(String(decoding: text[(at + part.count)...], as: UTF8.self))
    }

    private static func compare(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 2)
        guard let x = try c.optionalString(a[0]), let y = try c.optionalString(a[1]) else { return .empty }
        return .integer(Comparison.compare(x, y))
    }

    private static func codepointEqual(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let x = try c.optionalString(a[0]), let y = try c.optionalString(a[1]) else { return .empty }
        return .boolean(x.utf8.elementsEqual(y.utf8))
    }

    private static func toCodepoints(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = try c.string(a[0])
        try c.step(text.utf8.count)
        return Value(text.unicodeScalars.map { .integer(Int($0.value)) })
    }

    private static func fromCodepoints(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        var result = String.UnicodeScalarView()
        for item in try c.atomize(a[0]) {
            let code = try c.requiredInteger(.one(item))
            guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value), isXMLCharacter(scalar) else {
                throw .dynamic("FOCH0001", "\(code) is not the number of a character")
            }
            try c.spend(bytes: UTF8.width(scalar))
            result.append(scalar)
        }
        return .string(String(result))
    }

    private static func encodeForURI(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try escaped(a, c) { byte in (48 ... 57 ~= byte) || (65 ... 90 ~= byte) || (97 ... 122 ~= byte) || "-_.~".utf8.contains(byte) }
    }

    private static func iriToURI(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try escaped(a, c) { byte in 33 ... 126 ~= byte && !"<>\"{}|\\^`".utf8.contains(byte) }
    }

    private static func escapeHTML(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try escaped(a, c) { byte in 32 ... 126 ~= byte }
    }

    private static func escaped(_ a: [Value], _ c: Evaluation, keeping isKept: (UInt8) -> Bool) throws(XQueryError) -> Value {
        let text = try c.string(a[0]), digits = Array("0123456789ABCDEF".utf8)
        try c.spend(bytes: text.utf8.count * 3)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if isKept(byte) { result.append(byte) } else { result += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        }
        return .string(String(decoding: result, as: UTF8.self))
    }
}
