/// One action of a conclusion, with what it is done to.
public struct ExletStep: Sendable, Equatable, Codable {
    public enum Action: String, Sendable, Codable, CaseIterable {
        /// Lets go on what was suspended.
        case `continue`
        case suspend
        /// Cancels.
        case remove
        case restart
        /// Completes by force.
        case complete
        case fail
        /// Runs worklets, and waits for them.
        case compensate
        case rollback
        /// Runs a worklet that does the work of the item.
        case select

        /// Whether the target names worklets.
        var runsWorklets: Bool { self == .compensate || self == .select }
    }

    public enum Target: Sendable, Equatable {
        case workitem
        case thisCase
        /// Every open case of the specification.
        case allCases
        /// The case, the one it serves as a worklet, the one that serves, and so on.
        case ancestorCases
        /// Specifications by uri or identifier.
        case worklets([String])
    }

    public let action: Action
    public let target: Target

    public var worklets: [String] { if case .worklets(let names) = target { names } else { [] } }

    public var text: String { "\(action.rawValue) \(targetText)" }

    /// As rule files write it.
    var targetText: String {
        switch target {
        case .workitem: "workitem"
        case .thisCase: "case"
        case .allCases: "allcases"
        case .ancestorCases: "ancestorCases"
        case .worklets(let names): names.joined(separator: ",")
        }
    }

    init(_ action: Action, _ target: Target) {
        self.action = action
        self.target = target
    }

    /// Nil when the action cannot be done to such a target.
    init?(_ action: Action, target: String) {
        let name = target.lowercased()
        switch action {
        case .compensate, .select:
            let names = target.split(separator: ",").map { String($0).trimmingXMLSpace() }.filter { !$0.isEmpty }
            guard !names.isEmpty, action == .compensate || names.count == 1 else { return nil }
            self.init(action, .worklets(names))
        case .restart, .complete, .fail, .rollback:
            guard name == "workitem" else { return nil }
            self.init(action, .workitem)
        case .continue, .suspend, .remove:
            switch name {
            case "workitem": self.init(action, .workitem)
            case "case": self.init(action, .thisCase)
            case "allcases": self.init(action, .allCases)
            case "ancestorcases": self.init(action, .ancestorCases)
            default: return nil
            }
        }
    }

    enum CodingKeys: String, CodingKey { case action, target }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let action = try container.decode(Action.self, forKey: .action)
        let target = try container.decode(String.self, forKey: .target)
        guard let step = ExletStep(action, target: target) else {
            throw DecodingError.dataCorruptedError(forKey: .target, in: container, debugDescription: "\(action.rawValue) \(target) is no step")
        }
        self = step
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(action, forKey: .action)
        try container.encode(targetText, forKey: .target)
    }
}

/// A conclusion being carried out, one step after the other. It is part of the case, so it outlives the process.
public struct Exlet: Sendable, Equatable, Codable {
    /// 1, 2, 3 … within its case.
    public let id: Int
    public let kind: RuleKind
    /// The rule that concluded it.
    public let rule: Int
    /// What it is about; nil for the case.
    public let item: WorkItemID?
    public let steps: [ExletStep]
    /// Index of the step that is next, or under way.
    public internal(set) var next = 0
    /// What the present step has started.
    public internal(set) var worklets: [Worklet] = []
    /// What it has suspended and not let go on yet.
    public internal(set) var suspendedItems: [WorkItemID] = []
    public internal(set) var suspendedCases: [Int64] = []
    /// Its case was cancelled by somebody else: what it has started is to be cancelled too.
    public internal(set) var isAbandoned = false

    /// A case that runs for an exlet.
    public struct Worklet: Sendable, Equatable, Codable {
        public let specification: String
        public let caseNumber: Int64
        public internal(set) var hasEnded = false

        public init(specification: String, caseNumber: Int64) {
            self.specification = specification
            self.caseNumber = caseNumber
        }
    }

    init(id: Int, kind: RuleKind, rule: Int, item: WorkItemID?, steps: [ExletStep]) {
        self.id = id
        self.kind = kind
        self.rule = rule
        self.item = item
        self.steps = steps
    }

    public var step: ExletStep? { next < steps.count ? steps[next] : nil }

    /// What has to be done outside of its case before it can go on.
    public enum Need: Sendable, Equatable {
        case worklets([String])
        /// For cases to end.
        case ends([Int64])
        case otherCases(ExletStep.Action, ExletStep.Target)
        /// Cancelling what it started.
        case cleaning([Int64])
    }

    public var need: Need? {
        let open = worklets.filter { !$0.hasEnded }.map(\.caseNumber)
        if isAbandoned { return .cleaning(open) }
        guard let step else { return nil }
        switch step.target {
        case .worklets(let names): return worklets.isEmpty ? .worklets(names) : open.isEmpty ? nil : .ends(open)
        case .allCases, .ancestorCases: return .otherCases(step.action, step.target)
        case .workitem, .thisCase: return nil
        }
    }
}

/// What a case remembers of exceptions.
public struct CaseExceptions: Sendable, Equatable, Codable {
    /// How many exlets there have been.
    public internal(set) var raised = 0
    /// Exlets under way, oldest first.
    public internal(set) var exlets: [Exlet] = []
    /// Only for a worklet.
    public internal(set) var service: WorkletService?

    /// Whether something outside of the case has to happen for it.
    public var needsOthers: Bool { exlets.contains { $0.need != nil } }

    subscript(exlet id: Int) -> Exlet? {
        get { exlets.first { $0.id == id } }
        set {
            guard let index = exlets.firstIndex(where: { $0.id == id }) else { return }
            if let newValue { exlets[index] = newValue } else { exlets.remove(at: index) }
        }
    }
}

/// Whom a worklet serves.
public struct WorkletService: Sendable, Equatable, Codable {
    public let caseNumber: Int64
    public let exlet: Int
    /// How many cases stand above it.
    public let depth: Int

    public init(caseNumber: Int64, exlet: Int, depth: Int) {
        self.caseNumber = caseNumber
        self.exlet = exlet
        self.depth = depth
    }

    /// Deeper nesting is a circle of rules.
    public static let maxDepth = 8
}
