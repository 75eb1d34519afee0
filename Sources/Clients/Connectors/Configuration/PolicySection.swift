import Outbound
import Settings

extension SettingsSection {
    /// The `policy` of an entry: what is not said stays as it was.
    ///
    ///     policy: {timeout: 2s, attempt-timeout: 1s, connect-timeout: 500ms, retries: 2, in-flight: 16, waiting: 64, rate: 50, burst: 10,
    ///              failures: 5, open-time: 15s}
    func policy(_ standard: OutboundPolicy) -> OutboundPolicy {
        guard let section = section("policy") else { return standard }
        var policy = standard
        if let time = section.duration("timeout") {
            policy.timeouts.call = time
            policy.timeouts.attempt = min(policy.timeouts.attempt, time)
            policy.timeouts.connect = min(policy.timeouts.connect, time)
        }
        if let time = section.duration("attempt-timeout") { policy.timeouts.attempt = time }
        if let time = section.duration("connect-timeout") { policy.timeouts.connect = time }
        if let retries = section.number("retries", in: 0 ... 20) { policy.retry.attempts = retries + 1 }
        if let count = section.number("in-flight", in: 1 ... 10_000) { policy.bulkhead.inFlight = count }
        if let count = section.number("waiting", in: 0 ... 100_000) { policy.bulkhead.waiting = count }
        let rate = section.number("rate", in: 1 ... 1_000_000), burst = section.number("burst", in: 1 ... 1_000_000)
        if let rate { policy.rateLimit = .init(perSecond: Double(rate), burst: burst ?? rate) }
        if let failures = section.number("failures", in: 1 ... 10_000) { policy.breaker?.consecutiveFailures = failures }
        if let time = section.duration("open-time") { policy.breaker?.openTime = time }
        section.finish()
        for problem in policy.problems { walk.report(section.node, problem) }
        return policy
    }
}
