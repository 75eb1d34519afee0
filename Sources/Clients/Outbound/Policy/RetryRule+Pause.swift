extension OutboundPolicy.RetryRule {
    /// How long to pause before the next attempt, in milliseconds; nil where there is none.
    ///
    /// - Parameters:
    ///   - attempt: the one that failed, from 1.
    ///   - isRepeatable: whether doing it twice is as good as doing it once.
    ///   - remaining: milliseconds left for the call.
    public func pause(
        after error: OutboundError, attempt: Int, isRepeatable: Bool, remaining: Int64, using random: inout some RandomNumberGenerator
    ) -> Int64? {
        guard isRepeatable, attempt < attempts, error.isWorthAnotherTry else { return nil }
        let pause: Int64
        if let asked = error.retryAfter {
            guard asked <= longestRetryAfter else { return nil }
            // Everybody was told the same; a little jitter keeps them apart.
            pause = asked + backOff.pause(after: 1, using: &random)
        } else {
            pause = backOff.pause(after: attempt, using: &random)
        }
        return pause < remaining ? pause : nil
    }
}

extension OutboundError {
    /// Whether the same request may succeed a little later.
    public var isWorthAnotherTry: Bool {
        guard !isLocal, code != .replyTooLarge else { return false }
        return switch kind {
        case .dns, .connect, .timeout, .protocol, .quota, .server: true
        case .auth, .tls, .client: false
        }
    }
}
