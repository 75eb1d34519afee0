/// xs:decimal: `unscaled` divided by ten to the power `scale`, without trailing zeros. Exact; division goes to 18 digits.
final class XDecimal: Sendable {
    let unscaled: BigInteger
    let scale: Int

    /// Most digits a decimal or an integer may have; more is FOAR0002.
    static let maxDigits = 1000
    private static let maxBits = maxDigits * 10 / 3

    init(_ unscaled: BigInteger, scale: Int) {
        if var small = unscaled.int {
            var places = scale
            while places > 0, small % 10 == 0 {
                small /= 10
                places -= 1
            }
            self.unscaled = BigInteger(small)
            self.scale = places
            return
        }
        var value = unscaled, places = scale
        let ten = BigInteger(10)
        while places > 0 {
            let (quotient, rest) = value.dividedBy(ten)
            guard rest.isZero else { break }
            value = quotient
            places -= 1
        }
        self.unscaled = value
        self.scale = places
    }

    convenience init(_ value: Int) { self.init(BigInteger(value), scale: 0) }

    /// From the lexical form `[+-]digits[.digits]`; nil for anything else.
    convenience init?(_ text: some Collection<UInt8>) {
        var digits: [UInt8] = []
        var negative = false, scale = 0, point = false, first = true
        for byte in text {
            switch byte {
            case 43, 45:
                guard first else { return nil }
                negative = byte == 45
            case 46:
                guard !point else { return nil }
                point = true
            case 48 ... 57:
                digits.append(byte)
                if point { scale += 1 }
            default: return nil
            }
            first = false
        }
        guard !digits.isEmpty, digits.count <= XDecimal.maxDigits * 2 else { return nil }
        self.init(BigInteger(digits: digits, negative: negative), scale: scale)
    }

    /// The exact value of a finite double.
    convenience init(exactly value: Double) {
        var scale = 0
        var scaled = value.magnitude
        // A double is an integer times a power of two; each halving is one more decimal digit five.
        var factor = BigInteger.one
        while scaled != scaled.rounded(.towardZero), scale < 1100 {
            scaled *= 2
            factor = factor * BigInteger(5)
            scale += 1
        }
        let whole = BigInteger(exactly: scaled) * factor
        self.init(value < 0 ? -whole : whole, scale: scale)
    }

    static func checked(_ unscaled: BigInteger, scale: Int) throws(XQueryError) -> XDecimal {
        guard unscaled.bitWidth <= maxBits, scale <= maxDigits else {
            throw .dynamic("FOAR0002", "the number has more than \(maxDigits) digits")
        }
        return XDecimal(unscaled, scale: scale)
    }

    private func at(_ places: Int) -> BigInteger {
        places > scale ? unscaled * BigInteger.powerOfTen(places - scale) : unscaled
    }

    static func add(_ a: XDecimal, _ b: XDecimal) throws(XQueryError) -> XDecimal {
        let scale = max(a.scale, b.scale)
        return try checked(a.at(scale) + b.at(scale), scale: scale)
    }

    static func subtract(_ a: XDecimal, _ b: XDecimal) throws(XQueryError) -> XDecimal {
        let scale = max(a.scale, b.scale)
        return try checked(a.at(scale) - b.at(scale), scale: scale)
    }

    static func multiply(_ a: XDecimal, _ b: XDecimal) throws(XQueryError) -> XDecimal {
        try checked(a.unscaled * b.unscaled, scale: a.scale + b.scale)
    }

    static func divide(_ a: XDecimal, _ b: XDecimal) throws(XQueryError) -> XDecimal {
        guard !b.unscaled.isZero else { throw .dynamic("FOAR0001", "division by zero") }
        let places = max(18, max(a.scale, b.scale))
        let dividend = a.unscaled * BigInteger.powerOfTen(places + b.scale)
        let divisor = b.unscaled * BigInteger.powerOfTen(a.scale)
        let (quotient, rest) = dividend.dividedBy(divisor)
        // Rounded half away from zero at the last place.
        let up = BigInteger.compare((rest + rest).magnitude, divisor.magnitude) >= 0
        let sign = BigInteger(dividend.isNegative != divisor.isNegative ? -1 : 1)
        return try checked(up ? quotient + sign : quotient, scale: places)
    }

    static func integerDivide(_ a: XDecimal, _ b: XDecimal) throws(XQueryError) -> BigInteger {
        guard !b.unscaled.isZero else { throw .dynamic("FOAR0001", "division by zero") }
        let scale = max(a.scale, b.scale)
        return a.at(scale).dividedBy(b.at(scale)).quotient
    }

    static func modulo(_ a: XDecimal, _ b: XDecimal) throws(XQueryError) -> XDecimal {
        guard !b.unscaled.isZero else { throw .dynamic("FOAR0001", "division by zero") }
        let scale = max(a.scale, b.scale)
        return XDecimal(a.at(scale).dividedBy(b.at(scale)).remainder, scale: scale)
    }

    static func compare(_ a: XDecimal, _ b: XDecimal) -> Int {
        let scale = max(a.scale, b.scale)
        return BigInteger.compare(a.at(scale), b.at(scale))
    }

    var negated: XDecimal { XDecimal(-unscaled, scale: scale) }
    /// Towards zero.
    var truncated: BigInteger { scale == 0 ? unscaled : unscaled.dividedBy(.powerOfTen(scale)).quotient }

    var floor: BigInteger {
        guard scale > 0 else { return unscaled }
        return unscaled.isNegative ? truncated - .one : truncated
    }

    var ceiling: BigInteger {
        guard scale > 0 else { return unscaled }
        return unscaled.isNegative ? truncated : truncated + .one
    }

    /// Rounded to `places` decimal places, which may be negative; ties go up, or to the even neighbour.
    func rounded(places: Int, toEven: Bool) -> XDecimal {
        guard scale > places else { return self }
        guard places >= -XDecimal.maxDigits else { return XDecimal(0) }
        let unit = BigInteger.powerOfTen(scale - places)
        var (quotient, rest) = unscaled.dividedBy(unit)
        if rest.isNegative {
            quotient = quotient - .one
            rest = rest + unit
        }
        let half = BigInteger.compare(rest + rest, unit)
        if half > 0 || (half == 0 && (!toEven || quotient.isOdd)) { quotient = quotient + .one }
        return places >= 0 ? XDecimal(quotient, scale: places) : XDecimal(quotient * .powerOfTen(-places), scale: 0)
    }

    var double: Double { Double(description) ?? .nan }

    var description: String {
        guard scale > 0 else { return unscaled.description }
        var digits = unscaled.digits
        if digits.utf8.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits }
        return (unscaled.isNegative ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }
}
