import XMLTree
import XQuery

/// When a rule holds: an XQuery over the data, or the worklet service's own condition language, which is put into XQuery.
///
/// The data are one document, rooted like the net's own data: its variables, those of the item in place of the net's of the same
/// name, `trigger` with the name of an external trigger, and `process_info` with the items of the case.
///
/// A condition that begins with `/`, or stands in braces, is XQuery. Anything else is read so:
///
/// | condition | XQuery |
/// |---|---|
/// | `12`, `"text"` | the literal |
/// | `name` | the text of the data element of that name; where there is none, the word itself: `City = Rome` |
/// | `a = b`, `!=` `<` `<=` `>` `>=` | by number if both are numbers, by truth if both are `true` or `false` in any case, else by text |
/// | `+` `-` `*` `/`, `max(a, b)`, `min(a, b)` | arithmetic on `number(…)` |
/// | `a & b`, `a \| b`, `!a`, `( )` | `and`, `or`, `not`; the two bind alike, from left to right |
/// | `isNotCompleted(this)`, `isNotCompleted(Task)` | an item that is Enabled, Fired, Executing or Suspended |
/// | `hasTimerExpired(this)` | the rule answers to a timeout |
/// | `today()` | the date without its zone: `2026-11-23` |
public struct RuleCondition: Sendable {
    /// As it was written.
    public let text: String
    let query: Query
    let asksForItems: Bool

    init(_ text: String) throws(XQueryError) {
        self.text = text
        let plain = text.trimmingXMLSpace()
        if plain.hasPrefix("{"), plain.hasSuffix("}") {
            query = try Query.compile(String(plain.dropFirst().dropLast()), as: .predicate)
        } else if plain.hasPrefix("/") {
            query = try Query.compile(plain, as: .predicate)
        } else {
            var parser = ConditionParser(plain)
            query = try Query.compile(try parser.condition(), as: .predicate)
        }
        asksForItems = query.text.contains("process_info")
    }
}

/// Puts the worklet service's condition language into XQuery.
private struct ConditionParser {
    /// A piece of XQuery and what it gives.
    struct Piece {
        enum Kind { case text, number, truth }
        var query: String
        var kind: Kind

        var asText: String { "string(\(query))" }
        var asNumber: String { kind == .number ? query : "number(\(query))" }
        var asTruth: String { kind == .truth ? query : "(lower-case(\(asText)) = \"true\")" }
    }

    private let characters: [Character]
    private var at = 0
    private var depth = 0
    private static let maxDepth = 64

    init(_ text: String) { characters = Array(text) }

    mutating func condition() throws(XQueryError) -> String {
        let piece = try logical()
        skipSpace()
        guard at == characters.count else { throw error("“\(characters[at])” is not expected here") }
        return piece.asTruth
    }

    private mutating func logical() throws(XQueryError) -> Piece {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw error("the condition is nested deeper than \(Self.maxDepth)") }
        var left = try comparison()
        while let sign = take(["&", "|"]) {
            let right = try comparison()
            left = Piece(query: "(\(left.asTruth) \(sign == "&" ? "and" : "or") \(right.asTruth))", kind: .truth)
        }
        return left
    }

    private mutating func comparison() throws(XQueryError) -> Piece {
        let left = try sum()
        guard let sign = take(["!=", ">=", "<=", "=", ">", "<"]) else { return left }
        let right = try sum()
        return Piece(
            query: """
                (let $a := \(left.asText), $b := \(right.asText), $truth := ("true", "false") return \
                if ($a castable as xs:double and $b castable as xs:double) then xs:double($a) \(sign) xs:double($b) \
                else if (lower-case($a) = $truth and lower-case($b) = $truth) then lower-case($a) \(sign) lower-case($b) \
                else $a \(sign) $b)
                """, kind: .truth)
    }

    private mutating func sum() throws(XQueryError) -> Piece {
        var left = try product()
        while let sign = take(["+", "-"]) {
            let right = try product()
            left = Piece(query: "(\(left.asNumber) \(sign) \(right.asNumber))", kind: .number)
        }
        return left
    }

    private mutating func product() throws(XQueryError) -> Piece {
        var left = try unary()
        while let sign = take(["*", "/"]) {
            let right = try unary()
            left = Piece(query: "(\(left.asNumber) \(sign == "*" ? "*" : "div") \(right.asNumber))", kind: .number)
        }
        return left
    }

    private mutating func unary() throws(XQueryError) -> Piece {
        var signs: [String] = []
        while let sign = take(["!", "-", "+"]) { signs.append(sign) }
        var piece = try operand()
        for sign in signs.reversed() {
            piece =
                sign == "!"
                ? Piece(query: "not(\(piece.asTruth))", kind: .truth) : Piece(query: "(\(sign)\(piece.asNumber))", kind: .number)
        }
        return piece
    }

    private mutating func operand() throws(XQueryError) -> Piece {
        skipSpace()
        guard at < characters.count else { throw error("something is missing at the end") }
        let first = characters[at]
        if first == "(" {
            at += 1
            let piece = try logical()
            guard take([")"]) != nil else { throw error("a closing parenthesis is missing") }
            return piece
        }
        if first == "\"" {
            let rest = characters[(at + 1)...]
            guard let end = rest.firstIndex(of: "\"") else { throw error("the text that begins here does not end") }
            at = end + 1
            return Piece(query: Self.literal(String(rest[..<end])), kind: .text)
        }
        let word = take { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        guard !word.isEmpty else { throw error("“\(first)” is not expected here") }
        if first.isNumber || first == "." {
            guard Double(word) != nil else { throw error("“\(word)” is no number") }
            return Piece(query: word, kind: .number)
        }
        if at < characters.count, characters[at] == "(" { return try call(word) }
        if ["true", "false"].contains(word.lowercased()) { return Piece(query: "\(word.lowercased())()", kind: .truth) }
        guard !word.contains(".") else { throw error("“\(word)” is no name") }
        return Piece(query: "(if (/*/\(word)) then string((/*/\(word))[1]) else \(Self.literal(word)))", kind: .text)
    }

    private mutating func call(_ name: String) throws(XQueryError) -> Piece {
        at += 1
        let live = "(\"Enabled\", \"Fired\", \"Executing\", \"Suspended\")"
        switch name {
        case "today":
            guard take([")"]) != nil else { throw error("today takes no argument") }
            return Piece(query: "substring(string(current-date()), 1, 10)", kind: .text)
        case "max", "min":
            var arguments = [try sum().asNumber]
            while take([","]) != nil { arguments.append(try sum().asNumber) }
            guard take([")"]) != nil else { throw error("a closing parenthesis is missing") }
            return Piece(query: "\(name)((\(arguments.joined(separator: ", "))))", kind: .number)
        case "isNotCompleted", "hasTimerExpired":
            skipSpace()
            let argument = take { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
            guard take([")"]) != nil, !argument.isEmpty else { throw error("\(name) takes one argument, “this” or a task") }
            guard name == "isNotCompleted" else {
                guard argument == "this" else { throw error("hasTimerExpired is known for “this” only") }
                return Piece(query: "(/*/process_info/this/timer = \"expired\")", kind: .truth)
            }
            let items = argument == "this" ? "this" : "item[task = \(Self.literal(argument))]"
            return Piece(query: "(/*/process_info/\(items)/status = \(live))", kind: .truth)
        default:
            throw error("the function \(name) is not known; there are today, max, min, isNotCompleted and hasTimerExpired")
        }
    }

    private static func literal(_ text: String) -> String {
        "\"" + text.replacing("&", with: "&amp;").replacing("\"", with: "\"\"") + "\""
    }

    private mutating func skipSpace() { while at < characters.count, characters[at].isWhitespace { at += 1 } }

    private mutating func take(_ matches: (Character) -> Bool) -> String {
        let start = at
        while at < characters.count, matches(characters[at]) { at += 1 }
        return String(characters[start ..< at])
    }

    /// The first of the signs that stands here.
    private mutating func take(_ signs: [String]) -> String? {
        skipSpace()
        for sign in signs where characters[at...].starts(with: sign) {
            at += sign.count
            return sign
        }
        return nil
    }

    private func error(_ message: String) -> XQueryError {
        XQueryError(
            code: "XPST0003", message: message, offset: characters[..<min(at, characters.count)].reduce(0) { $0 + $1.utf8.count },
            kind: .syntax)
    }
}
