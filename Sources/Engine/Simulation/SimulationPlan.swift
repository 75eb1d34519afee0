import XMLTree

/// What is simulated of a specification: how many cases come and when, who works, how long work takes and what comes out of it.
public struct SimulationPlan: Sendable, Equatable {
    public var cases: Int
    public var seed: UInt64
    /// Time from one arrival to the next.
    public var arrivals: ServiceTime
    public var arrivalHours: WorkingHours
    /// Where the virtual clock stops, in milliseconds; nil: when every case has ended.
    public var until: Int64?
    public var roles: [StaffRole]
    /// By id of the task; the same for tasks of that id in every net.
    public var tasks: [String: TaskProfile]
    /// Of tasks whose profile says nothing.
    public var serviceTime: ServiceTime
    /// What cases are started with; empty: default instances of the types.
    public var caseData: [WeightedData]

    public static let maxCases = 1_000_000
    /// Longer simulations are cut here: a thousand years.
    static let maxSpan: Int64 = 365_250 * 86_400_000

    public init(
        cases: Int = 10_000, seed: UInt64 = 1, arrivals: ServiceTime = .exponential(mean: 1_800_000), arrivalHours: WorkingHours = .always,
        until: Int64? = nil, roles: [StaffRole] = [], tasks: [String: TaskProfile] = [:],
        serviceTime: ServiceTime = .exponential(mean: 600_000),
        caseData: [WeightedData] = []
    ) {
        self.cases = cases
        self.seed = seed
        self.arrivals = arrivals
        self.arrivalHours = arrivalHours
        self.until = until
        self.roles = roles
        self.tasks = tasks
        self.serviceTime = serviceTime
        self.caseData = caseData
    }
}

/// People who do the same tasks at the same hours. One who is in several roles is one person and takes what has waited longest.
public struct StaffRole: Sendable, Equatable {
    public var name: String
    /// Names within the whole plan.
    public var members: [String]
    /// Members are numbered places instead of people; reported together.
    public var isAnonymous: Bool
    public var tasks: [String]
    public var hours: WorkingHours

    /// With people of their own names.
    public init(name: String, members: [String], tasks: [String], hours: WorkingHours = .always) {
        self.name = name
        self.members = members
        isAnonymous = false
        self.tasks = tasks
        self.hours = hours
    }

    /// With so many places; with none its tasks are only ended by their timers.
    public init(name: String, capacity: Int, tasks: [String], hours: WorkingHours = .always) {
        self.init(name: name, members: (0 ..< max(capacity, 0)).map { "\(name) \($0 + 1)" }, tasks: tasks, hours: hours)
        isAnonymous = true
    }
}

public struct TaskProfile: Sendable, Equatable {
    public var serviceTime: ServiceTime?
    /// What its items are completed with; empty: what they were given, and default instances of the types.
    public var outputs: [WeightedData]

    public init(serviceTime: ServiceTime? = nil, outputs: [WeightedData] = []) {
        self.serviceTime = serviceTime
        self.outputs = outputs
    }
}

/// Values that are handed in so often in relation to the other alternatives.
public struct WeightedData: Sendable, Equatable {
    /// 1 ... maxWeight
    public var weight: Int
    /// Each rooted by the name of its parameter.
    public var values: [XMLDocument]

    public static let maxWeight = 1_000_000

    public init(weight: Int = 1, values: [XMLDocument]) {
        self.weight = weight
        self.values = values
    }
}
