import XMLTree

/// `matches`, `replace`, `tokenize`, `analyze-string`.
enum RegexFunctions {
    static let all: [Builtin] = [
        Builtin("matches", 2 ... 3, matches), Builtin("replace", 3 ... 4, replace), Builtin("tokenize", 1 ... 3, tokenize),
        Builtin("analyze-string", 2 ... 3, analyze),
    ]

    private static func pattern(_ a: [Value], flagsAt place: Int, _ c: Evaluation) throws(XQueryError) -> Pattern {
        let flags = a.count > place ? try c.requiredString(a[place]) : ""
        return try c.pattern(try c.requiredString(a[1]), flags)
    }

    private static func matches(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let text = Array(try c.string(a[0]).utf8)
        return .boolean(try pattern(a, flagsAt: 2, c).firstMatch(in: text, from: 0, c) != nil)
    }

    /// Calls back with the text between matches and with each match (nil after the last). Matches are never empty: FORX0003.
    private static func eachMatch(
        _ a: [Value], flagsAt place: Int, _ c: Evaluation,
        _ body: (_ text: [UInt8], _ between: Range<Int>, _ match: [Int]?) throws(XQueryError) -> Void
    ) throws(XQueryError) {
        let pattern = try pattern(a, flagsAt: place, c)
        guard try pattern.firstMatch(in: [], from: 0, c) == nil else {
            throw .dynamic("FORX0003", "the regular expression matches the empty text")
        }
        let text = Array(try c.string(a[0]).utf8)
        var at = 0
        while let match = try pattern.firstMatch(in: text, from: at, c) {
            // Anchors can make a match empty on this text alone.
            guard match[1] > match[0] else { break }
            try body(text, at ..< match[0], match)
            at = match[1]
        }
        try body(text, at ..< text.count, nil)
    }

    private static func replace(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let flags = a.count > 3 ? try c.requiredString(a[3]) : ""
        let groups = try pattern(a, flagsAt: 3, c).groups
        let pieces = try replacement(try c.requiredString(a[2]), groups, isLiteral: flags.contains("q"))
        var result: [UInt8] = []
        try eachMatch(a, flagsAt: 3, c) { text, between, match throws(XQueryError) in
            let before = result.count
            result += text[between]
            if let match {
                for piece in pieces {
                    switch piece {
                    case .text(let literal): result += literal
                    case .group(let number): if match[number * 2] >= 0 { result += text[match[number * 2] ..< match[number * 2 + 1]] }
                    }
                }
            }
            try c.spend(bytes: result.count - before)
        }
        return .string(String(decoding: result, as: UTF8.self))
    }

    private enum Piece {
        case text([UInt8])
        case group(Int)
    }

    private static func replacement(_ text: String, _ groups: Int, isLiteral: Bool) throws(XQueryError) -> [Piece] {
        let bytes = Array(text.utf8)
        if isLiteral { return [.text(bytes)] }
        var pieces: [Piece] = [], literal: [UInt8] = [], at = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            let next = at < bytes.count ? bytes[at] : 0
            if byte == 92 {
                guard next == 92 || next == 36 else { throw .dynamic("FORX0004", "in a replacement '\\' must be followed by '\\' or '$'") }
                literal.append(next)
                at += 1
            } else if byte == 36 {
                guard 48 ... 57 ~= next else { throw .dynamic("FORX0004", "in a replacement '$' must be followed by a digit") }
                var number = Int(next - 48)
                at += 1
                // The longest number that names a group; a single digit that names none stands for nothing.
                while at < bytes.count, 48 ... 57 ~= bytes[at], number * 10 + Int(bytes[at] - 48) <= groups {
                    number = number * 10 + Int(bytes[at] - 48)
                    at += 1
                }
                pieces.append(.text(literal))
                literal = []
                if number <= groups { pieces.append(.group(number)) }
            } else {
                literal.append(byte)
            }
        }
        pieces.append(.text(literal))
        return pieces
    }

    private static func tokenize(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        var tokens: [Item] = []
        if a.count == 1 {
            let text = try c.string(a[0])
            try c.spend(bytes: text.utf8.count)
            for part in text.utf8.split(whereSeparator: Casting.isSpace) { tokens.append(.string(String(Substring(part)))) }
            return Value(tokens)
        }
        try eachMatch(a, flagsAt: 2, c) { text, between, _ throws(XQueryError) in
            if text.isEmpty { return }
            try c.spend(bytes: between.count + 16)
            tokens.append(.string(String(decoding: text[between], as: UTF8.self)))
        }
        return Value(tokens)
    }

    private static func analyze(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        var target = Construction()
        func name(_ local: String) -> XMLName { XMLName(local, namespace: StaticContext.functions) }
        func part(_ local: String, _ text: ArraySlice<UInt8>, _ target: inout Construction) throws(XQueryError) {
            try target.start(name(local), c)
            try target.text(String(decoding: text, as: UTF8.self), c)
            target.end()
        }
        try target.start(name("analyze-string-result"), c)
        target.builder.namespace(prefix: "", uri: StaticContext.functions)
        try eachMatch(a, flagsAt: 2, c) { text, between, match throws(XQueryError) in
            if !between.isEmpty { try part("non-match", text[between], &target) }
            guard let match else { return }
            try target.start(name("match"), c)
            // Groups lie within each other, so their bounds open and close like brackets.
            var ends: [Int] = [], at = match[0]
            func write(upTo place: Int, _ target: inout Construction) throws(XQueryError) {
                if place > at { try target.text(String(decoding: text[at ..< place], as: UTF8.self), c) }
                at = max(at, place)
            }
            for group in 1 ..< max(match.count / 2, 1) where match[group * 2] >= 0 {
                let from = match[group * 2], to = match[group * 2 + 1]
                while let end = ends.last, end < to || end <= from {
                    try write(upTo: end, &target)
                    target.end()
                    ends.removeLast()
                }
                try write(upTo: from, &target)
                try target.start(name("group"), c)
                try target.attribute(XMLName("nr"), String(group), c)
                ends.append(to)
            }
            for end in ends.reversed() {
                try write(upTo: end, &target)
                target.end()
            }
            try write(upTo: match[1], &target)
            target.end()
        }
        target.end()
        return .one(.node(try c.adopt(target.builder.finish())))
    }
}

extension Evaluation {
    /// Compiles a pattern, or finds the one compiled before: patterns mostly stand in loops.
    func pattern(_ text: String, _ flags: String) throws(XQueryError) -> Pattern {
        let key = flags + "/" + text
        if let known = patterns[key] { return known }
        let pattern = try Pattern(text, flags: try PatternParser.Flags(flags))
        try step(1 + text.utf8.count)
        if patterns.count >= 32 { patterns.removeAll() }
        patterns[key] = pattern
        return pattern
    }
}
