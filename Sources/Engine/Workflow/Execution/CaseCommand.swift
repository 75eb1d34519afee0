import XMLTree
import XQuery

/// What can be asked of a case.
public enum CaseCommand: Sendable {
    /// Begins the case; `parameters` is the document of case parameters, nil means none.
    case launch(CaseID, parameters: XMLDocument?)
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
    case suspend
    case resume
    case cancel
}

/// What a step knows of the world besides the case. The same context gives the same step.
public struct StepContext: Sendable {
    /// Milliseconds since 1970.
    public var now: Int64
    public var actor: String
    public var choices: ChoicePolicy
    public var timeZoneMinutes: Int
    public var queryLimits: QueryLimits

    public init(now: Int64, actor: String, choices: ChoicePolicy = .first, timeZoneMinutes: Int = 0, queryLimits: QueryLimits = QueryLimits()) {
        self.now = now
        self.actor = actor
        self.choices = choices
        self.timeZoneMinutes = timeZoneMinutes
        self.queryLimits = queryLimits
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
        if case .launch(let id, let parameters) = command {
            guard state == nil else { throw ExecutionError(.conflict, "case-exists", "case \(id) has been started already") }
            var stepper = Stepper(state: CaseState(id: id, specification: self.id), specification: self, context: context)
            try stepper.launch(id, parameters: parameters)
            return stepper.outcome()
        }
        guard let open = state.take() else { throw ExecutionError(.notFound, "case-not-found", "there is no such case") }
        guard open.status.isOpen else {
            throw ExecutionError(.conflict, "case-closed", "case \(open.id) is \(open.status.text); nothing can be done with it any more")
        }
        var stepper = Stepper(state: consume open, specification: self, context: context)
        try stepper.perform(command)
        return stepper.outcome()
    }
}
