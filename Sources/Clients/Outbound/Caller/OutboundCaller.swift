import Synchronization

/// The way to one outside system. Every call goes through its policy: the time allowed for all of it, a place in the bulkhead, then for
/// each attempt a token of the rate limit and the circuit breaker's leave; after a failure comes a pause and another attempt, where
/// repeating does no harm.
///
/// Tokens and leave are asked for per attempt, not per call, since the other side sees attempts. A mutex guards the state.
public final class OutboundCaller: Sendable {
    /// Its name in the configuration, in spans, metrics and panes.
    public let system: String
    let clock: any OutboundClock
    private let observer: (any OutboundObserver)?
    private let shared: Mutex<Shared>

    struct Shared {
        var state: CallerState
        var random: any RandomNumberGenerator & Sendable
        /// Calls that wait for a place in the bulkhead.
        var waiters: [UInt64: CheckedContinuation<Entry, Never>] = [:]
    }

    public init(
        system: String, policy: OutboundPolicy = OutboundPolicy(), clock: any OutboundClock = SystemClock(),
        observer: (any OutboundObserver)? = nil, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.system = system
        self.clock = clock
        self.observer = observer
        shared = Mutex(Shared(state: CallerState(policy, at: clock.now), random: random))
    }

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - operation: one word for spans and metrics.
    ///   - isRepeatable: whether doing it twice is as good as doing it once; only then is there a second attempt.
    ///   - attempt: does it once, within the time it is given.
    public nonisolated(nonsending) func call<Value>(
        _ operation: String, isRepeatable: Bool, _ attempt: (OutboundAttempt) async throws(OutboundError) -> Value
    ) async throws(OutboundError) -> Value {
        let start = clock.now
        let (call, policy) = withState { (OutboundCall(id: $0.nextID(), system: system, operation: operation), $0.policy) }
        observer?.callBegins(call)
        var run = CallRun(call: call, policy: policy, deadline: start.saturatingAdd(policy.timeouts.call))
        do throws(OutboundError) {
            let value = try await inBulkhead(run) { () async throws(OutboundError) in
                try await attempts(&run, isRepeatable: isRepeatable, attempt)
            }
            ended(run, since: start, error: nil)
            return value
        } catch {
            ended(run, since: start, error: error)
            throw error
        }
    }

    private func ended(_ run: CallRun, since start: Int64, error: OutboundError?) {
        let now = clock.now
        withState { $0.callEnded(error, at: now) }
        observer?.callEnded(run.call, attempts: run.attempts, took: now - start, error: error)
    }

    // MARK: Attempts

    private nonisolated(nonsending) func attempts<Value>(
        _ run: inout CallRun, isRepeatable: Bool, _ attempt: (OutboundAttempt) async throws(OutboundError) -> Value
    ) async throws(OutboundError) -> Value {
        while true {
            try await waitForToken(run)
            let permit = try admission(run)
            let begin = clock.now
            let (info, remaining) = run.nextAttempt(at: begin, observer)
            let failure: OutboundError
            do throws(OutboundError) {
                let value = try await attempt(info)
                attemptEnded(info, permit, since: begin, error: nil)
                return value
            } catch {
                attemptEnded(info, permit, since: begin, error: error)
                failure = error
            }
            let left = remaining - (clock.now - begin)
            let pause = shared.withLock { shared in
                run.policy.retry.pause(
                    after: failure, attempt: info.number, isRepeatable: isRepeatable, remaining: left, using: &shared.random)
            }
            guard let pause, !Task.isCancelled else { throw failure }
            try await sleep(pause)
        }
    }

    private func attemptEnded(_ attempt: OutboundAttempt, _ permit: CircuitBreaker.Permit?, since begin: Int64, error: OutboundError?) {
        let now = clock.now
        withState { $0.attemptEnded(permit, number: attempt.number, took: now - begin, error: error, at: now) }
        observer?.attemptEnded(attempt, took: now - begin, error: error)
    }

    private nonisolated(nonsending) func waitForToken(_ run: CallRun) async throws(OutboundError) {
        let now = clock.now
        guard now < run.deadline else { throw run.refusal(.tooSlow) }
        switch withState({ $0.takeToken(at: now) }) {
        case .refused(let retryAfter): throw run.refusal(.rateLimited, retryAfter: retryAfter)
        case .granted(let wait):
            guard wait > 0 else { return }
            do throws(OutboundError) {
                guard wait < run.deadline - now else { throw run.refusal(.rateLimited, retryAfter: wait) }
                try await sleep(wait)
            } catch {
                withState { $0.giveBackToken() }
                throw error
            }
        }
    }

    private func admission(_ run: CallRun) throws(OutboundError) -> CircuitBreaker.Permit? {
        let now = clock.now
        switch withState({ $0.admit(at: now) }) {
        case .admitted(let permit): return permit
        case .refused(let retryAfter):
            withState { $0.giveBackToken() }
            throw run.refusal(.circuitOpen, retryAfter: retryAfter)
        case nil: return nil
        }
    }

    private nonisolated(nonsending) func sleep(_ milliseconds: Int64) async throws(OutboundError) {
        await clock.sleep(milliseconds)
        if Task.isCancelled { throw .cancelled }
    }

    // MARK: State

    /// Milliseconds since 1970, as its policy sees them.
    public var wallTime: Int64 { clock.wallTime }

    /// Its state at this moment.
    public var snapshot: OutboundSnapshot {
        let now = clock.now, wallTime = clock.wallTime
        return withState { $0.snapshot(of: system, at: now, wallTime: wallTime) }
    }

    public var policy: OutboundPolicy { withState(\.policy) }

    /// From the next call on. A breaker or a rate limit whose numbers differ begins afresh.
    public func apply(_ policy: OutboundPolicy) {
        let now = clock.now
        withShared { shared in
            shared.state.apply(policy, at: now)
            return shared.state.bulkhead.admit()
        }
    }

    /// Opens or closes the circuit by hand, until it is released.
    public func force(_ hold: CircuitBreaker.Hold) {
        let now = clock.now
        withState { $0.force(hold, at: now) }
    }

    /// Lets the circuit breaker decide by itself again, from closed.
    public func release() {
        let now = clock.now
        withState { $0.release(at: now) }
    }

    func withState<Value>(_ body: (inout CallerState) -> Value) -> Value {
        shared.withLock { shared in body(&shared.state) }
    }

    /// Does something with all that is shared, and wakes those that it lets into the bulkhead.
    func withShared(_ body: (inout Shared) -> [UInt64]) {
        let admitted = shared.withLock { shared in body(&shared).compactMap { shared.waiters.removeValue(forKey: $0) } }
        for waiter in admitted { waiter.resume(returning: .entered) }
    }

    /// nil: it has to wait, and is resumed later.
    func tryToEnter(_ id: UInt64, _ continuation: CheckedContinuation<Entry, Never>) -> Entry? {
        shared.withLock { shared in
            switch shared.state.bulkhead.enter(id) {
            case .entered: return .entered
            case .full: return .full
            case .queued:
                shared.waiters[id] = continuation
                return nil
            }
        }
    }

    func giveUp(_ id: UInt64) {
        let waiter = shared.withLock { shared in
            shared.state.bulkhead.giveUp(id) ? shared.waiters.removeValue(forKey: id) : nil
        }
        waiter?.resume(returning: .gaveUp)
    }
}
