/// The timers of a case: those that run, and how the latest one of each task stands. Part of `CaseState` and, as all of it,
/// changed by events alone. A timer belongs to one execution of a net: cases do not share it, as they do in the reference
/// engine, and a task that is enabled again begins anew.
public struct CaseTimers: Sendable, Equatable, Codable {
    /// By owner: the offer (`1:A`) for a timer that starts with it, else the started item (`1.1:A`).
    public internal(set) var running: [WorkItemID: RunningTimer] = [:]
    /// By net and task; one that is not listed is dormant.
    public internal(set) var phases: [WorkItemID: TimerPhase] = [:]
    /// Timers ever started in the case.
    public internal(set) var count = 0

    public func phase(of task: String, in net: CaseID) -> TimerPhase { phases[WorkItemID(net, task)] ?? .dormant }
}

/// What a predicate can ask of a task's timer.
public enum TimerPhase: String, Sendable, Codable {
    /// Not started since the task was last enabled.
    case dormant
    case active
    /// Stopped before it ran out: the task was done, cancelled or withdrawn.
    case closed
    case expired
}

/// A timer that has started and has not run out.
public struct RunningTimer: Sendable, Equatable, Codable {
    public let net: CaseID
    /// 1, 2, 3 … within the case: together with the case's number it names this timer for ever.
    public let number: Int
    /// Milliseconds since 1970.
    public internal(set) var due: Int64
    /// Set to a moment, not to a span of time; being suspended does not move it.
    public let isInstant: Bool
    /// Since when the case has been suspended: the timer stands still.
    public internal(set) var heldSince: Int64?
    /// The latest time its expiry could not be carried out; nil when it has not failed.
    public internal(set) var failure: Failure?

    public struct Failure: Sendable, Equatable, Codable {
        public let reason: String
        /// How often it has failed, and when it is tried again.
        public let attempts: Int
        public let retryAt: Int64

        public init(reason: String, attempts: Int, retryAt: Int64) {
            self.reason = reason
            self.attempts = attempts
            self.retryAt = retryAt
        }
    }

    /// When there is something to be done about it; nil while it stands still.
    public var wakesAt: Int64? { heldSince == nil ? max(due, failure?.retryAt ?? due) : nil }
}
