/// What can be said of a net's control flow, whatever its data.
public enum SoundnessVerdict: String, Sendable, Codable, Comparable {
    /// From every marking it can complete, it completes with nothing left over, and every task can run.
    case sound
    /// It can complete, never with anything left over, and every task can run; but it can also get stuck.
    case weaklySound = "weakly sound"
    /// Not proven either way within the budget.
    case undecided
    case unsound

    /// From good to bad.
    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .sound: 0
        case .undecided: 1
        case .weaklySound: 2
        case .unsound: 3
        }
    }

    /// Proven to be able to go wrong.
    public var isProvenWrong: Bool { self == .weaklySound || self == .unsound }
}

/// One way in which a net is not sound, with a run that shows it.
public struct SoundnessFailure: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, Codable {
        /// Tokens that nothing can move, and none of them in the output condition.
        case deadlock
        /// It goes on, but the output condition can no longer be reached.
        case livelock
        /// The output condition is marked and something else as well.
        case improperCompletion = "improper completion"
        /// Tokens pile up without end.
        case unbounded
        /// A task no run ever starts.
        case deadTask = "dead task"
    }

    public let kind: Kind
    public let message: String
    /// From the initial marking on; empty for a dead task, which shows in no run.
    public let sequence: [FiringStep]
}

/// The soundness of one net. Composite tasks count as tasks: each net is decided on its own.
public struct NetSoundness: Sendable, Equatable, Codable {
    /// Part of a cancellation set that is never marked when the task ends.
    public struct ReducibleCancellation: Sendable, Equatable, Codable {
        public let task: String
        /// A condition, a flow's implicit condition (`c{A_B}`) or a task.
        public let element: String
    }

    /// An OR join that never has to wait for an unknown number of tokens.
    public struct NeedlessOrJoin: Sendable, Equatable, Codable {
        public let task: String
        /// The join that does the same: AND when all ways in are always marked, XOR when always exactly one is.
        public let replacement: ControlType
    }

    public let net: String
    public let verdict: SoundnessVerdict
    public let failures: [SoundnessFailure]
    /// Empty when the net was not explored to its end, and so is the next list.
    public let reducibleCancellations: [ReducibleCancellation]
    public let needlessOrJoins: [NeedlessOrJoin]
    /// Markings seen.
    public let states: Int
    /// Why not all markings were seen; nil when they were.
    public let limit: String?

    /// One sentence for each failure, beginning with the net, or why the proof stopped; none when it is sound.
    public var reasons: [String] {
        if failures.isEmpty, verdict == .undecided {
            return ["net \(net): not decided, \(limit ?? "for want of a place to begin or to end")"]
        }
        return failures.map { "net \(net): \($0.message)" }
    }
}

/// The soundness of all nets of a specification.
public struct SpecificationSoundness: Sendable, Equatable, Codable {
    public let nets: [NetSoundness]

    /// The worst of its nets'.
    public var verdict: SoundnessVerdict { nets.map(\.verdict).max() ?? .undecided }
    public var states: Int { nets.reduce(0) { $0 + $1.states } }
}
