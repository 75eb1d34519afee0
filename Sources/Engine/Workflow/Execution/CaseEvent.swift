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
    case itemSuspended(item: WorkItemID)
    case itemUnsuspended(item: WorkItemID)
    /// An item somebody worked on is as if nobody had begun.
    case itemRestarted(item: WorkItemID)
    case itemForceCompleted(item: WorkItemID, output: XMLDocument)
    /// Its work failed; `output` is what the case goes on with.
    case itemFailed(item: WorkItemID, output: XMLDocument)
    /// A child of a composite or empty task goes from entered to executing.
    case instanceStarted(case: CaseID, task: String, child: CaseID)
    /// A running multiple instance task gets one more child.
    case instanceAdded(case: CaseID, task: String, child: CaseID)
    /// A running multiple instance task loses a child that was cancelled.
    case instanceRemoved(case: CaseID, task: String, child: CaseID)
    /// A child is done; `results` are held by the task until it exits, and so is its `contribution` to the joint result of all
    /// instances.
    case instanceCompleted(case: CaseID, task: String, child: CaseID, results: [Variable], contribution: XMLDocument?)
    case variablesAssigned(case: CaseID, variables: [Variable])
    /// `item` owns the timer: an offer, or an item that was started. `due` in milliseconds since 1970.
    case timerStarted(item: WorkItemID, net: CaseID, due: Int64, isInstant: Bool)
    case timerExpired(item: WorkItemID)
    /// The expiry could not be carried out, for the `attempts`th time; the timer goes on.
    case timerFailed(item: WorkItemID, reason: String, attempts: Int, retryAt: Int64)
    /// A value for an external data gateway left the case; `task` is nil for a case's own data at its end.
    case dataHandedOver(case: CaseID, gateway: String, task: String?, name: String, value: XMLDocument)
    /// A log predicate of the specification, filled in; `task` is nil for a net's.
    case textLogged(case: CaseID, task: String?, text: String)
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
    /// The case runs as a worklet; comes right after its start.
    case workletStarted(WorkletService)
    /// A rule concluded something about the case or an item.
    case exletStarted(Exlet)
    case exletWorkletsStarted(exlet: Int, worklets: [Exlet.Worklet])
    case exletWorkletEnded(exlet: Int, caseNumber: Int64, outcome: CaseStatus)
    /// A step is done; with what it suspended, and a sentence where it had nothing to do.
    case exletStepDone(exlet: Int, step: Int, items: [WorkItemID], cases: [Int64], note: String?)
    /// `failure` is nil when all steps are done.
    case exletEnded(exlet: Int, failure: String?)
    /// A rule could not be asked, or what it concludes not be begun; it counts as not holding.
    case ruleFailed(kind: RuleKind, item: WorkItemID?, rule: Int?, reason: String)
    /// A worklet changed what an item works with.
    case itemDataChanged(item: WorkItemID, data: XMLDocument)
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
        case .itemSuspended: "itemSuspended"
        case .itemUnsuspended: "itemUnsuspended"
        case .itemRestarted: "itemRestarted"
        case .itemForceCompleted: "itemForceCompleted"
        case .itemFailed: "itemFailed"
        case .instanceStarted: "instanceStarted"
        case .instanceAdded: "instanceAdded"
        case .instanceRemoved: "instanceRemoved"
        case .instanceCompleted: "instanceCompleted"
        case .variablesAssigned: "variablesAssigned"
        case .timerStarted: "timerStarted"
        case .timerExpired: "timerExpired"
        case .timerFailed: "timerFailed"
        case .dataHandedOver: "dataHandedOver"
        case .textLogged: "textLogged"
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
        case .workletStarted: "workletStarted"
        case .exletStarted: "exletStarted"
        case .exletWorkletsStarted: "exletWorkletsStarted"
        case .exletWorkletEnded: "exletWorkletEnded"
        case .exletStepDone: "exletStepDone"
        case .exletEnded: "exletEnded"
        case .ruleFailed: "ruleFailed"
        case .itemDataChanged: "itemDataChanged"
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
