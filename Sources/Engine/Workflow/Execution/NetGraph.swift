import XQuery

/// A net ready to run: implicit conditions added, presets and postsets known in both directions, queries compiled, flows in
/// the order a split looks at them.
public struct NetGraph: Sendable {
    public let net: Net
    public let inputCondition: String
    public let outputCondition: String
    /// Every place, implicit ones included, with the tasks behind it.
    public let conditions: [String: [String]]
    public let tasks: [String: GraphTask]
    public let variables: [Parameter]
    /// For each OR join with several ways in, what decides whether it may fire.
    let orJoins: [String: ResetNet]

    public var id: String { net.id }
}

/// A task ready to run.
public struct GraphTask: Sendable {
    public enum Kind: Sendable {
        /// No decomposition: the engine runs it itself.
        case empty
        case atomic(Gateway)
        case composite(netID: String)
    }

    public let task: NetTask
    public let kind: Kind
    /// Conditions before it, ascending.
    public let preset: [String]
    /// Flows in the order its split looks at them: by ordering, the default flow last.
    public let postset: [OutFlow]
    /// Conditions and tasks that are emptied when the task exits.
    public let removedConditions: [String]
    public let removedTasks: [String]
    public let starting: [CompiledMapping]
    public let completed: [CompiledMapping]
    /// Only for tasks that may run several times at once.
    public let instances: GraphInstances?
    let timer: TimerRule?

    public var id: String { task.id }

    public var decomposition: DecompositionCommon? {
        if case .atomic(let gateway) = kind { gateway.common } else { nil }
    }
}

/// A flow out of a task, to the condition it ends in.
public struct OutFlow: Sendable {
    public let condition: String
    public let predicate: FlowPredicate?
    public let isDefault: Bool
    public let flow: Flow
}

/// A mapping with its query compiled.
public struct CompiledMapping: Sendable {
    public let target: String
    let query: UncheckedQuery
}

/// The id of the place between two tasks.
public func implicitCondition(from source: String, to target: String) -> String { "c{\(source)_\(target)}" }
