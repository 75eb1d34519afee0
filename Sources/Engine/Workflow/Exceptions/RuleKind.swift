/// What rules answer to: the reference engine's kinds of exceptions, and selection. Raw values are stored.
public enum RuleKind: String, Sendable, Codable, CaseIterable {
    case casePreconstraint, casePostconstraint, itemPreconstraint, itemPostconstraint
    case itemAbort, itemTimeout, itemResourceUnavailable, itemConstraintViolation
    case caseExternalTrigger, itemExternalTrigger
    /// Not an exception: picks the worklet that does the work of a task given to the worklet service.
    case itemSelection

    /// Where its trees stand in a rule file, below the root element.
    var path: [String] {
        switch self {
        case .casePreconstraint: ["constraints", "case", "pre"]
        case .casePostconstraint: ["constraints", "case", "post"]
        case .itemPreconstraint: ["constraints", "item", "pre"]
        case .itemPostconstraint: ["constraints", "item", "post"]
        case .itemAbort: ["abort"]
        case .itemTimeout: ["timeout"]
        case .itemResourceUnavailable: ["resourceUnavailable"]
        case .itemConstraintViolation: ["violation"]
        case .caseExternalTrigger: ["external", "case"]
        case .itemExternalTrigger: ["external", "item"]
        case .itemSelection: ["selection"]
        }
    }

    /// One tree for the whole case; otherwise one per task.
    public var isForCase: Bool { self == .casePreconstraint || self == .casePostconstraint || self == .caseExternalTrigger }

    public var text: String {
        switch self {
        case .casePreconstraint: "constraint before the case"
        case .casePostconstraint: "constraint after the case"
        case .itemPreconstraint: "constraint before the item"
        case .itemPostconstraint: "constraint after the item"
        case .itemAbort: "abort"
        case .itemTimeout: "timeout"
        case .itemResourceUnavailable: "resource unavailable"
        case .itemConstraintViolation: "constraint violation"
        case .caseExternalTrigger: "external trigger of the case"
        case .itemExternalTrigger: "external trigger of the item"
        case .itemSelection: "selection"
        }
    }
}
