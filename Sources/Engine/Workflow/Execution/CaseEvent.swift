import XMLTree

/// Everything that can happen to a case. Events are complete: a case is what its events add up to, so each carries all that
/// cannot be worked out from the events before it.
///
/// Case names are the stored form (`kind`): they may be added, never renamed.
public enum CaseEvent: Sendable, Equatable, Codable {
    case caseStarted(case: CaseID, specification: SpecificationID)
    /// A net begins; `parent` is the composite task it runs for.
    case netStarted(case: CaseID, net: String, parent: WorkItemID?, variables: [Variable])
    case tokenAdded(case: CaseID, condition: String)
    case tokensRemoved(case: CaseID, condition: String, count: Int)
    case itemEnabled(item: WorkItemID, choice: String?)
    /// An offer is gone: a deferred choice went the other way or its tokens were taken.
    case itemWithdrawn(item: WorkItemID)
    case taskFired(case: CaseID, task: String, children: [CaseID])
    /// One child of a fired atomic task, with its input.
    case itemFired(item: WorkItemID, net: CaseID, input: XMLDocument)
    case itemStarted(item: WorkItemID)
    case itemRolledBack(item: WorkItemID)
    case itemCompleted(item: WorkItemID, output: XMLDocument)
    /// A live item ended without completing: its task was cancelled or its net completed around it.
    case itemCancelled(item: WorkItemID)
    case itemDeadlocked(item: WorkItemID)
    /// A child of a composite or empty task goes from entered to executing.
    case instanceStarted(case: CaseID, task: String, child: CaseID)
    /// A running multiple instance task gets one more child.
    case instanceAdded(case: CaseID, task: String, child: CaseID)
    /// A child is done; `results` are held by the task until it exits, and so is its `contribution` to the joint result of all
    /// instances.
    case instanceCompleted(case: CaseID, task: String, child: CaseID, results: [Variable], contribution: XMLDocument?)
    case variablesAssigned(case: CaseID, variables: [Variable])
    case taskExited(case: CaseID, task: String)
    case taskCancelled(case: CaseID, task: String)
    /// A token reached the output condition or no token was left.
    case netCompleted(case: CaseID, output: XMLDocument)
    case netCancelled(case: CaseID)
    case netDeadlocked(case: CaseID, tasks: [String])
    case caseSuspending
    case caseSuspended
    case caseResumed
    case caseCompleted(output: XMLDocument, isProper: Bool)
    case caseDeadlocked(tasks: [String])
    case caseCancelled
    /// The case goes on in another version; `variables` are those of the nets whose variables differ there, whole and in order.
    case caseMigrated(specification: SpecificationID, variables: [CaseID: [Variable]])

    /// Stable name of the event.
    public var kind: String {
        switch self {
        case .caseStarted: "caseStarted"
        case .netStarted: "netStarted"
        case .tokenAdded: "tokenAdded"
        case .tokensRemoved: "tokensRemoved"
        case .itemEnabled: "itemEnabled"
        case .itemWithdrawn: "itemWithdrawn"
        case .taskFired: "taskFired"
        case .itemFired: "itemFired"
        case .itemStarted: "itemStarted"
        case .itemRolledBack: "itemRolledBack"
        case .itemCompleted: "itemCompleted"
        case .itemCancelled: "itemCancelled"
        case .itemDeadlocked: "itemDeadlocked"
        case .instanceStarted: "instanceStarted"
        case .instanceAdded: "instanceAdded"
        case .instanceCompleted: "instanceCompleted"
        case .variablesAssigned: "variablesAssigned"
        case .taskExited: "taskExited"
        case .taskCancelled: "taskCancelled"
        case .netCompleted: "netCompleted"
        case .netCancelled: "netCancelled"
        case .netDeadlocked: "netDeadlocked"
        case .caseSuspending: "caseSuspending"
        case .caseSuspended: "caseSuspended"
        case .caseResumed: "caseResumed"
        case .caseCompleted: "caseCompleted"
        case .caseDeadlocked: "caseDeadlocked"
        case .caseCancelled: "caseCancelled"
        case .caseMigrated: "caseMigrated"
        }
    }
}

/// An event with who caused it and when.
public struct RecordedEvent: Sendable, Equatable, Codable {
    public let event: CaseEvent
    /// Milliseconds since 1970.
    public let at: Int64
    public let actor: String

    public init(event: CaseEvent, at: Int64, actor: String) {
        self.event = event
        self.at = at
        self.actor = actor
    }
}
