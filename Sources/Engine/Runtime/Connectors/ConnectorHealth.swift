/// State of an outside system.
public enum ConnectorState: String, Sendable, CaseIterable {
    /// It answers as it should.
    case up
    /// It answers, but slowly, or says that something is wrong, or lets only so much through.
    case degraded
    /// It does not answer, or does not let us in.
    case down
    /// None is configured; what is built in does the work.
    case embedded
    /// Turned off by the configuration.
    case off
}

/// What one probe came to.
public enum ProbeOutcome: Sendable, Hashable {
    /// - Parameter latency: milliseconds.
    case answered(ProbeAnswer, latency: Int64)
    case failed(ConnectorFailure)
}

/// The state of a connector as a pure value: outcomes and times come in, nothing else is known.
///
///     not probed yet ──▶ up ◀──▶ degraded ◀──▶ down      one probe is enough for each
///     embedded, off                                       for good: nothing is probed
///
/// A quota that is used up leaves a system degraded, since it answered; every other failure means it is down. The last error stays after
/// the system has come back, with its time.
public struct ConnectorHealth: Sendable, Hashable {
    public struct LastError: Sendable, Hashable {
        public let failure: ConnectorFailure
        public let at: Int64
    }

    /// nil: configured, but not probed yet.
    public private(set) var state: ConnectorState?
    /// When the state was entered.
    public private(set) var since: Int64
    /// When the last probe ended; nil: there was none.
    public private(set) var probedAt: Int64?
    public private(set) var version: String?
    /// Of the last probe that was answered, in milliseconds.
    public private(set) var latency: Int64?
    /// Why it is degraded.
    public private(set) var trouble: String?
    public private(set) var lastError: LastError?
    private let slowAfter: Int64?

    /// - Parameter slowAfter: an answer that takes longer, in milliseconds, counts as degraded.
    public init(_ standing: ConnectorStanding, slowAfter: Int64? = nil, at now: Int64) {
        since = now
        self.slowAfter = slowAfter
        switch standing {
        case .configured: state = nil
        case .embedded: state = .embedded
        case .off: state = .off
        }
    }

    public mutating func apply(_ outcome: ProbeOutcome, at now: Int64) {
        guard state != .embedded, state != .off else { return }
        probedAt = now
        switch outcome {
        case .answered(let answer, let latency):
            version = answer.version ?? version
            self.latency = latency
            trouble = answer.trouble
            if trouble == nil, let slowAfter, latency > slowAfter { trouble = "it took \(latency) ms to answer, more than \(slowAfter) ms" }
            enter(trouble == nil ? .up : .degraded, at: now)
        case .failed(let failure):
            lastError = LastError(failure: failure, at: now)
            trouble = failure.kind == .quota ? failure.message : nil
            enter(failure.kind == .quota ? .degraded : .down, at: now)
        }
    }

    private mutating func enter(_ state: ConnectorState, at now: Int64) {
        guard state != self.state else { return }
        self.state = state
        since = now
    }
}
