import XMLTree
import XQuery

/// What can be asked of a case.
public enum CaseCommand: Sendable {
    /// Begins the case; `parameters` is the document of case parameters, nil means none. A worklet says whom it serves.
    case launch(CaseID, parameters: XMLDocument?, service: WorkletService? = nil)
    /// An offered item (`1:A`) fires its task and starts its first child; a fired one starts.
    case start(WorkItemID)
    /// `output` nil: what the item was started with, and defaults.
    case complete(WorkItemID, output: XMLDocument?)
    /// Starts and completes an offered item without anybody doing it.
    case skip(WorkItemID)
    /// An executing item goes back to fired.
    case rollback(WorkItemID)
    /// One more instance beside an executing one of a dynamic multiple instance task; `value` is the element of its formal input.
    case addInstance(WorkItemID, value: XMLDocument)
    /// The timer of an item has run out; refused before it is due.
    case expire(WorkItemID)
    /// An expiry could not be carried out: it is tried again later.
    case postponeExpiry(WorkItemID, reason: String)
    case suspend
    case resume
    case cancel
    /// Nobody can work on the item until it is unsuspended; of a started one (`1:A`) all its children.
    case suspendItem(WorkItemID)
    case unsuspendItem(WorkItemID)
    /// Completes an executing item whatever it has: of `output`, its input and defaults what there is first.
    case forceComplete(WorkItemID, output: XMLDocument?)
    /// The work of an executing item failed: an abort rule answers, or the case goes on as after a forced completion.
    case fail(WorkItemID, output: XMLDocument?)
    /// An item that was started goes back to fired, a suspended offer to enabled.
    case restart(WorkItemID)
    /// Takes one item away; its task leaves no token behind unless other instances of it are done.
    case cancelItem(WorkItemID)
    /// Something happened outside that rules may answer to; refused when none does.
    case raise(RuleKind, item: WorkItemID?, trigger: String?)
    /// Suspends the case and every item in it, for an exlet of another case; `releaseAll` lets all go on.
    case holdAll
    case releaseAll
    /// What has become of the present step of an exlet, where it is carried out outside of the case.
    case advanceExlet(Int, step: Int, ExletProgress)
}

/// What a step knows of the world besides the case. The same context gives the same step.
public struct StepContext: Sendable {
    /// Milliseconds since 1970.
    public var now: Int64
    public var actor: String
    public var choices: ChoicePolicy
    public var timeZoneMinutes: Int
    public var queryLimits: QueryLimits
    /// For durations in working days.
    public var calendar: WorkingCalendar
    /// The rules of the case's specification.
    public var rules: RuleSet?
    /// What external data gateways answered, in the order in which the step asks.
    public var gatewayAnswers: [[XMLDocument]] = []

    public init(
        now: Int64, actor: String, choices: ChoicePolicy = .first, timeZoneMinutes: Int = 0, queryLimits: QueryLimits = QueryLimits(),
        calendar: WorkingCalendar = WorkingCalendar(), rules: RuleSet? = nil
    ) {
        self.now = now
        self.actor = actor
        self.choices = choices
        self.timeZoneMinutes = timeZoneMinutes
        self.queryLimits = queryLimits
        self.calendar = calendar
        self.rules = rules
    }

    var environment: QueryEnvironment { QueryEnvironment(now: now, timeZoneMinutes: timeZoneMinutes, limits: queryLimits) }
}

/// Where YAWL leaves the engine a choice (which token an XOR join takes, which composite of a deferred choice runs) the
/// smallest or the greatest id is taken; never chance.
public enum ChoicePolicy: Sendable {
    case first, last

    func pick(_ ids: [String]) -> String? {
        switch self {
        case .first: ids.min { $0.precedes($1) }
        case .last: ids.max { $0.precedes($1) }
        }
    }

    func pick(_ tasks: [GraphTask]) -> GraphTask? {
        switch self {
        case .first: tasks.min { $0.rank < $1.rank }
        case .last: tasks.max { $0.rank < $1.rank }
        }
    }
}

/// The outcome of a command: what happened and the case after it.
public struct CaseStep: Sendable {
    public let state: CaseState
    public let events: [RecordedEvent]
}

extension ExecutableSpecification {
    /// Carries out a command on a case: pure, all or nothing. A refusal leaves no trace. `state` is nil for a launch only. It is
    /// taken over: a caller who hands in its only copy (`state.take()`) spares the step copying what it changes.
    public func step(_ state: consuming CaseState?, _ command: CaseCommand, in context: StepContext) throws(ExecutionError) -> CaseStep {
        var stepper: Stepper
        switch (command, state.take()) {
        case (.launch(let id, let parameters, let service), nil):
            stepper = Stepper(state: CaseState(id: id, specification: self.id), specification: self, context: context)
            try stepper.launch(id, parameters: parameters, service: service)
        case (.launch(let id, _, _), _):
            throw ExecutionError(.conflict, "case-exists", "case \(id) has been started already")
        case (_, nil):
            throw ExecutionError(.notFound, "case-not-found", "there is no such case")
        case (_, let open?):
            guard open.status.isOpen || command.suitsClosedCases else {
                throw ExecutionError(
                    .conflict, "case-closed", "case \(open.id) is \(open.status.text); nothing can be done with it any more")
            }
            stepper = Stepper(state: consume open, specification: self, context: context)
            try stepper.perform(command)
        }
        try stepper.settleExceptions()
        return (consume stepper).outcome()
    }
}
