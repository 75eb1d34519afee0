import XMLTree

/// The block that makes a task run several times side by side.
public struct MultipleInstances: Sendable, Equatable {
    /// Integer literals or queries over the net document, as written.
    public var minimum: String
    public var maximum: String
    public var threshold: String
    public var creationMode: String
    public var inputQuery: String
    public var splittingQuery: String
    public var formalInput: String
    public var output: Output?
    public var mark: SourceMark

    public struct Output: Sendable, Equatable {
        public var formalOutputQuery: String
        public var joiningQuery: String
        public var variable: String

        public init(formalOutputQuery: String, joiningQuery: String, variable: String) {
            self.formalOutputQuery = formalOutputQuery
            self.joiningQuery = joiningQuery
            self.variable = variable
        }
    }

    public init(
        minimum: String, maximum: String, threshold: String, creationMode: String, inputQuery: String, splittingQuery: String,
        formalInput: String, output: Output? = nil, mark: SourceMark = .unknown
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.threshold = threshold
        self.creationMode = creationMode
        self.inputQuery = inputQuery
        self.splittingQuery = splittingQuery
        self.formalInput = formalInput
        self.output = output
        self.mark = mark
    }

    /// A block whose maximum is the literal 1 behaves like an ordinary task.
    public var isMultiple: Bool { Int(maximum).map { $0 > 1 } ?? true }
}

/// When a task's timer starts and how long it runs; texts as written.
public struct TimerSetting: Sendable, Equatable {
    public enum Due: Sendable, Equatable {
        /// Late bound: the net variable holds a YTimerType.
        case variable(String)
        /// Milliseconds since 1970.
        case expiry(String)
        /// xs:duration
        case duration(String)
        case interval(ticks: String, unit: String)
    }

    /// `OnEnabled` or `OnExecuting`; nil when late bound.
    public var trigger: String?
    public var due: Due
    /// The `workdays` element is present (its text does not matter).
    public var workdays: String?
    public var mark: SourceMark

    public init(trigger: String?, due: Due, workdays: String? = nil, mark: SourceMark = .unknown) {
        self.trigger = trigger
        self.due = due
        self.workdays = workdays
        self.mark = mark
    }
}

/// Who may do the work. The whole element is kept; what the console shows today is read from it.
public struct Resourcing: Sendable, Equatable {
    public var source: XMLDocument
    /// `system` or `user` for each of the three interaction points.
    public var offerInitiator: String?
    public var allocateInitiator: String?
    public var startInitiator: String?
    public var participants: [String]
    public var roles: [String]

    public init(
        source: XMLDocument, offerInitiator: String?, allocateInitiator: String?, startInitiator: String?,
        participants: [String], roles: [String]
    ) {
        self.source = source
        self.offerInitiator = offerInitiator
        self.allocateInitiator = allocateInitiator
        self.startInitiator = startInitiator
        self.participants = participants
        self.roles = roles
    }
}
