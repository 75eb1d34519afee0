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
