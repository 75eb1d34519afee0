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

    public var text: String {
        switch self {
        case .enabled: "Enabled"
        case .fired: "Fired"
        case .executing: "Executing"
        case .complete: "Complete"
        case .deadlocked: "Deadlocked"
        }
    }

    /// Somebody can still do something about it.
    public var isLive: Bool { self == .enabled || self == .fired || self == .executing }
}
