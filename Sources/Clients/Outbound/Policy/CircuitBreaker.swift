/// A circuit breaker as a pure value: time comes in, nothing else is known. Ask `admit` before every attempt and `report` after it.
///
///     closed ── failures ──▶ open ── openTime is over ──▶ half-open ── trials succeed ──▶ closed
///                             ▲                               │
///                             └──────── a trial fails ────────┘
///
/// A half-open circuit knows whose trials run. One that reports nothing by its deadline lapses, so nobody can block it for good.
public struct CircuitBreaker: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        case closed
        case open(until: Int64)
        case halfOpen(trials: [Trial], successes: Int)
    }

    public struct Trial: Sendable, Equatable {
        public let owner: UInt64
        public let deadline: Int64
    }

    /// What somebody has decided by hand; it holds until it is released.
    public enum Hold: String, Sendable { case open, closed }

    public enum Outcome: Sendable {
        case success, failure
        /// It says nothing about the other side: refused for another reason, cancelled.
        case neutral
    }

    /// The right to one attempt.
    public struct Permit: Sendable, Equatable {
        let owner: UInt64
        /// Reports from before the last change of state do not count.
        let generation: Int
    }

    public enum Admission: Sendable, Equatable {
        case admitted(Permit)
        /// nil: until somebody releases it.
        case refused(retryAfter: Int64?)
    }

    public private(set) var state = State.closed
    /// When the state was entered.
    public private(set) var since: Int64
    public private(set) var hold: Hold?
    private let rule: OutboundPolicy.BreakerRule
    private var window: FailureWindow
    private var generation = 0

    public init(_ rule: OutboundPolicy.BreakerRule, at now: Int64) {
        self.rule = rule
        since = now
        window = FailureWindow(rule.window, at: now)
    }

    // MARK: Attempts

    /// - Parameter owner: whoever asks, known from all others.
    public mutating func admit(_ owner: UInt64, at now: Int64) -> Admission {
        switch hold {
        case .open: return .refused(retryAfter: nil)
        case .closed: return .admitted(Permit(owner: owner, generation: generation))
        case nil: break
        }
        settle(at: now)
        switch state {
        case .closed: break
        case .open(let until): return .refused(retryAfter: until - now)
        case .halfOpen(let trials, let successes):
            guard trials.count + successes < rule.trials else {
                return .refused(retryAfter: (trials.map(\.deadline).min() ?? now) - now)
            }
            state = .halfOpen(trials: trials + [Trial(owner: owner, deadline: now.saturatingAdd(rule.trialTime))], successes: successes)
        }
        return .admitted(Permit(owner: owner, generation: generation))
    }

    public mutating func report(_ permit: Permit, _ outcome: Outcome, at now: Int64) {
        guard hold == nil, permit.generation == generation else { return }
        settle(at: now)
        switch state {
        case .open: break
        case .closed:
            guard outcome != .neutral else { return }
            window.record(failed: outcome == .failure, at: now)
            if outcome == .failure, window.trips(rule) { enter(.open(until: now.saturatingAdd(rule.openTime)), at: now) }
        case .halfOpen(var trials, var successes):
            guard let place = trials.firstIndex(where: { $0.owner == permit.owner }) else { return }
            trials.remove(at: place)
            if outcome == .failure { return enter(.open(until: now.saturatingAdd(rule.openTime)), at: now) }
            if outcome == .success { successes += 1 }
            if successes >= rule.trials { return enter(.closed, at: now) }
            state = .halfOpen(trials: trials, successes: successes)
        }
    }

    /// What time alone changes: an open circuit whose time is over is half-open, a trial past its deadline has lapsed.
    public mutating func settle(at now: Int64) {
        switch state {
        case .closed: break
        case .open(let until):
            if hold == nil, now >= until { enter(.halfOpen(trials: [], successes: 0), at: now) }
        case .halfOpen(let trials, let successes):
            state = .halfOpen(trials: trials.filter { $0.deadline > now }, successes: successes)
        }
    }

    // MARK: By hand

    /// Opens or closes it whatever happens, until `release`.
    public mutating func force(_ hold: Hold, at now: Int64) {
        self.hold = hold
        enter(hold == .open ? .open(until: .max) : .closed, at: now)
    }

    /// Lets it decide by itself again: closed, with nothing counted. Also closes one that opened by itself.
    public mutating func release(at now: Int64) {
        hold = nil
        enter(.closed, at: now)
    }

    private mutating func enter(_ state: State, at now: Int64) {
        self.state = state
        since = now
        generation += 1
        window = FailureWindow(rule.window, at: now)
    }
}
