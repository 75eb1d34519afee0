import Foundation
import Platform
import Synchronization
import Workflow

/// Carries out timers when they are due, for as long as `run` runs. Any number of processes may do so on one store: an expiry is
/// an ordinary step under a request id of its own, so it happens once. Between timers it sleeps; a commit by anybody wakes it.
public struct TimerService: Sendable {
    /// What became of one timer.
    public struct Expiry: Sendable {
        public let caseNumber: Int64
        public let item: WorkItemID
        /// Milliseconds it came later than it was due.
        public let lateness: Int64
        /// Why it could not be carried out; it is tried again.
        public let failure: EngineError?
    }

    let keeper: Keeper
    private let node: NodeRecord.ID?
    private let id = UUID().uuidString
    private let horizon = Horizon()
    private static let actor = "timer"
    /// Timers carried out side by side.
    private static let batch = 1024
    /// Milliseconds another node's timers are left to it: if it is still there, it has long begun by then.
    private static let patience: Int64 = 500
    /// Milliseconds before a timer is due that its case is read, while there is time.
    private static let lookAhead: Int64 = 5000

    /// Up to which moment cases were read ahead.
    private final class Horizon: Sendable {
        let end = Atomic<Int64>(0)
    }

    /// - Parameter node: whose shards come first where several processes share the store.
    public init(keeper: Keeper, node: NodeRecord.ID? = nil) {
        self.keeper = keeper
        self.node = node
    }

    /// Until the surrounding task is cancelled. `report` is told of each timer this process carried out or failed at.
    public func run(report: @escaping @Sendable (Expiry) -> Void = { _ in }) async {
        await BackgroundLoop(store: keeper.store).run { await fireDue(report) }
    }

    /// Carries out what is due now. Gives the milliseconds until there is something to do again; nil when no timer runs.
    func fireDue(_ report: @escaping @Sendable (Expiry) -> Void) async -> Int64? {
        do throws(EngineError) {
            while true {
                let now = try await keeper.now()
                let due = try await due(now)
                // What neither ran out nor could be put off waits for a better moment.
                if await fire(due, report) < due.count { return 1000 }
                let woken = try await wakeEntities(now)
                guard woken else { return 1000 }
                if due.isEmpty { return try await prepare(now, pause: pause(now)) }
            }
        } catch {
            return 1000
        }
    }

    /// Where there is one.
    private var share: (store: any SharedStore, node: NodeRecord.ID)? {
        node.flatMap { node in (keeper.store as? any SharedStore).map { ($0, node) } }
    }

    /// Reads the cases whose timers are due soon: many may be due at the same moment. Gives the milliseconds until there is something
    /// to do again.
    private func prepare(_ now: Int64, pause: Int64?) async throws(EngineError) -> Int64? {
        guard let pause, pause > 0 else { return pause }
        guard pause <= Self.lookAhead else { return pause - Self.lookAhead }
        // At the latest when half of what was looked at has passed.
        let next = horizon.end.load(ordering: .relaxed) - Self.lookAhead / 2
        guard next <= now else { return min(pause, next - now) }
        horizon.end.store(now + Self.lookAhead, ordering: .relaxed)
        let soon =
            if let share {
                try await keeper.ledger.query { _ in
                    try await share.store.dueTimers(
                        before: now + Self.lookAhead, limit: CaseCache.capacity, of: share.node, othersAfter: Self.lookAhead + Self.patience
                    )
                }
            } else {
                try await keeper.ledger.query { try await $0.dueTimers(before: now + Self.lookAhead, limit: CaseCache.capacity) }
            }
        for (tenant, timers) in Dictionary(grouping: soon, by: { $0.tenant }) {
            await keeper.engine.cases.readAhead(timers.map { ($0.caseNumber, $0.specification) }, before: now + pause, in: tenant)
        }
        return max(0, now + min(pause, Self.lookAhead / 2) - (try await keeper.now()))
    }

    private func due(_ now: Int64) async throws(EngineError) -> ArraySlice<TimerRecord> {
        if let share {
            return try await keeper.ledger.query { _ in
                try await share.store.dueTimers(before: now, limit: Self.batch, of: share.node, othersAfter: Self.patience)
            }[...]
        }
        // Several services that begin at different places seldom meet.
        return try await keeper.ledger.query { try await $0.dueTimers(before: now, limit: Self.batch) }.shuffled().prefix(Self.batch / 8)
    }

    /// Gives entities that are due the command they wanted to be woken with. False when some could not be woken.
    private func wakeEntities(_ now: Int64) async throws(EngineError) -> Bool {
        let due = try await keeper.ledger.query { try await $0.dueEntities(before: now, limit: Self.batch) }
        return await withTaskGroup(of: Bool.self) { group in
            for record in due { group.addTask { await keeper.engine.entities.wake(record, as: Self.actor) } }
            return await group.reduce(true) { $0 && $1 }
        }
    }

    /// Milliseconds until the next timer, be it one of our own or one that was left to others for long enough.
    private func pause(_ now: Int64) async throws(EngineError) -> Int64? {
        let entity = try await keeper.ledger.query { try await $0.nextEntityTimer() }.map { max(0, $0 - now) }
        return [try await casePause(now), entity].compactMap { $0 }.min()
    }

    private func casePause(_ now: Int64) async throws(EngineError) -> Int64? {
        let next = try await keeper.ledger.query { try await $0.nextTimer(after: now) }
        guard share != nil, let left = try await keeper.ledger.query({ try await $0.nextTimer(after: now - Self.patience) }), left <= now
        else {
            return next.map { $0 - now }
        }
        return min(left + Self.patience, next ?? .max) - now
    }

    /// How many of them are dealt with.
    private func fire(_ timers: some Sequence<TimerRecord>, _ report: @escaping @Sendable (Expiry) -> Void) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for timer in timers { group.addTask { await fire(timer, report) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private func fire(_ timer: TimerRecord, _ report: @Sendable (Expiry) -> Void) async -> Bool {
        let session = keeper.session(in: timer.tenant, as: Self.actor)
        var failure: EngineError?
        do {
            let reply = try await session.perform(.expireTimer(timer.item, by: id), request: timer.request)
            guard case .timerExpired(_, _, id) = reply else { return true }
        } catch let error where ["timer-not-running", "timer-not-due", "timer-held", "case-closed"].contains(error.code) {
            // Somebody else was faster.
            return true
        } catch {
            if error.kind == .unavailable { return false }
            failure = error
            let attempt = (timer.failure?.attempts ?? 0) + 1
            do {
                _ = try await session.perform(
                    .postponeTimer(timer.item, reason: error.message), request: RequestID("\(timer.request)/\(attempt)"))
            } catch {
                return false
            }
        }
        let done = (try? await keeper.now()) ?? timer.due
        report(Expiry(caseNumber: timer.caseNumber, item: timer.item, lateness: done - timer.due, failure: failure))
        return true
    }
}
