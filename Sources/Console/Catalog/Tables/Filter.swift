import Foundation

/// Which rows to show. All terms must hold.
public struct Filter: Sendable, Hashable {
    /// As typed.
    public let text: String
    let terms: [Term]

    struct Term: Sendable, Hashable {
        var isNegated: Bool
        /// Key of a column; nil looks at all of them.
        var field: String?
        var match: Match
    }

    enum Match: Sendable, Hashable {
        /// Anywhere in the text.
        case word(Word)
        /// Lower case; its characters in order, others between them.
        case fuzzy([Character])
        case pattern(Pattern)
        /// A value of a column, by its type.
        case comparison(ValueBound)
        /// In a column of times; without a column one of the row's times is enough.
        case time(TimeBound)
    }

    /// One end of a stretch of time.
    struct TimeBound: Sendable, Hashable {
        enum Side: Sendable, Hashable { case since, until }

        let side: Side
        /// Milliseconds since 1970, or before now where `isAgo`.
        let milliseconds: Int64
        let isAgo: Bool
    }

    /// A word in lower case.
    package struct Word: Sendable, Hashable {
        let text: String
        /// Its bytes when it is ASCII, so that ASCII texts are searched without making copies; nil otherwise.
        let bytes: [UInt8]?

        package init(_ text: some StringProtocol) {
            self.text = text.lowercased()
            bytes = self.text.utf8.allSatisfy { $0 < 0x80 } ? Array(self.text.utf8) : nil
        }
    }

    /// A regular expression that is known to compile.
    struct Pattern: Sendable, Hashable {
        let source: String
        let expression: NSRegularExpression

        static func == (a: Self, b: Self) -> Bool { a.source == b.source }
        func hash(into hasher: inout Hasher) { hasher.combine(source) }
    }

    /// Everything.
    public static let all = Filter(text: "", terms: [])

    public var isEmpty: Bool { terms.isEmpty }

    /// Whether a text has these letters in their order, others between them.
    package static func areLetters(_ letters: String, of text: String) -> Bool { Match.fuzzy(Array(letters.lowercased())).holds(text) }

    public func matches(_ row: TableRow, columns: [Column], clock: TableClock) -> Bool {
        terms.allSatisfy { term in
            let isHit = zip(columns, row.cells).contains { column, value in
                term.looks(at: column, value) && term.match.holds(value, clock)
            }
            return isHit != term.isNegated
        }
    }
}

extension Filter.Term {
    /// A word without a column is not looked for in times unless it begins like one: nobody means that, and times are many.
    func looks(at column: Column, _ value: CellValue) -> Bool {
        if let field { return field == column.key }
        switch value {
        case .none: return false
        case .time, .age, .until:
            guard case .word(let word) = match else { return true }
            return word.text.first?.isNumber == true
        default:
            if case .time = match { return false }
            return true
        }
    }
}

extension Filter.Word {
    package func isIn(_ text: String) -> Bool {
        guard let bytes, let first = bytes.first else { return text.lowercased().contains(self.text) }
        var hasOther = false
        let found = text.utf8.withContiguousStorageIfAvailable { text -> Bool in
            func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
            for start in text.indices {
                if text[start] >= 0x80 { hasOther = true }
                guard lower(text[start]) == first, text.count - start >= bytes.count else { continue }
                if bytes.indices.allSatisfy({ lower(text[start + $0]) == bytes[$0] }) { return true }
            }
            return false
        }
        if found == true { return true }
        // Letters beyond ASCII may have ASCII lower case forms.
        return found == nil || hasOther ? text.lowercased().contains(self.text) : false
    }
}

extension Filter.Match {
    func holds(_ value: CellValue, _ clock: TableClock) -> Bool {
        if case .time(let bound) = self { return bound.holds(value, clock) }
        if case .comparison(let bound) = self { return bound.holds(value, clock) }
        return holds(value.text(clock))
    }

    func holds(_ text: String) -> Bool {
        switch self {
        case .time, .comparison: return false
        case .word(let word): return word.isIn(text)
        case .fuzzy(let characters):
            var rest = characters[...]
            for character in text.lowercased() where character == rest.first { rest = rest.dropFirst() }
            return rest.isEmpty
        case .pattern(let pattern):
            // Bounds the time a hostile combination of pattern and text can take.
            let bounded = String(text.prefix(2000))
            return pattern.expression.firstMatch(in: bounded, range: NSRange(bounded.startIndex..., in: bounded)) != nil
        }
    }
}

extension Filter.TimeBound {
    /// Reads `10m`, `2h` or `3d` as so long ago, `14:05` as today, or a date with or without a time. Nil when it is none of these.
    init?(parsing text: String, _ side: Side, _ clock: TableClock) {
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        if let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), (0 ... 1_000_000).contains(count) {
            self.init(side: side, milliseconds: count * unit, isAgo: true)
            return
        }
        let isTimeOfDay = text.count <= 8 && text.contains(":")
        let whole = isTimeOfDay ? "\(TimeText.local(clock.now, clock).prefix(10)) \(text.count == 4 ? "0" + text : text)" : text
        guard let at = TimeText.parse(whole, clock, toEnd: side == .until) else { return nil }
        self.init(side: side, milliseconds: at, isAgo: false)
    }

    func holds(_ value: CellValue, _ clock: TableClock) -> Bool {
        guard case .time(let at) = value.asTime else { return false }
        return side == .since ? at >= moment(clock) : at <= moment(clock)
    }

    /// Milliseconds since 1970.
    func moment(_ clock: TableClock) -> Int64 {
        isAgo ? clock.now.subtractingReportingOverflow(milliseconds).partialValue : milliseconds
    }
}

extension CellValue {
    /// Times of any kind as a time.
    fileprivate var asTime: CellValue {
        switch self {
        case .age(let at), .until(let at): .time(at)
        default: self
        }
    }
}
