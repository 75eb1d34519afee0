import Engine
import Foundation

/// Reads what people type behind `/`:
///
///     approve          the word is somewhere in the row
///     ~aprv            its letters are, in this order
///     status:running   in that column (the beginning of a name or title is enough)
///     price>=100       the value of that column; also =, <, <=, >, with the column's whole name
///     /^1\.[0-9]:/     a regular expression; also status:/run|susp/
///     since:10m        with a time since then; also until:14:05, since:2026-03-02, started:since:2h
///     !word            not; before any of these
///     "two words"      one term
extension Filter {
    /// - Parameter clock: what today is, for times of day.
    /// - Throws: `filter-field` naming the columns there are, `filter-pattern`, `filter-time`.
    public init(parsing text: String, columns: [Column], clock: TableClock = .system) throws(EngineError) {
        var terms: [Term] = []
        for piece in Self.split(text) {
            var rest = piece[...]
            var term = Term(isNegated: false, field: nil, match: .word(Word("")))
            if rest.hasPrefix("!") {
                term.isNegated = true
                rest = rest.dropFirst()
            }
            if let (field, bound) = Self.comparison(rest, columns) {
                guard !bound.text.isEmpty else { continue }
                terms.append(Term(isNegated: term.isNegated, field: field, match: .comparison(bound)))
                continue
            }
            if !rest.hasPrefix("/"), let colon = rest.firstIndex(of: ":"), colon > rest.startIndex {
                let name = String(rest[..<colon])
                // `1.1:A` is an item, not a column.
                if name.allSatisfy({ $0.isLetter || $0 == "_" }), Self.side(rest) == nil {
                    term.field = try Self.field(name, columns)
                    rest = rest[rest.index(after: colon)...]
                }
            }
            // A term still being typed hides nothing.
            guard !rest.isEmpty, rest != "/", rest != "~" else { continue }
            if let side = Self.side(rest) {
                let time = String(rest[rest.index(after: rest.firstIndex(of: ":") ?? rest.startIndex)...])
                guard !time.isEmpty else { continue }
                guard let bound = TimeBound(parsing: time, side, clock) else {
                    throw EngineError(
                        .invalid, "filter-time", "“\(time)” is no time; write 10m, 2h or 3d ago, 14:05, 2026-03-02 or 2026-03-02T14:05")
                }
                term.match = .time(bound)
            } else {
                term.match = try Self.match(rest)
            }
            terms.append(term)
        }
        self.init(text: text, terms: terms)
    }

    /// Only behind the whole name of a column: `a=b` may be a word like any other.
    private static func comparison(_ text: Substring, _ columns: [Column]) -> (field: String, bound: ValueBound)? {
        guard let place = text.firstIndex(where: { "<>=".contains($0) }) else { return nil }
        let name = text[..<place].lowercased(), rest = text[place...]
        guard let field = columns.first(where: { $0.key.lowercased() == name })?.key,
            let sign = ValueBound.Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) })
        else { return nil }
        return (field, ValueBound(comparison: sign, text: String(rest.dropFirst(sign.rawValue.count))))
    }

    private static func side(_ text: Substring) -> TimeBound.Side? {
        text.hasPrefix("since:") ? .since : text.hasPrefix("until:") ? .until : nil
    }

    private static func match(_ text: Substring) throws(EngineError) -> Match {
        if text.hasPrefix("/") {
            let source = String(text.dropFirst().hasSuffix("/") ? text.dropFirst().dropLast() : text.dropFirst())
            do {
                return .pattern(Pattern(source: source, expression: try NSRegularExpression(pattern: source, options: .caseInsensitive)))
            } catch {
                throw EngineError(.invalid, "filter-pattern", "/\(source)/ is not a regular expression; check its brackets and escapes")
            }
        }
        if text.hasPrefix("~") { return .fuzzy(Array(text.dropFirst().lowercased())) }
        return .word(Word(text))
    }

    private static func field(_ name: String, _ columns: [Column]) throws(EngineError) -> String {
        let wanted = name.lowercased()
        if let exact = columns.first(where: { $0.key.lowercased() == wanted }) { return exact.key }
        let candidates = columns.filter { $0.key.lowercased().hasPrefix(wanted) || $0.title.lowercased().hasPrefix(wanted) }
        guard let first = candidates.first else {
            throw EngineError(
                .invalid, "filter-field",
                "there is no column “\(name)”; columns are \(columns.map(\.key).joined(separator: ", "))")
        }
        return first.key
    }

    /// At spaces, but not inside quotes or a regular expression.
    private static func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var current = ""
        var isQuoted = false, isPattern = false, isEscaped = false
        for character in text.prefix(1000) {
            if isPattern {
                current.append(character)
                if character == "/", !isEscaped { isPattern = false }
                isEscaped = character == "\\" && !isEscaped
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                if !current.isEmpty { pieces.append(current) }
                current = ""
            } else {
                if character == "/", !isQuoted, current.isEmpty || current == "!" || current.hasSuffix(":") { isPattern = true }
                current.append(character)
            }
        }
        if !current.isEmpty { pieces.append(current) }
        return pieces
    }
}
