import XQuery

/// A task ready to run.
public final class GraphTask: Sendable {
    public enum Kind: Sendable {
        /// No decomposition: the engine runs it itself.
        case empty
        case atomic(Gateway)
        case composite(netID: String)
    }

    public let task: NetTask
    public let id: String
    public let kind: Kind
    /// Waits for more tokens as long as any can arrive; with one way in there is nothing to wait for.
    let isOrJoin: Bool
    /// Its place among the net's tasks in the order of their ids, so that putting tasks in order compares numbers.
    let rank: Int
    /// Conditions before it, ascending.
    public let preset: [String]
    /// The same by number.
    let presetPlaces: [Int]
    /// Numbers of the places before and behind it, ascending: nothing else changes when it exits, unless it has a cancellation set.
    let surroundings: [Int]
    /// Flows in the order its split looks at them: by ordering, the default flow last.
    public let postset: [OutFlow]
    /// Where they lead: what an AND split puts its tokens into.
    let outConditions: [String]
    /// Conditions and tasks that are emptied when the task exits.
    public let removedConditions: [String]
    public let removedTasks: [String]
    var cancels: Bool { !removedConditions.isEmpty || !removedTasks.isEmpty }
    /// What its input consists of, in the order in which it is written.
    let inputs: [TaskInput]
    public let completed: [CompiledMapping]
    /// Mappings whose values come from and go to external data gateways.
    public let externalStarting: [ExternalMapping]
    public let externalCompleted: [ExternalMapping]
    /// Only for tasks that may run several times at once.
    public let instances: GraphInstances?
    let timer: TimerRule?
    /// What its decomposition takes and gives; an empty task has none.
    public let signature: Signature?
    /// The signature of work for people and services; nil for empty and composite tasks.
    public let decomposition: Signature?
    let isComposite: Bool
    let isEmpty: Bool

    init(
        _ task: NetTask, in net: Net, rank: Int, isTask: [String: Bool], preset: Set<String>, places: [String: Int],
        specification: Specification
    ) {
        self.task = task
        id = task.id
        self.rank = rank
        self.preset = preset.sorted { $0.precedes($1) }
        presetPlaces = self.preset.compactMap { places[$0] }
        isOrJoin = task.join == .or && preset.count > 1
        // A decomposition that is not there makes an empty task, as in the reference engine (findings: od02).
        switch task.decomposition.flatMap({ specification.decomposition($0) }) {
        case nil:
            kind = .empty
            signature = nil
            (decomposition, isComposite, isEmpty) = (nil, false, true)
        case .net(let net):
            kind = .composite(netID: net.id)
            signature = Signature(net.common, in: specification)
            (decomposition, isComposite, isEmpty) = (nil, true, false)
        case .gateway(let gateway):
            kind = .atomic(gateway)
            signature = Signature(gateway.common, in: specification)
            (decomposition, isComposite, isEmpty) = (signature, false, false)
        }

        // Of two flows to one target the last one counts, as in the reference engine.
        var last: [String: Int] = [:]
        for (n, flow) in task.flows.enumerated() { last[flow.target] = n }
        var flows: [(order: Int, out: OutFlow)] = []
        for (n, flow) in task.flows.enumerated() where last[flow.target] == n {
            guard let targetIsTask = isTask[flow.target] else { continue }
            let predicate = task.split == .and ? nil : flow.predicate.map { FlowPredicate($0.query, of: task, to: flow.target, in: net) }
            let place = targetIsTask ? implicitCondition(from: task.id, to: flow.target) : flow.target
            flows.append(
                (flow.predicate?.order ?? 0, OutFlow(condition: place, predicate: predicate, isDefault: flow.isDefault, flow: flow)))
        }
        postset = flows.enumerated().sorted { a, b in
            let (x, y) = (a.element.out.isDefault ? 1 : 0, b.element.out.isDefault ? 1 : 0)
            if x != y { return x < y }
            return a.element.order != b.element.order ? a.element.order < b.element.order : a.offset < b.offset
        }.map(\.element.out)
        outConditions = postset.map(\.condition)
        surroundings = preset.union(outConditions).compactMap { places[$0] }.sorted()

        var removedConditions: [String] = [], removedTasks: [String] = []
        for removed in task.removesTokens {
            if isTask[removed.id] == true { removedTasks.append(removed.id) } else { removedConditions.append(removed.id) }
        }
        removedConditions += task.removesTokensFromFlows.map { implicitCondition(from: $0.source, to: $0.destination) }
        self.removedConditions = removedConditions
        self.removedTasks = removedTasks

        var startingMappings = task.startingMappings, completedMappings = task.completedMappings
        if let block = task.multipleInstances, !block.isMultiple {
            // A block for one instance is an ordinary task whose two further mappings stand in the block.
            startingMappings.append(Mapping(query: block.inputQuery, target: block.formalInput, mark: block.mark))
            if let output = block.output {
                completedMappings.append(Mapping(query: output.formalOutputQuery, target: output.variable, mark: block.mark))
            }
        }
        let starting = compiled(startingMappings, of: task, in: net)
        completed = compiled(completedMappings, of: task, in: net)
        externalStarting = startingMappings.compactMap { ExternalMapping($0) }
        externalCompleted = completedMappings.compactMap { ExternalMapping($0) }
        if let block = task.multipleInstances, block.isMultiple { instances = GraphInstances(block, of: task) } else { instances = nil }
        timer = task.timer.flatMap { TimerRule($0) }
        let formal = instances?.formalInput
        let externals = externalStarting
        inputs = (signature?.inputs ?? []).compactMap { parameter in
            let mapping = starting.last { $0.target == parameter.name }, external = externals.last { $0.target == parameter.name }
            guard mapping != nil || external != nil || parameter.name == formal else { return nil }
            return TaskInput(DataSlot(parameter), mapping: mapping, external: external, isInstance: parameter.name == formal)
        }
    }
}

/// One input of a task and where it comes from.
final class TaskInput: Sendable {
    let slot: DataSlot
    let mapping: CompiledMapping?
    let external: ExternalMapping?
    /// Each instance has its own value for it.
    let isInstance: Bool

    init(_ slot: DataSlot, mapping: CompiledMapping?, external: ExternalMapping?, isInstance: Bool) {
        self.slot = slot
        self.mapping = mapping
        self.external = external
        self.isInstance = isInstance
    }
}

/// A flow out of a task, to the condition it ends in.
public final class OutFlow: Sendable {
    public let condition: String
    public let predicate: FlowPredicate?
    public let isDefault: Bool
    public let flow: Flow

    init(condition: String, predicate: FlowPredicate?, isDefault: Bool, flow: Flow) {
        self.condition = condition
        self.predicate = predicate
        self.isDefault = isDefault
        self.flow = flow
    }
}

/// A mapping with its query compiled.
public final class CompiledMapping: Sendable {
    public let target: String
    let query: UncheckedQuery
    /// The net variable of that name, when there is one.
    let variable: DataSlot?

    init(target: String, query: UncheckedQuery, variable: DataSlot?) {
        self.target = target
        self.query = query
        self.variable = variable
    }
}

private func compiled(_ mappings: [Mapping], of task: NetTask, in net: Net) -> [CompiledMapping] {
    mappings.filter { !$0.isExternal }.map { mapping in
        CompiledMapping(
            target: mapping.target, query: UncheckedQuery(mapping.query, of: task, role: "mapping to \(mapping.target)"),
            variable: net.variables.first { $0.name == mapping.target }.map { DataSlot($0) })
    }
}
