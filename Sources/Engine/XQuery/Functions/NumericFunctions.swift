enum NumericFunctions {
    static let all: [Builtin] = [
        Builtin("number", 1 ... 1, context: true, number), Builtin("abs", 1 ... 1, abs), Builtin("ceiling", 1 ... 1, ceiling),
        Builtin("floor", 1 ... 1, floor), Builtin("round", 1 ... 2, round), Builtin("round-half-to-even", 1 ... 2, roundHalfToEven),
        Builtin("sum", 1 ... 2, sum), Builtin("avg", 1 ... 1, average), Builtin("max", 1 ... 2, max), Builtin("min", 1 ... 2, min),
    ]

    private static func number(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let item = try c.optionalAtomic(a[0], "the argument of number()") else { return .one(.double(.nan)) }
        do throws(XQueryError) { return .one(try Casting.cast(item, to: .double, c)) } catch {
            if error.kind == .limit { throw error }
            return .one(.double(.nan))
        }
    }

    private static func abs(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        keepingType(a[0], try magnitude(a, c))
    }

    /// A result the argument's own type can hold keeps it: the reference does so for derived types.
    private static func keepingType(_ argument: Value, _ result: Value) -> Value {
        guard case .one(.derived(let type, let value)) = argument, case .one(let item) = result,
            Comparison.numbers(value, .equal, item)
        else { return result }
        return .one(.derived(type, item))
    }

    private static func magnitude(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let item = try c.optionalNumber(a[0]) else { return .empty }
        switch item {
        case .double(let value): return .one(.double(value.magnitude))
        case .float(let value): return .one(.float(value.magnitude))
        default: return .one(Comparison.numbers(item, .less, .integer(0)) ? try Arithmetic.negate(item) : item)
        }
    }

    private static func ceiling(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let item = try c.optionalNumber(a[0]) else { return .empty }
        switch item {
        case .double(let value): return .one(.double(value.rounded(.up)))
        case .float(let value): return .one(.float(value.rounded(.up)))
        case .decimal(let value): return .one(.decimal(XDecimal(value.ceiling, scale: 0)))
        default: return .one(item)
        }
    }

    private static func floor(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let item = try c.optionalNumber(a[0]) else { return .empty }
        switch item {
        case .double(let value): return .one(.double(value.rounded(.down)))
        case .float(let value): return .one(.float(value.rounded(.down)))
        case .decimal(let value): return .one(.decimal(XDecimal(value.floor, scale: 0)))
        default: return .one(item)
        }
    }

    private static func round(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        keepingType(a[0], try rounded(a, c, toEven: false))
    }

    private static func roundHalfToEven(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        keepingType(a[0], try rounded(a, c, toEven: true))
    }

    private static func rounded(_ a: [Value], _ c: Evaluation, toEven: Bool) throws(XQueryError) -> Value {
        guard let item = try c.optionalNumber(a[0]) else { return .empty }
        let places = a.count > 1 ? try c.requiredInteger(a[1]) : 0
        switch item {
        case .double(let value): return .one(.double(rounded(value, places, toEven) ?? value))
        case .float(let value): return .one(.float(rounded(Double(value), places, toEven).map { Float($0) } ?? value))
        case .decimal(let value): return .one(.decimal(value.rounded(places: places, toEven: toEven)))
        default:
            guard places < 0, let value = Numbers.decimal(item) else { return .one(item) }
            return .one(Item(value.rounded(places: places, toEven: toEven).truncated))
        }
    }

    /// nil when the value stays as it is. Exact, since a double is a decimal; the sign of zero survives.
    private static func rounded(_ value: Double, _ places: Int, _ toEven: Bool) -> Double? {
        guard value.isFinite, value != 0, places < 400 else { return nil }
        if places == 0 && !toEven {
            if value.magnitude >= 0x1p52 { return nil }
            let down = value.rounded(.down)
            let result = value - down >= 0.5 ? down + 1 : down
            return result == 0 && value < 0 ? -0.0 : result
        }
        // The shortest decimal that reads back is what the author wrote: 2.345 is a tie for two places.
        let exact = XDecimal(Substring(plain(value)).utf8) ?? XDecimal(exactly: value)
        let result = exact.rounded(places: places, toEven: toEven).double
        return result == 0 && value < 0 ? -0.0 : result
    }

    private static func plain(_ value: Double) -> String {
        let text = "\(value)"
        return text.utf8.contains(101) ? XDecimal(exactly: value).description : text
    }

    // MARK: Aggregates

    private static func sum(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        if a[0].isEmpty {
            if a.count == 1 { return .integer(0) }
            return Value(try c.optionalAtomic(a[1], "the second argument of sum()"))
        }
        if case .one(.derived(_, let value)) = a[0], value.isNumeric { return a[0] }
        return .one(try total(a[0], c))
    }

    private static func average(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard !a[0].isEmpty else { return .empty }
        return .one(try Arithmetic.apply(.divide, try total(a[0], c), .integer(a[0].count), c))
    }

    private static func total(_ value: Value, _ c: Evaluation) throws(XQueryError) -> Item {
        if case .range(let low, let high) = value {
            // Gauss; exact also beyond 64 bits.
            let count = BigInteger(high - low) + .one
            return Item((count * (BigInteger(low) + BigInteger(high))).dividedBy(BigInteger(2)).quotient)
        }
        var result: Item?
        for item in try c.atomize(value) {
            try c.step()
            var item = item
            if case .untyped = item { item = try Casting.cast(item, to: .double, c) }
            let summable = item.isNumeric || item.type == .dayTimeDuration || item.type == .yearMonthDuration
            guard summable else { throw XQueryError(code: "FORG0006", message: "\(item.typeName) cannot be summed up", kind: .type) }
            guard let sum = result else {
                result = item
                continue
            }
            guard sum.isNumeric == item.isNumeric, sum.isNumeric || sum.type == item.type else {
                throw XQueryError(code: "FORG0006", message: "\(sum.typeName) and \(item.typeName) cannot be summed up", kind: .type)
            }
            let next = try Arithmetic.apply(.add, sum, item, c)
            // As the reference: what comes after NaN is not looked at any more.
            if case .double(let number) = next, number.isNaN { return next }
            result = next
        }
        return result ?? .integer(0)
    }

    private static func max(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { try extreme(a, c, .greater) }
    private static func min(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { try extreme(a, c, .less) }

    private static func extreme(_ a: [Value], _ c: Evaluation, _ op: ComparisonOperator) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 1)
        if case .range(let low, let high) = a[0] { return .integer(op == .less ? low : high) }
        let values = try c.data(a[0])
        // What is found keeps its derived type.
        func typed(_ best: Item) throws(XQueryError) -> Item {
            for item in values {
                if case .derived(_, let value) = item, value.type == best.type, try Comparison.same(value, best, nanEqual: true, c) {
                    return item
                }
            }
            return best
        }
        var best: Item?
        var widest = AtomicType.integer
        for item in try c.atomize(a[0]) {
            try c.step()
            var item = item
            if case .untyped = item { item = try Casting.cast(item, to: .double, c) }
            if case .uri(let text) = item, let best, case .string = best { item = .string(text) }
            if case .string = item, case .uri(let text)? = best { best = .string(text) }
            guard isOrdered(item) else { throw XQueryError(code: "FORG0006", message: "\(item.typeName) has no order", kind: .type) }
            if let type = item.type, item.isNumeric { widest = wider(widest, type) }
            guard let current = best else {
                best = item
                continue
            }
            if item.isNumeric && current.isNumeric {
                if Numbers.double(current).isNaN { continue }
                if Numbers.double(item).isNaN || Comparison.numbers(item, op, current) { best = item }
            } else {
                do throws(XQueryError) { if try Comparison.values(item, op, current, c) { best = item } } catch {
                    throw XQueryError(code: "FORG0006", message: "\(item.typeName) and \(current.typeName) cannot be compared", kind: .type)
                }
            }
        }
        guard let best else { return .empty }
        return .one(best.isNumeric && widest != .integer && widest != .decimal ? try Casting.cast(best, to: widest, c) : try typed(best))
    }

    private static func isOrdered(_ item: Item) -> Bool {
        switch item {
        case .qname, .binary: false
        case .moment(let value): [.date, .time, .dateTime].contains(value.type)
        case .duration(let value): value.type != .duration
        default: true
        }
    }

    private static func wider(_ a: AtomicType, _ b: AtomicType) -> AtomicType {
        let order: [AtomicType] = [.integer, .decimal, .float, .double]
        return order.last { $0 == a || $0 == b } ?? .double
    }
}
