import BigInt

/// Integers of any size: a machine word as long as the value fits, else a `BigInt`. Sizes are bounded by whoever creates them
/// (`XDecimal.maxDigits`).
struct BigInteger: Sendable, Equatable {
    private enum Storage: Equatable {
        case small(Int)
        /// Never a value that fits `small`, so that equal values are stored alike.
        case large(BigInt)
    }

    private let storage: Storage

    static let zero = BigInteger(0)
    static let one = BigInteger(1)

    init(_ value: Int) { storage = .small(value) }

    private init(_ value: BigInt) { storage = Int(exactly: value).map { .small($0) } ?? .large(value) }

    /// From ASCII digits alone.
    init(digits: some Collection<UInt8>, negative: Bool = false) {
        if digits.count <= 18 {
            let value = digits.reduce(0) { $0 * 10 + Int($1 &- 48) }
            self.init(negative ? -value : value)
        } else {
            let magnitude = BigUInt(String(decoding: digits, as: UTF8.self), radix: 10) ?? 0
            self.init(BigInt(sign: negative ? .minus : .plus, magnitude: magnitude))
        }
    }

    /// The whole part of a finite double.
    init(exactly value: Double) {
        if let small = Int(exactly: value.rounded(.towardZero)) {
            self.init(small)
        } else {
            self.init(value.isFinite ? BigInt(value.rounded(.towardZero)) : 0)
        }
    }

    private var big: BigInt {
        switch storage {
        case .small(let value): BigInt(value)
        case .large(let value): value
        }
    }

    /// As a machine integer, if it fits.
    var int: Int? {
        if case .small(let value) = storage { return value }
        return nil
    }

    var signum: Int {
        switch storage {
        case .small(let value): value.signum()
        case .large(let value): value.sign == .minus ? -1 : 1
        }
    }

    var isZero: Bool { signum == 0 }
    var isNegative: Bool { signum < 0 }
    var magnitude: BigInteger { isNegative ? -self : self }

    var isOdd: Bool {
        switch storage {
        case .small(let value): value & 1 == 1
        case .large(let value): !value.isMultiple(of: 2)
        }
    }

    /// Bits the magnitude takes.
    var bitWidth: Int {
        switch storage {
        case .small(let value): Int.bitWidth - value.magnitude.leadingZeroBitCount
        case .large(let value): value.magnitude.bitWidth
        }
    }

    static prefix func - (a: BigInteger) -> BigInteger { zero - a }

    static func + (a: BigInteger, b: BigInteger) -> BigInteger {
        if case .small(let x) = a.storage, case .small(let y) = b.storage {
            let (sum, over) = x.addingReportingOverflow(y)
            if !over { return BigInteger(sum) }
        }
        return BigInteger(a.big + b.big)
    }

    static func - (a: BigInteger, b: BigInteger) -> BigInteger {
        if case .small(let x) = a.storage, case .small(let y) = b.storage {
            let (difference, over) = x.subtractingReportingOverflow(y)
            if !over { return BigInteger(difference) }
        }
        return BigInteger(a.big - b.big)
    }

    static func * (a: BigInteger, b: BigInteger) -> BigInteger {
        if case .small(let x) = a.storage, case .small(let y) = b.storage {
            let (product, over) = x.multipliedReportingOverflow(by: y)
            if !over { return BigInteger(product) }
        }
        return BigInteger(a.big * b.big)
    }

    /// Quotient truncated towards zero, remainder with the sign of the dividend. Zero as divisor gives quotient zero.
    func dividedBy(_ divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
        if divisor.isZero { return (.zero, self) }
        if case .small(let x) = storage, case .small(let y) = divisor.storage, y != -1 { return (BigInteger(x / y), BigInteger(x % y)) }
        let (quotient, remainder) = big.quotientAndRemainder(dividingBy: divisor.big)
        return (BigInteger(quotient), BigInteger(remainder))
    }

    static func < (a: BigInteger, b: BigInteger) -> Bool { compare(a, b) < 0 }

    /// -1, 0, 1.
    static func compare(_ a: BigInteger, _ b: BigInteger) -> Int {
        if case .small(let x) = a.storage, case .small(let y) = b.storage { return x < y ? -1 : x > y ? 1 : 0 }
        let x = a.big, y = b.big
        return x < y ? -1 : x > y ? 1 : 0
    }

    /// 10 to the power `exponent`.
    static func powerOfTen(_ exponent: Int) -> BigInteger {
        if exponent <= 18 { return BigInteger((0 ..< max(exponent, 0)).reduce(1) { power, _ in power * 10 }) }
        return BigInteger(BigInt(10).power(exponent))
    }

    var description: String {
        switch storage {
        case .small(let value): String(value)
        case .large(let value): value.description
        }
    }

    /// Decimal digits of the magnitude.
    var digits: String {
        switch storage {
        case .small(let value): String(value.magnitude)
        case .large(let value): value.magnitude.description
        }
    }
}
