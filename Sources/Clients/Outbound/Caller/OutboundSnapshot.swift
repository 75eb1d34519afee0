/// State of an outside system at this moment, as panes show it. Times are milliseconds since 1970.
public struct OutboundSnapshot: Sendable, Equatable {
    public enum Circuit: String, Sendable {
        case closed, open
        case halfOpen = "half-open"
        /// There is no breaker.
        case none
    }

    public struct LastError: Sendable, Equatable {
        public let error: OutboundError
        public let at: Int64
    }

    public let system: String
    public let circuit: Circuit
    public let circuitSince: Int64
    /// Opened or closed by hand.
    public let isHeld: Bool
    public let inFlight: Int
    public let waiting: Int
    public let counts: Counts
    /// The last call's that failed, unless it was refused here; without the reply.
    public let lastError: LastError?
    /// Milliseconds an attempt takes; an average that forgets (EWMA, a fifth per attempt). nil: there was none.
    public let latency: Double?

    public struct Counts: Sendable, Equatable {
        /// Calls that ended, and those among them that ended with an error.
        public var calls = 0
        public var failures = 0
        /// Attempts after the first.
        public var retries = 0
        /// Calls refused by bulkhead, rate limit or circuit breaker; they are among the failures.
        public var refused = 0

        public init() {}
    }
}
