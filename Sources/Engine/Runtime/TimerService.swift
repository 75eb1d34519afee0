import Foundation
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

    let engine: WorkflowEngine
    private let id = UUID().uuidString
    private static let actor = "timer"
    /// Timers carried out side by side.
    private static let batch = 64

    public init(engine: WorkflowEngine) { self.engine = engine }

    /// Until the surrounding task is cancelled. `report` is told of each timer this process carried out or failed at.
    public func run(report: @escaping @Sendable (Expiry) -> Void = { _ in }) async {
        await BackgroundLoop(engine: engine).run { await fireDue(report) }
    }

    /// Carries out what is due now. Gives the milliseconds until there is something to do again; nil when no timer runs.
    func fireDue(_ report: @escaping @Sendable (Expiry) -> Void) async -> Int64? {
        do throws(EngineError) {
            while true {
                let now = try await engine.now()
                let due = try await engine.query { try await $0.dueTimers(before: now, limit: 4 * Self.batch) }
                // Several services that begin at different places seldom meet.
                let some = due.shuffled().prefix(Self.batch)
                // What neither ran out nor could be put off waits for a better moment.
                if await fire(some, now, report) < some.count { return 1000 }
                if due.isEmpty {
                    guard let next = try await engine.query({ try await $0.nextTimer(after: now) }) else { return nil }
                    return next - now
                }
            }
        } catch {
            return 1000
        }
    }

    /// How many of them are dealt with.
    private func fire(_ timers: some Sequence<TimerRecord>, _ now: Int64, _ report: @escaping @Sendable (Expiry) -> Void) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for timer in timers { group.addTask { await fire(timer, now, report) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private func fire(_ timer: TimerRecord, _ now: Int64, _ report: @Sendable (Expiry) -> Void) async -> Bool {
        let principal = Principal(name: Self.actor, tenant: timer.tenant)
        var failure: EngineError?
        do {
            let reply = try await engine.perform(.expireTimer(timer.item, by: id), as: principal, request: timer.request)
            guard case .timerExpired(_, _, id) = reply else { return true }
        } catch where ["timer-not-running", "timer-not-due", "timer-held", "case-closed"].contains(error.code) {
            // Somebody else was faster.
            return true
        } catch {
            if error.kind == .unavailable { return false }
            failure = error
            let attempt = (timer.failure?.attempts ?? 0) + 1
            do {
                _ = try await engine.perform(.postponeTimer(timer.item, reason: error.message), as: principal,
                                             request: RequestID("\(timer.request)/\(attempt)"))
            } catch {
                return false
            }
        }
        report(Expiry(caseNumber: timer.caseNumber, item: timer.item, lateness: now - timer.due, failure: failure))
        return true
    }
}
