/// Integers of any size, for what does not fit 64 bits: sign and magnitude in 32-bit limbs, least significant first.
/// Sizes are bounded by whoever creates them (`XDecimal.maxDigits`), so the simple algorithms suffice.
struct BigInteger: Sendable, Equatable {
    private(set) var isNegative: Bool
    private(set) var limbs: [UInt32]

    static let zero = BigInteger(0)
    static let one = BigInteger(1)

    init(_ value: Int) {
        isNegative = value < 0
        let magnitude = value.magnitude
        limbs = magnitude == 0 ? [] : magnitude >> 32 == 0 ? [UInt32(magnitude)]
            : [UInt32(truncatingIfNeeded: magnitude), UInt32(magnitude >> 32)]
    }

    private init(negative: Bool, limbs: [UInt32]) {
        var limbs = limbs
        while limbs.last == 0 { limbs.removeLast() }
        self.limbs = limbs
        isNegative = negative && !limbs.isEmpty
    }

    /// From ASCII digits alone.
    init(digits: some Sequence<UInt8>, negative: Bool = false) {
        var limbs: [UInt32] = []
        var chunk: UInt32 = 0, scale: UInt32 = 1
        for digit in digits {
            chunk = chunk * 10 + UInt32(digit &- 48)
            scale *= 10
            if scale == 1_000_000_000 {
                Self.multiplyAdd(&limbs, scale, chunk)
                chunk = 0
                scale = 1
            }
        }
        if scale > 1 { Self.multiplyAdd(&limbs, scale, chunk) }
        self.init(negative: negative, limbs: limbs)
    }

    /// The exact value of a finite double without fraction.
    init(exactly value: Double) {
        let magnitude = value.magnitude
        guard magnitude >= 1, magnitude.isFinite else {
            self = .zero
            return
        }
        let shift = Int(magnitude.exponent) - 52
        let significand = Int(magnitude.significandBitPattern | (1 << 52))
        var result = BigInteger(shift < 0 ? significand >> -shift : significand)
        if shift > 0 {
            let whole = shift / 32
            result = result * BigInteger(1 << (shift % 32))
            result.limbs.insert(contentsOf: repeatElement(0, count: whole), at: 0)
        }
        self.init(negative: value < 0, limbs: result.limbs)
    }

    var isZero: Bool { limbs.isEmpty }
    var signum: Int { limbs.isEmpty ? 0 : isNegative ? -1 : 1 }
    var magnitude: BigInteger { BigInteger(negative: false, limbs: limbs) }
    var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }

    /// As a machine integer, if it fits.
    var int: Int? {
        guard limbs.count <= 2 else { return nil }
        var magnitude: UInt = 0
        for limb in limbs.reversed() { magnitude = magnitude << 32 | UInt(limb) }
        if isNegative { return magnitude <= UInt(Int.max) + 1 ? Int(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int(exactly: magnitude)
    }

    static prefix func - (a: BigInteger) -> BigInteger { BigInteger(negative: !a.isNegative, limbs: a.limbs) }

    static func + (a: BigInteger, b: BigInteger) -> BigInteger {
        if a.isNegative == b.isNegative { return BigInteger(negative: a.isNegative, limbs: sum(a.limbs, b.limbs)) }
        return order(a.limbs, b.limbs) >= 0
            ? BigInteger(negative: a.isNegative, limbs: difference(a.limbs, b.limbs))
            : BigInteger(negative: b.isNegative, limbs: difference(b.limbs, a.limbs))
    }

    static func - (a: BigInteger, b: BigInteger) -> BigInteger { a + -b }

    static func * (a: BigInteger, b: BigInteger) -> BigInteger {
        guard !a.isZero, !b.isZero else { return .zero }
        var limbs = [UInt32](repeating: 0, count: a.limbs.count + b.limbs.count)
        for i in a.limbs.indices {
            var carry: UInt64 = 0
            for j in b.limbs.indices {
                let t = UInt64(a.limbs[i]) * UInt64(b.limbs[j]) + UInt64(limbs[i + j]) + carry
                limbs[i + j] = UInt32(truncatingIfNeeded: t)
                carry = t >> 32
            }
            limbs[i + b.limbs.count] = UInt32(carry)
        }
        return BigInteger(negative: a.isNegative != b.isNegative, limbs: limbs)
    }

    /// Quotient truncated towards zero, remainder with the sign of the dividend. The divisor must not be zero.
    func dividedBy(_ divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
        guard Self.order(limbs, divisor.limbs) >= 0, !divisor.isZero else { return (.zero, self) }
        var quotient: [UInt32], rest: [UInt32]
        if divisor.limbs.count == 1 {
            quotient = limbs
            rest = [Self.divide(&quotient, by: divisor.limbs[0])]
        } else {
            (quotient, rest) = Self.longDivision(limbs, divisor.limbs)
        }
        return (BigInteger(negative: isNegative != divisor.isNegative, limbs: quotient), BigInteger(negative: isNegative, limbs: rest))
    }

    static func < (a: BigInteger, b: BigInteger) -> Bool { compare(a, b) < 0 }

    /// -1, 0, 1.
    static func compare(_ a: BigInteger, _ b: BigInteger) -> Int {
        if a.isNegative != b.isNegative { return a.isNegative ? -1 : 1 }
        return a.isNegative ? order(b.limbs, a.limbs) : order(a.limbs, b.limbs)
    }

    /// 10 to the power `exponent`.
    static func powerOfTen(_ exponent: Int) -> BigInteger {
        var limbs: [UInt32] = [1]
        for _ in 0 ..< exponent { multiplyAdd(&limbs, 10, 0) }
        return BigInteger(negative: false, limbs: limbs)
    }

    var description: String { (isNegative ? "-" : "") + digits }

    /// Decimal digits of the magnitude.
    var digits: String {
        if limbs.isEmpty { return "0" }
        var chunks: [UInt32] = []
        var rest = limbs
        while !rest.isEmpty {
            chunks.append(Self.divide(&rest, by: 1_000_000_000))
            while rest.last == 0 { rest.removeLast() }
        }
        var text = String(chunks[chunks.count - 1])
        for chunk in chunks.dropLast().reversed() {
            let part = String(chunk)
            text += String(repeating: "0", count: 9 - part.utf8.count) + part
        }
        return text
    }

    private static func multiplyAdd(_ limbs: inout [UInt32], _ factor: UInt32, _ addend: UInt32) {
        var carry = UInt64(addend)
        for i in limbs.indices {
            let t = UInt64(limbs[i]) * UInt64(factor) + carry
            limbs[i] = UInt32(truncatingIfNeeded: t)
            carry = t >> 32
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    /// Divides in place, gives the remainder.
    private static func divide(_ limbs: inout [UInt32], by divisor: UInt32) -> UInt32 {
        var rest: UInt64 = 0
        for i in limbs.indices.reversed() {
            let t = rest << 32 | UInt64(limbs[i])
            limbs[i] = UInt32(t / UInt64(divisor))
            rest = t % UInt64(divisor)
        }
        return UInt32(rest)
    }

    private static func order(_ a: [UInt32], _ b: [UInt32]) -> Int {
        if a.count != b.count { return a.count < b.count ? -1 : 1 }
        for i in a.indices.reversed() where a[i] != b[i] { return a[i] < b[i] ? -1 : 1 }
        return 0
    }

    private static func sum(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var carry: UInt64 = 0
        for i in 0 ..< max(a.count, b.count) {
            let t = UInt64(i < a.count ? a[i] : 0) + UInt64(i < b.count ? b[i] : 0) + carry
            result.append(UInt32(truncatingIfNeeded: t))
            carry = t >> 32
        }
        if carry > 0 { result.append(UInt32(carry)) }
        return result
    }

    /// `a` must not be smaller than `b`.
    private static func difference(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var result = a
        var borrow: Int64 = 0
        for i in a.indices {
            var t = Int64(a[i]) - Int64(i < b.count ? b[i] : 0) - borrow
            borrow = t < 0 ? 1 : 0
            if t < 0 { t += 1 << 32 }
            result[i] = UInt32(t)
        }
        return result
    }

    /// Schoolbook division (Knuth's algorithm D); the divisor has at least two limbs, the dividend no fewer.
    private static func longDivision(_ dividend: [UInt32], _ divisor: [UInt32]) -> ([UInt32], [UInt32]) {
        let shift = UInt32(divisor[divisor.count - 1].leadingZeroBitCount)
        let v = shifted(divisor, shift)
        var u = shifted(dividend, shift)
        if u.count == dividend.count { u.append(0) }
        let n = divisor.count, m = u.count - n - 1
        var quotient = [UInt32](repeating: 0, count: m + 1)
        for j in stride(from: m, through: 0, by: -1) {
            let top = UInt64(u[j + n]) << 32 | UInt64(u[j + n - 1])
            var guess = top / UInt64(v[n - 1]), rest = top % UInt64(v[n - 1])
            while guess >> 32 != 0 || guess * UInt64(v[n - 2]) > (rest << 32 | UInt64(u[j + n - 2])) {
                guess -= 1
                rest += UInt64(v[n - 1])
                if rest >> 32 != 0 { break }
            }
            var borrow: Int64 = 0, carry: UInt64 = 0
            for i in 0 ..< n {
                let product = guess * UInt64(v[i]) + carry
                carry = product >> 32
                let t = Int64(u[i + j]) - borrow - Int64(product & 0xFFFF_FFFF)
                u[i + j] = UInt32(truncatingIfNeeded: t)
                borrow = t < 0 ? 1 : 0
            }
            let t = Int64(u[j + n]) - borrow - Int64(carry)
            u[j + n] = UInt32(truncatingIfNeeded: t)
            if t < 0 {
                guess -= 1
                var back: UInt64 = 0
                for i in 0 ..< n {
                    let sum = UInt64(u[i + j]) + UInt64(v[i]) + back
                    u[i + j] = UInt32(truncatingIfNeeded: sum)
                    back = sum >> 32
                }
                u[j + n] = UInt32(truncatingIfNeeded: UInt64(u[j + n]) + back)
            }
            quotient[j] = UInt32(guess)
        }
        var rest = [UInt32](u[0 ..< n])
        if shift > 0 {
            for i in 0 ..< n { rest[i] = rest[i] >> shift | (i + 1 < n ? rest[i + 1] << (32 - shift) : 0) }
        }
        return (quotient, rest)
    }

    private static func shifted(_ limbs: [UInt32], _ shift: UInt32) -> [UInt32] {
        guard shift > 0 else { return limbs }
        var result: [UInt32] = []
        var carry: UInt32 = 0
        for limb in limbs {
            result.append(limb << shift | carry)
            carry = limb >> (32 - shift)
        }
        if carry > 0 { result.append(carry) }
        return result
    }
}
