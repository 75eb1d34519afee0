enum ComparisonOperator: String, Sendable {
    case equal = "=", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="

    func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

enum Comparison {
    /// Two atomic values as `eq`, `lt` … see them: untyped counts as string.
    static func values(_ a: Item, _ op: ComparisonOperator, _ b: Item, _ c: Evaluation) throws(XQueryError) -> Bool {
        switch (a, b) {
        case (.integer(let x), .integer(let y)): return op.holds(x < y ? -1 : x > y ? 1 : 0)
        case (.string(let x), .string(let y)), (.string(let x), .untyped(let y)), (.untyped(let x), .string(let y)),
            (.untyped(let x), .untyped(let y)), (.uri(let x), .uri(let y)), (.uri(let x), .string(let y)), (.string(let x), .uri(let y)),
            (.uri(let x), .untyped(let y)), (.untyped(let x), .uri(let y)):
            return op.holds(compare(x, y))
        case (.boolean(let x), .boolean(let y)): return op.holds(x == y ? 0 : x ? 1 : -1)
        case (.moment(let x), .moment(let y)) where x.type == y.type:
            let ordered = [.date, .time, .dateTime].contains(x.type)
            guard ordered || op == .equal || op == .notEqual else { break }
            return op.holds(Moment.compare(x, y, implicitZone: c.environment.timeZoneMinutes))
        case (.duration(let x), .duration(let y)):
            if op == .equal || op == .notEqual { return op.holds(Duration.equal(x, y) ? 0 : 1) }
            guard x.type == y.type, x.type != .duration else { break }
            return op.holds(Duration.compare(x, y))
        case (.qname(let x), .qname(let y)) where op == .equal || op == .notEqual:
            return op.holds(x.uri.utf8.elementsEqual(y.uri.utf8) && x.local.utf8.elementsEqual(y.local.utf8) ? 0 : 1)
        case (.binary(let x), .binary(let y)) where x.isHex == y.isHex:
            if op == .equal || op == .notEqual { return op.holds(x.bytes == y.bytes ? 0 : 1) }
            return op.holds(x.bytes.lexicographicallyPrecedes(y.bytes) ? -1 : x.bytes == y.bytes ? 0 : 1)
        default:
            if a.isNumeric && b.isNumeric { return numbers(a, op, b) }
        }
        throw .type("\(a.typeName) and \(b.typeName) cannot be compared with '\(op.rawValue)'")
    }

    /// Two atomic values as `=`, `<` … see them: untyped takes the type of the other side.
    static func general(_ a: Item, _ op: ComparisonOperator, _ b: Item, _ c: Evaluation) throws(XQueryError) -> Bool {
        switch (a, b) {
        case (.untyped(let x), .untyped(let y)), (.untyped(let x), .string(let y)), (.string(let x), .untyped(let y)):
            return op.holds(compare(x, y))
        case (.untyped(let text), _): return try values(try typed(text, like: b, c), op, b, c)
        case (_, .untyped(let text)): return try values(a, op, try typed(text, like: a, c), c)
        default: return try values(a, op, b, c)
        }
    }

    private static func typed(_ text: String, like other: Item, _ c: Evaluation) throws(XQueryError) -> Item {
        if other.isNumeric {
            guard let value = Casting.double(Casting.trimmed(text)) else { throw .badValue(text, "number") }
            return .double(value)
        }
        return try Casting.cast(.untyped(text), to: other.type ?? .string, c)
    }

    /// By code points, which for UTF-8 is by bytes.
    static func compare(_ a: String, _ b: String) -> Int {
        var x = a.utf8.makeIterator(), y = b.utf8.makeIterator()
        while true {
            switch (x.next(), y.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let i?, let j?): if i != j { return i < j ? -1 : 1 }
            }
        }
    }

    static func numbers(_ a: Item, _ op: ComparisonOperator, _ b: Item) -> Bool {
        switch (a, b) {
        case (.double, _), (_, .double): return floating(Numbers.double(a), op, Numbers.double(b))
        case (.float, _), (_, .float): return floating(Numbers.float(a), op, Numbers.float(b))
        default:
            guard let x = Numbers.decimal(a), let y = Numbers.decimal(b) else { return false }
            return op.holds(XDecimal.compare(x, y))
        }
    }

    private static func floating<F: BinaryFloatingPoint>(_ x: F, _ op: ComparisonOperator, _ y: F) -> Bool {
        switch op {
        case .equal: x == y
        case .notEqual: x != y
        case .less: x < y
        case .lessOrEqual: x <= y
        case .greater: x > y
        case .greaterOrEqual: x >= y
        }
    }

    /// Equality for `distinct-values`, `index-of` and the like: values that cannot be compared are different. `nanEqual` makes
    /// NaN equal to itself.
    static func same(_ a: Item, _ b: Item, nanEqual: Bool, _ c: Evaluation) throws(XQueryError) -> Bool {
        if nanEqual, a.isNumeric, b.isNumeric, Numbers.double(a).isNaN, Numbers.double(b).isNaN { return true }
        do throws(XQueryError) { return try values(a, .equal, b, c) } catch {
            if error.kind == .limit { throw error }
            return false
        }
    }
}
