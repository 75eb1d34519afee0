/// One call on its way through the policy.
struct CallRun {
    let call: OutboundCall
    /// As it was when the call began.
    let policy: OutboundPolicy
    /// When the whole call has to be over.
    let deadline: Int64
    private(set) var attempts = 0

    init(call: OutboundCall, policy: OutboundPolicy, deadline: Int64) {
        self.call = call
        self.policy = policy
        self.deadline = deadline
    }

    /// The next attempt, and the milliseconds left for the call.
    mutating func nextAttempt(at now: Int64, _ observer: (any OutboundObserver)?) -> (OutboundAttempt, remaining: Int64) {
        attempts += 1
        let remaining = deadline - now, timeout = min(policy.timeouts.attempt, remaining)
        var attempt = OutboundAttempt(
            call: call, number: attempts, timeout: timeout, connectTimeout: min(policy.timeouts.connect, timeout))
        if let observer { attempt.headers = observer.attemptBegins(attempt) }
        return (attempt, remaining)
    }

    func refusal(_ code: OutboundError.Code, retryAfter: Int64? = nil) -> OutboundError {
        let (kind, reason): (OutboundError.Kind, String) =
            switch code {
            case .circuitOpen: (.server, "is not called: its circuit is open")
            case .bulkheadFull: (.quota, "is not called: \(policy.bulkhead.waiting) calls wait already")
            case .bulkheadWait: (.quota, "is not called: no call in flight ended in time")
            case .rateLimited: (.quota, "is not called: its rate limit is reached")
            default: (.timeout, "was not called within \(policy.timeouts.call) ms")
            }
        return OutboundError(kind, code, "\(call.system) \(reason)", retryAfter: retryAfter)
    }
}
