/// A rate limit as a pure value. Tokens drop into the bucket evenly; every attempt takes one. Where there is none, the next one is
/// reserved and the attempt waits for it, so whoever came first goes first.
public struct TokenBucket: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable {
        /// A token is taken; it can be used after so many milliseconds.
        case granted(after: Int64)
        /// None is taken: it would be more than the longest wait until there is one.
        case refused(retryAfter: Int64)
    }

    private let limit: OutboundPolicy.RateLimit
    /// Below zero: reserved already.
    private var tokens: Double
    private var moment: Int64

    public init(_ limit: OutboundPolicy.RateLimit, at now: Int64) {
        self.limit = limit
        tokens = Double(limit.burst)
        moment = now
    }

    public mutating func take(at now: Int64) -> Verdict {
        refill(at: now)
        let wait = timeToToken
        guard wait <= limit.longestWait else { return .refused(retryAfter: wait - limit.longestWait) }
        tokens -= 1
        return .granted(after: wait)
    }

    /// Gives back a token that was not used.
    public mutating func giveBack() { tokens = min(tokens + 1, Double(limit.burst)) }

    /// In whole milliseconds, but no more for the millionth part that fractions leave behind.
    private var timeToToken: Int64 {
        guard tokens < 1 else { return 0 }
        let wait = ((1 - tokens) / limit.perSecond * 1000 - 1e-6).rounded(.up)
        // A rate of 0 never gives one.
        return wait >= 0 && wait < 1e15 ? Int64(wait) : 1_000_000_000_000_000
    }

    /// A clock that goes back adds nothing.
    private mutating func refill(at now: Int64) {
        guard now > moment else { return }
        tokens = min(tokens + Double(now - moment) * limit.perSecond / 1000, Double(limit.burst))
        moment = now
    }
}
