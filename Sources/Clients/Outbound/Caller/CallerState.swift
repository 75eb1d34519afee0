/// All that is known of one system, as a pure value: the policy's state machines and what is counted.
struct CallerState {
    private(set) var policy: OutboundPolicy
    var bulkhead: Bulkhead
    private var bucket: TokenBucket?
    private var breaker: CircuitBreaker?
    private var counts = OutboundSnapshot.Counts()
    private var lastError: (error: OutboundError, at: Int64)?
    private var latency: Double?
    private var lastID: UInt64 = 0

    init(_ policy: OutboundPolicy, at now: Int64) {
        self.policy = policy
        bulkhead = Bulkhead(policy.bulkhead)
        bucket = policy.rateLimit.map { TokenBucket($0, at: now) }
        breaker = policy.breaker.map { CircuitBreaker($0, at: now) }
    }

    /// Calls in flight stay; a circuit breaker or a rate limit with other numbers begins afresh, and so does what was held by hand.
    mutating func apply(_ policy: OutboundPolicy, at now: Int64) {
        if policy.rateLimit != self.policy.rateLimit { bucket = policy.rateLimit.map { TokenBucket($0, at: now) } }
        if policy.breaker != self.policy.breaker { breaker = policy.breaker.map { CircuitBreaker($0, at: now) } }
        bulkhead.limits = policy.bulkhead
        self.policy = policy
    }

    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    // MARK: Rate limit

    mutating func takeToken(at now: Int64) -> TokenBucket.Verdict { bucket?.take(at: now) ?? .granted(after: 0) }

    mutating func giveBackToken() { bucket?.giveBack() }

    // MARK: Circuit breaker

    /// nil: no breaker, no permit needed.
    mutating func admit(at now: Int64) -> CircuitBreaker.Admission? {
        let owner = nextID()
        return breaker?.admit(owner, at: now)
    }

    mutating func force(_ hold: CircuitBreaker.Hold, at now: Int64) { breaker?.force(hold, at: now) }

    mutating func release(at now: Int64) { breaker?.release(at: now) }

    // MARK: What is counted

    mutating func attemptEnded(_ permit: CircuitBreaker.Permit?, number: Int, took: Int64, error: OutboundError?, at now: Int64) {
        let outcome: CircuitBreaker.Outcome = error.map { $0.isLocal ? .neutral : $0.isOutage ? .failure : .success } ?? .success
        if let permit { breaker?.report(permit, outcome, at: now) }
        if number > 1 { counts.retries += 1 }
        if outcome != .neutral { latency = latency.map { $0 + (Double(took) - $0) / 5 } ?? Double(took) }
    }

    mutating func callEnded(_ error: OutboundError?, at now: Int64) {
        counts.calls += 1
        guard var error else { return }
        counts.failures += 1
        // A refusal of our own must not hide what led to it.
        if error.isRefusal { return counts.refused += 1 }
        // Kept for long: not with a whole reply.
        error.reply = nil
        lastError = (error, now)
    }

    func snapshot(of system: String, at now: Int64, wallTime: Int64) -> OutboundSnapshot {
        var breaker = breaker
        breaker?.settle(at: now)
        let circuit: OutboundSnapshot.Circuit =
            switch breaker?.state {
            case .closed: .closed
            case .open: .open
            case .halfOpen: .halfOpen
            case nil: .none
            }
        return OutboundSnapshot(
            system: system, circuit: circuit, circuitSince: wallTime - (now - (breaker?.since ?? now)), isHeld: breaker?.hold != nil,
            inFlight: bulkhead.inFlight, waiting: bulkhead.waiting, counts: counts,
            lastError: lastError.map { .init(error: $0.error, at: wallTime - (now - $0.at)) }, latency: latency)
    }
}

extension OutboundError {
    /// Whether bulkhead, rate limit or circuit breaker refused it.
    public var isRefusal: Bool { [.bulkheadFull, .bulkheadWait, .rateLimited, .circuitOpen].contains(code) }
}
