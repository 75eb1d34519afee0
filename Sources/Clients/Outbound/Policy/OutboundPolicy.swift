/// What one outside system may cost us: plain data, as the configuration gives it. All times are in milliseconds.
public struct OutboundPolicy: Sendable, Equatable {
    public var timeouts: Timeouts
    public var bulkhead: BulkheadLimits
    /// nil: no limit.
    public var rateLimit: RateLimit?
    /// nil: no circuit breaker.
    public var breaker: BreakerRule?
    public var retry: RetryRule

    public init(
        timeouts: Timeouts = Timeouts(), bulkhead: BulkheadLimits = BulkheadLimits(), rateLimit: RateLimit? = nil,
        breaker: BreakerRule? = BreakerRule(), retry: RetryRule = RetryRule()
    ) {
        self.timeouts = timeouts
        self.bulkhead = bulkhead
        self.rateLimit = rateLimit
        self.breaker = breaker
        self.retry = retry
    }

    public struct Timeouts: Sendable, Equatable {
        /// The whole call: waiting for its turn, all attempts and the pauses between them.
        public var call: Int64
        public var attempt: Int64
        /// Name, connection and TLS handshake of one attempt.
        public var connect: Int64

        public init(call: Int64 = 30_000, attempt: Int64 = 10_000, connect: Int64 = 5_000) {
            self.call = call
            self.attempt = attempt
            self.connect = connect
        }
    }

    /// The bulkhead: one slow system must not take everything with it.
    public struct BulkheadLimits: Sendable, Equatable {
        /// Calls in flight, at most.
        public var inFlight: Int
        /// Calls that wait for a place, at most; others are refused at once.
        public var waiting: Int
        /// How long one may wait.
        public var longestWait: Int64

        public init(inFlight: Int = 64, waiting: Int = 256, longestWait: Int64 = 5_000) {
            self.inFlight = inFlight
            self.waiting = waiting
            self.longestWait = longestWait
        }
    }

    /// A token bucket: every attempt takes a token.
    public struct RateLimit: Sendable, Equatable {
        /// Tokens that come back in a second.
        public var perSecond: Double
        /// Tokens in a full bucket: so many attempts may be made at once.
        public var burst: Int
        /// How long an attempt may wait for its token; beyond that it is refused.
        public var longestWait: Int64

        public init(perSecond: Double, burst: Int, longestWait: Int64 = 5_000) {
            self.perSecond = perSecond
            self.burst = burst
            self.longestWait = longestWait
        }
    }

    /// When the circuit opens, and how it closes again. It opens by either condition; nil is one that does not count.
    public struct BreakerRule: Sendable, Equatable {
        /// Failures in a row.
        public var consecutiveFailures: Int?
        /// Failed share of the attempts within `window`, where there were at least `minimumCalls`.
        public var failureRatio: Double?
        public var window: Int64
        public var minimumCalls: Int
        /// How long an open circuit refuses before it lets somebody try.
        public var openTime: Int64
        /// Half-open: so many trials must succeed, and no more than so many run.
        public var trials: Int
        /// After so long a trial that reports nothing lapses, and another may try.
        public var trialTime: Int64

        public init(
            consecutiveFailures: Int? = 5, failureRatio: Double? = 0.5, window: Int64 = 30_000, minimumCalls: Int = 20,
            openTime: Int64 = 15_000, trials: Int = 1, trialTime: Int64 = 30_000
        ) {
            self.consecutiveFailures = consecutiveFailures
            self.failureRatio = failureRatio
            self.window = window
            self.minimumCalls = minimumCalls
            self.openTime = openTime
            self.trials = trials
            self.trialTime = trialTime
        }
    }

    /// Only what may be repeated is: idempotent methods, and requests with an idempotency key.
    public struct RetryRule: Sendable, Equatable {
        /// Attempts in all; 1 is no retry.
        public var attempts: Int
        public var backOff: BackOff
        /// A `Retry-After` is waited for up to here; a longer one ends the call.
        public var longestRetryAfter: Int64

        public init(attempts: Int = 3, backOff: BackOff = BackOff(), longestRetryAfter: Int64 = 20_000) {
            self.attempts = attempts
            self.backOff = backOff
            self.longestRetryAfter = longestRetryAfter
        }
    }

    /// What cannot be meant, each in one sentence; empty where all is well.
    public var problems: [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ problem: String) {
            if !holds { problems.append(problem) }
        }
        check(timeouts.call > 0 && timeouts.attempt > 0 && timeouts.connect > 0, "a timeout is longer than 0 ms")
        check(bulkhead.inFlight > 0, "a bulkhead lets at least one call through")
        check(bulkhead.waiting >= 0 && bulkhead.longestWait >= 0, "a bulkhead's queue cannot be negative")
        if let rateLimit {
            check(rateLimit.perSecond > 0 && rateLimit.perSecond.isFinite, "a rate limit is more than 0 calls per second")
            check(rateLimit.burst > 0, "a rate limit's burst is at least 1")
            check(rateLimit.longestWait >= 0, "a rate limit's wait cannot be negative")
        }
        if let breaker {
            check((breaker.consecutiveFailures ?? 1) > 0, "a circuit breaker opens after at least one failure")
            check(breaker.failureRatio.map { $0 > 0 && $0 <= 1 } ?? true, "a failure ratio is more than 0 and at most 1")
            check(breaker.window > 0 && breaker.openTime > 0 && breaker.trialTime > 0, "a circuit breaker's times are longer than 0 ms")
            check(breaker.minimumCalls > 0 && breaker.trials > 0, "a circuit breaker needs at least one call and one trial")
        }
        check(retry.attempts > 0, "a call has at least one attempt")
        check(retry.backOff.base >= 0 && retry.backOff.cap >= 0 && retry.backOff.factor >= 1, "a back-off grows from 0 ms or more")
        check(retry.longestRetryAfter >= 0, "the longest Retry-After cannot be negative")
        return problems
    }
}
