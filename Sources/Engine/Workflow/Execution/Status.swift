/// Where a case stands. The raw value is what the store keeps.
public enum CaseStatus: Int, Sendable, Codable, CaseIterable {
    case running = 0
    /// No new items are made; those that exist may still be worked on.
    case suspending = 1
    /// As `suspending`, with no item left to work on.
    case suspended = 2
    case completed = 3
    case cancelled = 4
    case deadlocked = 5

    public var isOpen: Bool { self == .running || self == .suspending || self == .suspended }

    public var text: String {
        switch self {
        case .running: "running"
        case .suspending: "suspending"
        case .suspended: "suspended"
        case .completed: "completed"
        case .cancelled: "cancelled"
        case .deadlocked: "deadlocked"
        }
    }
}

/// Where a work item stands; the text is the reference engine's.
public enum ItemStatus: Int, Sendable, Codable, CaseIterable {
    case enabled = 0
    case fired = 1
    case executing = 2
    case complete = 3
    /// A token that nothing can move any more, in a deadlocked net.
    case deadlocked = 4
    /// Nobody can work on it until it is unsuspended; it then is what it was before.
    case suspended = 5
    /// Completed by somebody else's decision, with what data there were.
    case forcedComplete = 6
    /// Its work failed; the case goes on all the same.
    case failed = 7

    public var text: String {
        switch self {
        case .enabled: "Enabled"
        case .fired: "Fired"
        case .executing: "Executing"
        case .complete: "Complete"
        case .deadlocked: "Deadlocked"
        case .suspended: "Suspended"
        case .forcedComplete: "ForcedComplete"
        case .failed: "Failed"
        }
    }

    /// Somebody can still do something about it.
    public var isLive: Bool { self == .enabled || self == .fired || self == .executing }

    /// Live, or suspended and so to be live again.
    public var isUnfinished: Bool { isLive || self == .suspended }
}
