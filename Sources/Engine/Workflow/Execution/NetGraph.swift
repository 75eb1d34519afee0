import XMLTree
import XQuery

/// A net ready to run: implicit conditions added, presets and postsets known in both directions, queries compiled, flows in
/// the order a split looks at them. One object shared by all cases, as are its tasks: looking at them copies nothing.
public final class NetGraph: Sendable {
    public let net: Net
    public let inputCondition: String
    public let outputCondition: String
    /// Every place, implicit ones included, with the tasks behind it, ascending.
    public let conditions: [String: [String]]
    public let tasks: [String: GraphTask]
    public let variables: [Parameter]
    /// The same by name.
    let slots: [String: DataSlot]
    /// Every input parameter and local variable with its initial value, or empty; what is wrong with one shows when the net begins.
    let initialVariables: Result<[Variable], ExecutionError>
    /// What the net takes and gives as a decomposition.
    public let signature: Signature
    /// The net's data without any variable, to be filled with those of a case.
    let emptyData: CompositeDocument
    /// The same as `conditions` with the tasks themselves.
    let tasksBehind: [String: [GraphTask]]
    /// The ids of all places, ascending: the number of a place is its index here, so that putting them in order compares numbers.
    let places: [String]
    /// Tasks by the number of the place they are behind.
    let tasksBehindPlace: [[GraphTask]]
    /// For each OR join with several ways in, what decides whether it may fire.
    let orJoins: [String: ResetNet]
    /// Those tasks: tokens anywhere in the net matter to them.
    let orJoinTasks: [GraphTask]
    let hasComposites: Bool

    public var id: String { net.id }

    init(_ net: Net, in specification: Specification) throws(ExecutionError) {
        guard let input = net.inputCondition, let output = net.outputCondition else {
            throw ExecutionError(.invalid, "no-end-condition", "net \(net.id) lacks its input or output condition")
        }
        var isTask: [String: Bool] = [:]
        for element in net.elements { if case .task = element { isTask[element.id] = true } else { isTask[element.id] = false } }

        var conditions: [String: [String]] = [:]
        for condition in net.conditions { conditions[condition.id] = condition.flows.map(\.target).sorted { $0.precedes($1) } }
        var presets: [String: Set<String>] = [:]
        for condition in net.conditions {
            for flow in condition.flows { presets[flow.target, default: []].insert(condition.id) }
        }
        for task in net.tasks {
            for flow in task.flows where isTask[flow.target] == true {
                let place = implicitCondition(from: task.id, to: flow.target)
                conditions[place] = [flow.target]
                presets[flow.target, default: []].insert(place)
            }
        }

        let ordered = conditions.keys.sorted { $0.precedes($1) }
        let places = Dictionary(zip(ordered, 0...)) { first, _ in first }
        let ranks = Dictionary(zip(net.tasks.map(\.id).sorted { $0.precedes($1) }, 0...)) { _, last in last }
        var tasks: [String: GraphTask] = [:]
        for task in net.tasks {
            tasks[task.id] = GraphTask(
                task, in: net, rank: ranks[task.id] ?? 0, isTask: isTask, preset: presets[task.id] ?? [],
                places: places, specification: specification)
        }
        var orJoins: [String: ResetNet] = [:]
        for task in tasks.values where task.isOrJoin {
            orJoins[task.id] = ResetNet(tasks, conditions: conditions.keys, join: task.id)
        }
        self.net = net
        inputCondition = input.id
        outputCondition = output.id
        self.conditions = conditions
        self.tasks = tasks
        variables = net.variables
        slots = Dictionary(net.variables.map { ($0.name, DataSlot($0)) }) { first, _ in first }
        initialVariables = Self.initialVariables(of: net)
        signature = Signature(net.common, in: specification)
        emptyData = CompositeDocument(rootName: signature.dataRoot, parts: [])
        let behind = conditions.mapValues { $0.compactMap { tasks[$0] } }
        tasksBehind = behind
        self.places = ordered
        tasksBehindPlace = ordered.map { behind[$0] ?? [] }
        self.orJoins = orJoins
        orJoinTasks = orJoins.keys.compactMap { tasks[$0] }.sorted { $0.rank < $1.rank }
        hasComposites = tasks.values.contains(where: \.isComposite)
    }
}

extension NetGraph {
    private static func initialVariables(of net: Net) -> Result<[Variable], ExecutionError> {
        var variables: [Variable] = []
        for parameter in net.variables {
            let name = parameter.name
            guard let initial = parameter.initialValue, !initial.isEmpty else {
                variables.set(Variable(name: name, value: XMLDocument(element: name)))
                continue
            }
            do {
                variables.set(Variable(name: name, value: try XMLDocument.parse("<\(name)>\(initial)</\(name)>")))
            } catch {
                return .failure(
                    ExecutionError(
                        .invalid, "bad-initial-value",
                        "the initial value of \(name) in net \(net.id) is not well-formed: \(error.message)"))
            }
        }
        return .success(variables)
    }
}

/// The id of the place between two tasks.
public func implicitCondition(from source: String, to target: String) -> String { "c{\(source)_\(target)}" }
