import XMLTree

/// `/Net/a/text() = 'x'` or `/Net/n > 3`: a path on the left, a literal on the right. Data have no types, so a text is compared
/// byte by byte and with a number as a double; what does not look like a plain number is left to the general evaluation.
final class FastComparison: FastPath {
    private enum Operand: Sendable {
        case text([UInt8])
        case number(Double)
    }

    private let path: ChildPath
    private let op: ComparisonOperator
    private let literal: Operand

    init?(_ comparison: GeneralComparison) {
        guard let path = (comparison.left as? PathExpression)?.fromRoot, let right = comparison.right as? Literal,
            case .one(let item) = right.value
        else { return nil }
        switch item {
        case .string(let text): literal = .text(Array(text.utf8))
        case .integer(let number):
            guard let exact = Double(exactly: number) else { return nil }
            literal = .number(exact)
        case .double(let number): literal = .number(number)
        default: return nil
        }
        self.path = path
        op = comparison.op
    }

    var description: String { "\(path.description) compared with a literal" }

    func truth(over input: QueryInput, _ limits: QueryLimits) -> Bool? {
        var holds = false, isDecided = true, bytes = 0, nodes = 0
        let seen = path.walk(input) { arena, index in
            guard isDecided else { return }
            guard let text = arena.onlyText(of: index) else {
                isDecided = false
                return
            }
            nodes += arena.end(of: index) - index + 1
            bytes += text.count
            guard let answer = compare(text) else {
                isDecided = false
                return
            }
            // The general evaluation stops at the first pair that holds, so an error after it never shows.
            if answer { holds = true }
        }
        guard let seen, isDecided, limits.allow(seen: seen, copied: nodes, bytes: bytes) else { return nil }
        return holds
    }

    private func compare(_ text: ArraySlice<UInt8>) -> Bool? {
        switch literal {
        case .text(let literal):
            if op == .equal { return text.elementsEqual(literal) }
            if text.elementsEqual(literal) { return op.holds(0) }
            return op.holds(text.lexicographicallyPrecedes(literal) ? -1 : 1)
        case .number(let number):
            guard let value = Casting.plainDouble(text) else { return nil }
            // Not by `holds`, for which everything is less, equal or greater: the literal may be none of it (NaN).
            switch op {
            case .equal: return value == number
            case .notEqual: return value != number
            case .less: return value < number
            case .lessOrEqual: return value <= number
            case .greater: return value > number
            case .greaterOrEqual: return value >= number
            }
        }
    }
}
