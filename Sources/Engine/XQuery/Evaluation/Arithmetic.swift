/// Conversions between the numeric types.
enum Numbers {
    static func double(_ item: Item) -> Double {
        switch item {
        case .integer(let value): Double(value)
        case .bigInteger(let value): Double(value.description) ?? .nan
        case .decimal(let value): value.double
        case .double(let value): value
        case .float(let value): Double(value)
        default: .nan
        }
    }

    static func float(_ item: Item) -> Float {
        switch item {
        case .integer(let value): Float(value)
        case .bigInteger(let value): Float(value.description) ?? .nan
        case .decimal(let value): Float(value.description) ?? .nan
        case .double(let value): Float(value)
        case .float(let value): value
        default: .nan
        }
    }

    static func big(_ item: Item) -> BigInteger? {
        switch item {
        case .integer(let value): BigInteger(value)
        case .bigInteger(let value): value
        default: nil
        }
    }

    /// nil for anything but integers and decimals.
    static func decimal(_ item: Item) -> XDecimal? {
        switch item {
        case .integer(let value): XDecimal(value)
        case .bigInteger(let value): XDecimal(value, scale: 0)
        case .decimal(let value): value
        default: nil
        }
    }
}

enum ArithmeticOperator: String, Sendable {
    case add = "+", subtract = "-", multiply = "*", divide = "div", integerDivide = "idiv", modulo = "mod"
}

enum Arithmetic {
    static func apply(_ op: ArithmeticOperator, _ a: Item, _ b: Item, _ c: Evaluation) throws(XQueryError) -> Item {
        if case .integer(let x) = a, case .integer(let y) = b { return try integers(op, x, y) }
        let left = try operand(a, beside: b, op), right = try operand(b, beside: a, op)
        guard left.isNumeric, right.isNumeric else { return try temporal(op, left, right, c) }
        switch (left, right) {
        case (.double, _), (_, .double): return try floating(op, Numbers.double(left), Numbers.double(right))
        case (.float, _), (_, .float):
            let result = try floating(op, Numbers.float(left), Numbers.float(right))
            return result
        case (.decimal, _), (_, .decimal): return try decimals(op, left, right)
        default: return try bigIntegers(op, left, right)
        }
    }

    /// Untyped data count as double, except where only a date or duration would make sense.
    private static func operand(_ item: Item, beside other: Item, _ op: ArithmeticOperator) throws(XQueryError) -> Item {
        guard case .untyped(let text) = item else { return item }
        switch other {
        case .moment: throw unfit(op, item, other)
        case .duration where op == .add || op == .subtract: throw unfit(op, item, other)
        default: break
        }
        guard let value = Casting.double(Casting.trimmed(text)) else { throw .badValue(text, "number") }
        return .double(value)
    }

    private static func unfit(_ op: ArithmeticOperator, _ a: Item, _ b: Item) -> XQueryError {
        .type("'\(op.rawValue)' is not defined between \(a.typeName) and \(b.typeName)")
    }

    static let divisionByZero = XQueryError.dynamic("FOAR0001", "division by zero")

    private static func integers(_ op: ArithmeticOperator, _ x: Int, _ y: Int) throws(XQueryError) -> Item {
        let result: (partialValue: Int, overflow: Bool)
        switch op {
        case .add: result = x.addingReportingOverflow(y)
        case .subtract: result = x.subtractingReportingOverflow(y)
        case .multiply: result = x.multipliedReportingOverflow(by: y)
        case .divide:
            guard y != 0 else { throw divisionByZero }
            let (quotient, over) = x.dividedReportingOverflow(by: y)
            if !over, quotient &* y == x { return .decimal(XDecimal(quotient)) }
            return .decimal(try XDecimal.divide(XDecimal(x), XDecimal(y)))
        case .integerDivide:
            guard y != 0 else { throw divisionByZero }
            result = x.dividedReportingOverflow(by: y)
        case .modulo:
            guard y != 0 else { throw divisionByZero }
            return .integer(y == -1 ? 0 : x % y)
        }
        if !result.overflow { return .integer(result.partialValue) }
        return try bigIntegers(op, .integer(x), .integer(y))
    }

    private static func bigIntegers(_ op: ArithmeticOperator, _ a: Item, _ b: Item) throws(XQueryError) -> Item {
        guard let x = Numbers.big(a), let y = Numbers.big(b) else { throw unfit(op, a, b) }
        switch op {
        case .add: return Item(try checked(x + y))
        case .subtract: return Item(try checked(x - y))
        case .multiply: return Item(try checked(x * y))
        case .divide: return try decimals(op, a, b)
        case .integerDivide, .modulo:
            guard !y.isZero else { throw divisionByZero }
            let (quotient, rest) = x.dividedBy(y)
            return Item(op == .modulo ? rest : quotient)
        }
    }

    private static func checked(_ value: BigInteger) throws(XQueryError) -> BigInteger { try XDecimal.checked(value, scale: 0).unscaled }

    private static func decimals(_ op: ArithmeticOperator, _ a: Item, _ b: Item) throws(XQueryError) -> Item {
        guard let x = Numbers.decimal(a), let y = Numbers.decimal(b) else { throw unfit(op, a, b) }
        switch op {
        case .add: return .decimal(try XDecimal.add(x, y))
        case .subtract: return .decimal(try XDecimal.subtract(x, y))
        case .multiply: return .decimal(try XDecimal.multiply(x, y))
        case .divide: return .decimal(try XDecimal.divide(x, y))
        case .integerDivide: return Item(try XDecimal.integerDivide(x, y))
        case .modulo: return .decimal(try XDecimal.modulo(x, y))
        }
    }

    private static func floating(_ op: ArithmeticOperator, _ x: Double, _ y: Double) throws(XQueryError) -> Item {
        switch op {
        case .add: return .double(x + y)
        case .subtract: return .double(x - y)
        case .multiply: return .double(x * y)
        case .divide: return .double(x / y)
        case .modulo: return .double(x.truncatingRemainder(dividingBy: y))
        case .integerDivide: return try integerQuotient(x, y)
        }
    }

    private static func floating(_ op: ArithmeticOperator, _ x: Float, _ y: Float) throws(XQueryError) -> Item {
        switch op {
        case .add: return .float(x + y)
        case .subtract: return .float(x - y)
        case .multiply: return .float(x * y)
        case .divide: return .float(x / y)
        case .modulo: return .float(x.truncatingRemainder(dividingBy: y))
        case .integerDivide: return try integerQuotient(Double(x), Double(y))
        }
    }

    private static func integerQuotient(_ x: Double, _ y: Double) throws(XQueryError) -> Item {
        if y == 0 { throw divisionByZero }
        guard x.isFinite, !y.isNaN else { throw .dynamic("FOAR0002", "'idiv' of \(format(x)) by \(format(y)) has no integer result") }
        return Item(BigInteger(exactly: (x / y).rounded(.towardZero)))
    }

    static func negate(_ item: Item) throws(XQueryError) -> Item {
        switch item {
        case .integer(let value): value == .min ? Item(-BigInteger(value)) : .integer(-value)
        case .bigInteger(let value): Item(-value)
        case .decimal(let value): .decimal(value.negated)
        case .double(let value): .double(-value)
        case .float(let value): .float(-value)
        default: throw .type("the sign '-' needs a number, not \(item.typeName)")
        }
    }

    // MARK: Dates and durations

    private static func temporal(_ op: ArithmeticOperator, _ a: Item, _ b: Item, _ c: Evaluation) throws(XQueryError) -> Item {
        switch (a, op, b) {
        case (.moment(let x), .subtract, .moment(let y)) where x.type == y.type && [.date, .time, .dateTime].contains(x.type):
            let zone = c.environment.timeZoneMinutes
            let i = x.instant(implicitZone: zone), j = y.instant(implicitZone: zone)
            guard
                let result = Duration.normalized(
                    .dayTimeDuration, seconds: i.seconds - j.seconds, nanoseconds: i.nanoseconds - j.nanoseconds)
            else { throw Duration.outOfRange }
            return .duration(result)
        case (.moment(let x), .add, .duration(let y)), (.duration(let y), .add, .moment(let x)): return try shift(op, x, y, 1)
        case (.moment(let x), .subtract, .duration(let y)): return try shift(op, x, y, -1)
        case (.duration(let x), .add, .duration(let y)) where x.type == y.type && x.type != .duration,
            (.duration(let x), .subtract, .duration(let y)) where x.type == y.type && x.type != .duration:
            return .duration(try Duration.add(x, y, negating: op == .subtract))
        case (.duration(let x), .multiply, _) where b.isNumeric && x.type != .duration: return .duration(try scaled(x, b, dividing: false))
        case (_, .multiply, .duration(let y)) where a.isNumeric && y.type != .duration: return .duration(try scaled(y, a, dividing: false))
        case (.duration(let x), .divide, _) where b.isNumeric && x.type != .duration: return .duration(try scaled(x, b, dividing: true))
        case (.duration(let x), .divide, .duration(let y)) where x.type == y.type && x.type != .duration:
            if x.type == .yearMonthDuration { return .decimal(try XDecimal.divide(XDecimal(x.months), XDecimal(y.months))) }
            return .decimal(try XDecimal.divide(x.exactSeconds, y.exactSeconds))
        default: throw unfit(op, a, b)
        }
    }

    private static func shift(_ op: ArithmeticOperator, _ moment: Moment, _ by: Duration, _ sign: Int) throws(XQueryError) -> Item {
        guard by.type != .duration, [.date, .time, .dateTime].contains(moment.type), moment.type != .time || by.type == .dayTimeDuration
        else {
            throw unfit(op, .moment(moment), .duration(by))
        }
        return .moment(try moment.adding(months: sign * by.months, seconds: sign * by.seconds, nanoseconds: sign * by.nanoseconds))
    }

    private static func scaled(_ duration: Duration, _ factor: Item, dividing: Bool) throws(XQueryError) -> Duration {
        let number = Numbers.double(factor)
        guard !number.isNaN else { throw .dynamic("FOCA0005", "a duration cannot be multiplied or divided by NaN") }
        guard dividing || number.isFinite else { throw Duration.outOfRange }
        guard !dividing || number != 0 else { throw Duration.outOfRange }
        if number.isInfinite { return Duration(duration.type) }
        let exact = Numbers.decimal(factor) ?? XDecimal(exactly: number)
        if duration.type == .yearMonthDuration {
            let product =
                dividing ? try XDecimal.divide(XDecimal(duration.months), exact) : try XDecimal.multiply(XDecimal(duration.months), exact)
            guard let months = product.rounded(places: 0, toEven: false).truncated.int, abs(months) < 1 << 53 else {
                throw Duration.outOfRange
            }
            return Duration(.yearMonthDuration, months: months)
        }
        return try Duration.fromSeconds(
            dividing ? try XDecimal.divide(duration.exactSeconds, exact) : try XDecimal.multiply(duration.exactSeconds, exact))
    }
}
