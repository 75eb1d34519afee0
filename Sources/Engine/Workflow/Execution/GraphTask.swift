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
    /// Its place among the net's tasks in the order of their ids, so that putting tasks in order compares numbers.
    let rank: Int
    /// Conditions before it, ascending.
    public let preset: [String]
    /// Flows in the order its split looks at them: by ordering, the default flow last.
    public let postset: [OutFlow]
    /// Where they lead: what an AND split puts its tokens into.
    let outConditions: [String]
    /// Conditions and tasks that are emptied when the task exits.
    public let removedConditions: [String]
    public let removedTasks: [String]
    /// What its input consists of, in the order in which it is written.
    let inputs: [TaskInput]
    public let completed: [CompiledMapping]
    /// Only for tasks that may run several times at once.
    public let instances: GraphInstances?
    /// What its decomposition takes and gives; an empty task has none.
    public let signature: Signature?

    /// The signature of work for people and services; nil for empty and composite tasks.
    public var decomposition: Signature? {
        if case .atomic = kind { signature } else { nil }
    }

    init(_ task: NetTask, rank: Int, isTask: [String: Bool], preset: Set<String>, specification: Specification) throws(ExecutionError) {
        self.task = task
        id = task.id
        self.rank = rank
        self.preset = preset.sorted { $0.precedes($1) }
        // A decomposition that is not there makes an empty task, as in the reference engine (findings: od02).
        switch task.decomposition.flatMap({ specification.decomposition($0) }) {
        case nil:
            kind = .empty
            signature = nil
        case .net(let net):
            kind = .composite(netID: net.id)
            signature = Signature(net.common, in: specification)
        case .gateway(let gateway):
            kind = .atomic(gateway)
            signature = Signature(gateway.common, in: specification)
        }

        // Of two flows to one target the last one counts, as in the reference engine.
        var last: [String: Int] = [:]
        for (n, flow) in task.flows.enumerated() { last[flow.target] = n }
        var flows: [(order: Int, out: OutFlow)] = []
        for (n, flow) in task.flows.enumerated() where last[flow.target] == n {
            guard let targetIsTask = isTask[flow.target] else { continue }
            var query: Query?
            if let predicate = flow.predicate, task.split != .and {
                query = try compileQuery(predicate.query, as: .predicate, of: task, role: "predicate of the flow to \(flow.target)")
            }
            let place = targetIsTask ? implicitCondition(from: task.id, to: flow.target) : flow.target
            flows.append((flow.predicate?.order ?? 0, OutFlow(condition: place, predicate: query, isDefault: flow.isDefault, flow: flow)))
        }
        postset = flows.enumerated().sorted { a, b in
            let (x, y) = (a.element.out.isDefault ? 1 : 0, b.element.out.isDefault ? 1 : 0)
            if x != y { return x < y }
            return a.element.order != b.element.order ? a.element.order < b.element.order : a.offset < b.offset
        }.map(\.element.out)
        outConditions = postset.map(\.condition)

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
            if let output = block.output { completedMappings.append(Mapping(query: output.formalOutputQuery, target: output.variable, mark: block.mark)) }
        }
        let starting = try compiled(startingMappings, of: task)
        completed = try compiled(completedMappings, of: task)
        if let block = task.multipleInstances, block.isMultiple { instances = try GraphInstances(block, of: task) } else { instances = nil }
        let formal = instances?.formalInput
        inputs = (signature?.inputs ?? []).compactMap { parameter in
            let mapping = starting.last { $0.target == parameter.name }
            guard mapping != nil || parameter.name == formal else { return nil }
            return TaskInput(DataSlot(parameter), mapping: mapping, isInstance: parameter.name == formal)
        }
    }
}

/// One input of a task and where it comes from.
final class TaskInput: Sendable {
    let slot: DataSlot
    let mapping: CompiledMapping?
    /// Each instance has its own value for it.
    let isInstance: Bool

    init(_ slot: DataSlot, mapping: CompiledMapping?, isInstance: Bool) {
        self.slot = slot
        self.mapping = mapping
        self.isInstance = isInstance
    }
}

/// A flow out of a task, to the condition it ends in.
public final class OutFlow: Sendable {
    public let condition: String
    public let predicate: Query?
    public let isDefault: Bool
    public let flow: Flow

    init(condition: String, predicate: Query?, isDefault: Bool, flow: Flow) {
        self.condition = condition
        self.predicate = predicate
        self.isDefault = isDefault
        self.flow = flow
    }
}

/// A mapping with its query compiled.
public final class CompiledMapping: Sendable {
    public let target: String
    public let query: Query

    init(target: String, query: Query) {
        self.target = target
        self.query = query
    }
}

private func compiled(_ mappings: [Mapping], of task: NetTask) throws(ExecutionError) -> [CompiledMapping] {
    var result: [CompiledMapping] = []
    for mapping in mappings where !mapping.isExternal {
        let query = try compileQuery(mapping.query, as: .expression, of: task, role: "mapping to \(mapping.target)")
        result.append(CompiledMapping(target: mapping.target, query: query))
    }
    return result
}

func compileQuery(_ text: String, as use: Query.Use, of task: NetTask, role: String) throws(ExecutionError) -> Query {
    do {
        return try Query.compile(text, as: use)
    } catch {
        throw ExecutionError(.invalid, "bad-query", "task \(task.id), \(role): \(error)")
    }
}
