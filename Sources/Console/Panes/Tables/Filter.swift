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
    }

    /// A word in lower case.
    struct Word: Sendable, Hashable {
        let text: String
        /// Its bytes when it is ASCII, so that ASCII texts are searched without making copies; nil otherwise.
        let bytes: [UInt8]?

        init(_ text: some StringProtocol) {
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

    public func matches(_ row: TableRow, columns: [Column], clock: TableClock) -> Bool {
        terms.allSatisfy { term in
            let isHit = zip(columns, row.cells).contains { column, value in
                term.looks(at: column, value) && term.match.holds(value.text(clock))
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
        default: return true
        }
    }
}

extension Filter.Word {
    func isIn(_ text: String) -> Bool {
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
    func holds(_ text: String) -> Bool {
        switch self {
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
