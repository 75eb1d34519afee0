/// Pauses that grow, with full jitter: those who failed together do not come back together.
public struct BackOff: Sendable, Equatable {
    /// The longest first pause, in milliseconds.
    public var base: Int64
    public var factor: Double
    /// No pause is longer, in milliseconds.
    public var cap: Int64

    public init(base: Int64 = 200, factor: Double = 2, cap: Int64 = 10_000) {
        self.base = base
        self.factor = factor
        self.cap = cap
    }

    /// The longest pause after so many failures: `base · factor^(failures − 1)`, at most `cap`.
    public func longest(after failures: Int) -> Int64 {
        var longest = Double(base)
        // Growth stops at the cap, so no number of failures overflows.
        var steps = failures - 1
        while steps > 0, longest > 0, factor > 1, longest < Double(cap) {
            longest *= factor
            steps -= 1
        }
        return longest < Double(cap) ? Int64(longest) : cap
    }

    /// Anything from nothing up to the longest pause, all alike.
    public func pause(after failures: Int, using random: inout some RandomNumberGenerator) -> Int64 {
        Int64.random(in: 0 ... max(longest(after: failures), 0), using: &random)
    }
}
