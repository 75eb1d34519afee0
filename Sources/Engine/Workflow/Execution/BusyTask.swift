import XMLTree

/// A fired task: its children by the phase they are in.
public struct BusyTask: Sendable, Equatable {
    /// Every child of this firing.
    public private(set) var active: [CaseID]
    /// The same, those not started yet first, then those at work, then those that are done; each phase in the order in which they got
    /// there. With one child, as most tasks have, that is the array of `active` and stays so.
    private var phased: [CaseID]
    private var enteredCount: Int
    private var executingCount = 0
    /// Values from completion mappings, kept until the task exits.
    public internal(set) var results: [Variable] = []
    /// What instances contribute to their joint result, in the order of completion.
    public internal(set) var gathered: [XMLDocument] = []

    init(active: [CaseID]) {
        self.active = active
        phased = active
        enteredCount = active.count
    }

    /// Not started yet.
    public var entered: ArraySlice<CaseID> { phased[..<enteredCount] }
    public var executing: ArraySlice<CaseID> { phased[enteredCount ..< unfinishedCount] }
    public var complete: ArraySlice<CaseID> { phased[unfinishedCount...] }
    var unfinished: ArraySlice<CaseID> { phased[..<unfinishedCount] }

    var completeCount: Int { phased.count - unfinishedCount }
    private var unfinishedCount: Int { enteredCount + executingCount }

    // MARK: What events do to it

    mutating func start(_ child: CaseID) {
        guard let place = entered.firstIndex(of: child) else { return }
        move(place, to: unfinishedCount - 1)
        enteredCount -= 1
        executingCount += 1
    }

    mutating func rollback(_ child: CaseID) {
        guard let place = executing.firstIndex(of: child) else { return }
        move(place, to: enteredCount)
        enteredCount += 1
        executingCount -= 1
    }

    mutating func finish(_ child: CaseID) {
        guard let place = executing.firstIndex(of: child) else { return }
        move(place, to: phased.count - 1)
        executingCount -= 1
    }

    mutating func add(_ child: CaseID) {
        active.append(child)
        phased.insert(child, at: enteredCount)
        enteredCount += 1
    }

    /// Takes away a child that is not done.
    mutating func remove(_ child: CaseID) {
        active.removeAll { $0 == child }
        guard let place = unfinished.firstIndex(of: child) else { return }
        if place < enteredCount { enteredCount -= 1 } else { executingCount -= 1 }
        phased.remove(at: place)
    }

    private mutating func move(_ place: Int, to target: Int) {
        if place != target { phased.insert(phased.remove(at: place), at: target) }
    }
}

extension BusyTask: Codable {
    private enum CodingKeys: String, CodingKey { case active, entered, executing, complete, results, gathered }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func children(_ key: CodingKeys) throws -> [CaseID] { try container.decode([CaseID].self, forKey: key) }
        self.init(active: try children(.active))
        let entered = try children(.entered), executing = try children(.executing)
        phased = entered + executing + (try children(.complete))
        (enteredCount, executingCount) = (entered.count, executing.count)
        results = try container.decode([Variable].self, forKey: .results)
        gathered = try container.decode([XMLDocument].self, forKey: .gathered)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(active, forKey: .active)
        try container.encode(Array(entered), forKey: .entered)
        try container.encode(Array(executing), forKey: .executing)
        try container.encode(Array(complete), forKey: .complete)
        try container.encode(results, forKey: .results)
        try container.encode(gathered, forKey: .gathered)
    }
}
