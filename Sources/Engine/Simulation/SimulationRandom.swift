/// Random numbers for one purpose (SplitMix64). Every purpose has a stream of its own, named by keys: the work a case brings is the
/// same however many people there are to do it, which makes two simulations comparable.
struct SimulationRandom {
    private var state: UInt64

    init(seed: UInt64, _ keys: UInt64...) {
        state = seed
        for key in keys { state = next() ^ key }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// Above 0, up to 1.
    mutating func fraction() -> Double { Double((next() >> 11) + 1) / 9_007_199_254_740_992 }

    /// 0 ..< bound; bound is above 0.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    mutating func shuffle<T>(_ values: inout [T]) {
        for last in values.indices.dropFirst().reversed() { values.swapAt(last, below(last + 1)) }
    }
}

extension String {
    /// FNV-1a, to name a stream after a task; the standard library's hash is another one in every process.
    var streamKey: UInt64 { utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 } }
}

extension Double {
    /// The natural logarithm of a number above 0, from additions, multiplications and divisions alone: these give the same bits on
    /// every machine, which the C library's function does not promise.
    var portableLogarithm: Double {
        var (power, m) = (exponent, significand)
        if m > 1.414_213_562_373_095 {
            m /= 2
            power += 1
        }
        let s = (m - 1) / (m + 1), square = s * s
        var sum = 0.0
        for n in stride(from: 23, through: 1, by: -2) { sum = sum * square + 1 / Double(n) }
        return Double(power) * 0.693_147_180_559_945_3 + 2 * s * sum
    }
}
