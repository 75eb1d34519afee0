import Synchronization

/// Every connector and its state. One loop probes them while somebody runs it, each every 15 to 30 s; nothing is probed otherwise,
/// except by hand. Read at any time, from any task; a mutex guards the state.
public final class ConnectorBoard: Sendable {
    private struct Entry {
        let connector: any Connector
        var health: ConnectorHealth
        /// By `uptime`.
        var dueAt: Int64
        var isProbing = false

        var isProbed: Bool { connector.standing == .configured }

        func isDue(at uptime: Int64) -> Bool { isProbed && !isProbing && dueAt <= uptime }
    }

    private struct Shared {
        var entries: [String: Entry] = [:]
        var random: any RandomNumberGenerator & Sendable
        /// Loops that run; more than one where a process has several faces.
        var loops = 0
    }

    static let shortestPause: Int64 = 15_000
    static let longestPause: Int64 = 30_000

    private let clock: any ConnectorClock
    private let shared: Mutex<Shared>

    public init(
        _ connectors: [any Connector] = [], clock: any ConnectorClock = SystemConnectorClock(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.clock = clock
        shared = Mutex(Shared(random: random))
        for connector in connectors { add(connector) }
    }

    /// One with the same name takes the place of the former.
    public func add(_ connector: any Connector) {
        let now = clock.now, uptime = clock.uptime
        shared.withLock {
            $0.entries[connector.name] = Entry(
                connector: connector, health: ConnectorHealth(connector.standing, slowAfter: connector.slowAfter, at: now), dueAt: uptime)
        }
    }

    // MARK: Reading

    /// By name.
    public func rows() -> [ConnectorRow] {
        let entries = shared.withLock { $0.entries.values.map { ($0.connector, $0.health) } }
        return entries.map { ConnectorRow($0, $1) }.sorted { $0.name < $1.name }
    }

    public func row(_ name: String) -> ConnectorRow? {
        shared.withLock { $0.entries[name].map { ($0.connector, $0.health) } }.map { ConnectorRow($0, $1) }
    }

    /// Whether a loop probes.
    public var isWatched: Bool { shared.withLock { $0.loops > 0 } }

    // MARK: Probing

    /// Probes one now. - Throws: `connector-not-found`.
    @discardableResult
    public func probe(_ name: String) async throws(EngineError) -> ConnectorRow {
        guard shared.withLock({ $0.entries[name] != nil }) else {
            let names = rows().map(\.name).joined(separator: ", ")
            throw EngineError(
                .notFound, "connector-not-found", "there is no connector \(name); there are \(names.isEmpty ? "none" : names)")
        }
        await check([name])
        guard let row = row(name) else { throw EngineError(.notFound, "connector-not-found", "there is no connector \(name) any more") }
        return row
    }

    /// Probes those that never were, unless the loop does; for faces that show the state once and go.
    public func probeUnknown() async {
        guard !isWatched else { return }
        await check(shared.withLock { $0.entries.values.filter { $0.health.state == nil }.map(\.connector.name) })
    }

    /// Probes until the surrounding task is cancelled. This is what background work runs.
    public func run() async {
        shared.withLock { $0.loops += 1 }
        defer { shared.withLock { $0.loops -= 1 } }
        while !Task.isCancelled {
            let now = clock.uptime
            await check(shared.withLock { $0.entries.values.filter { $0.isDue(at: now) }.map(\.connector.name) })
            if Task.isCancelled { break }
            let then = clock.uptime
            // Connectors that are added meanwhile wait a moment at most.
            let pause = shared.withLock { $0.entries.values.filter(\.isProbed).map { $0.dueAt - then }.min() ?? Self.shortestPause }
            await clock.sleep(min(max(pause, 100), Self.shortestPause))
        }
    }

    /// All at once; each is waited for as long as it may take.
    private func check(_ names: [String]) async {
        await withTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { await self.check(name) } }
        }
    }

    private func check(_ name: String) async {
        let connector: (any Connector)? = shared.withLock { shared in
            guard let entry = shared.entries[name], entry.isProbed, !entry.isProbing else { return nil }
            shared.entries[name]?.isProbing = true
            return entry.connector
        }
        guard let connector else { return }
        let outcome = await outcome(of: connector)
        let now = clock.now, uptime = clock.uptime
        shared.withLock { shared in
            let pause = Int64.random(in: Self.shortestPause ... Self.longestPause, using: &shared.random)
            shared.entries[name]?.health.apply(outcome, at: now)
            shared.entries[name]?.dueAt = uptime + pause
        }
    }

    /// The probe runs in a task of its own, so that one that hangs holds up nobody; while it hangs there is no second one.
    private func outcome(of connector: any Connector) async -> ProbeOutcome {
        let answer = FirstAnswer(), clock = clock
        let probe = Task {
            let begin = clock.uptime
            do throws(ConnectorFailure) {
                let said = try await connector.probe()
                answer.give(.answered(said, latency: clock.uptime - begin))
            } catch {
                answer.give(.failed(error))
            }
            shared.withLock { $0.entries[connector.name]?.isProbing = false }
        }
        let alarm = Task {
            await clock.sleep(connector.patience)
            answer.give(.failed(ConnectorFailure(.timeout, "no answer within \(connector.patience) ms")))
        }
        let outcome = await answer.value()
        probe.cancel()
        alarm.cancel()
        return outcome
    }
}

/// The first of several answers; whoever comes later is not heard.
private final class FirstAnswer: Sendable {
    private struct State {
        var answer: ProbeOutcome?
        var waiter: CheckedContinuation<ProbeOutcome, Never>?
    }

    private let state = Mutex(State())

    func give(_ answer: ProbeOutcome) {
        let waiter = state.withLock { state -> CheckedContinuation<ProbeOutcome, Never>? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            return state.waiter.take()
        }
        waiter?.resume(returning: answer)
    }

    func value() async -> ProbeOutcome {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> ProbeOutcome? in
                if state.answer == nil { state.waiter = continuation }
                return state.answer
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
