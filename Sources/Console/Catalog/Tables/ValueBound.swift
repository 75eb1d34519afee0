/// What the value of a column is compared with: `price>=100`, `name=hello`. Texts are compared byte by byte, as the stores do.
struct ValueBound: Sendable, Hashable {
    enum Comparison: String, Sendable, CaseIterable {
        // Longer signs first: they begin with the shorter ones.
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case equal = "="
    }

    let comparison: Comparison
    let text: String

    /// Of a number, a moment or yes and no; nil where the text is none of that kind.
    enum Number: Sendable { case integer, time, flag }

    func number(_ kind: Number, _ clock: TableClock) -> Int64? {
        switch kind {
        case .integer: Int64(text)
        case .flag: ["yes": 1, "true": 1, "no": 0, "false": 0][text.lowercased()]
        case .time: TimeText.parse(text, clock, toEnd: comparison == .lessOrEqual || comparison == .greater)
        }
    }

    func holds(_ value: CellValue, _ clock: TableClock) -> Bool {
        switch value {
        case .none, .series: false
        case .integer(let number): self.number(.integer, clock).map { holds(number, $0) } ?? false
        case .flag(let isSet): number(.flag, clock).map { holds(isSet ? 1 : 0, $0) } ?? false
        case .time(let at), .age(let at), .until(let at): number(.time, clock).map { holds(at, $0) } ?? false
        case .money(let amount, let currency): currency.amount(text).map { holds(amount, $0) } ?? false
        case .text(let text), .word(let text, _): holds(text)
        }
    }

    private func holds(_ a: Int64, _ b: Int64) -> Bool {
        switch comparison {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .equal: a == b
        case .greaterOrEqual: a >= b
        case .greater: a > b
        }
    }

    private func holds(_ value: String) -> Bool {
        let isBefore = value.utf8.lexicographicallyPrecedes(text.utf8), isSame = value == text
        return switch comparison {
        case .less: isBefore
        case .lessOrEqual: isBefore || isSame
        case .equal: isSame
        case .greaterOrEqual: !isBefore
        case .greater: !isBefore && !isSame
        }
    }
}

extension Currency {
    /// Reads `12.5` in the minor unit, `12.50 EUR` only where the currency is this one; nil for anything else.
    func amount(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard let number = parts.first, parts.count == 1 || parts.count == 2 && parts[1].uppercased() == code else { return nil }
        let pieces = number.split(separator: ".", omittingEmptySubsequences: false), digits = digits
        guard pieces.count <= 2, let whole = Int64(pieces[0]), pieces.count == 1 || pieces[1].count <= digits else { return nil }
        let rest = pieces.count == 2 ? String(pieces[1]) : ""
        let padded = rest + String(repeating: "0", count: digits - rest.count)
        let scale = (0 ..< digits).reduce(Int64(1)) { scale, _ in scale * 10 }
        guard let minor = padded.isEmpty ? 0 : Int64(padded), minor >= 0 else { return nil }
        let (large, isTooLarge) = whole.multipliedReportingOverflow(by: scale)
        let (sum, overflows) = large.addingReportingOverflow(number.hasPrefix("-") ? -minor : minor)
        return isTooLarge || overflows ? nil : sum
    }
}
