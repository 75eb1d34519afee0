import XMLTree
import XQuery

/// A specification ready to run: its nets as graphs and its types compiled. Made once per loaded version and shared by all
/// its cases.
public struct ExecutableSpecification: Sendable {
    public let specification: Specification
    public let id: SpecificationID
    public let rootNet: String
    public let nets: [String: NetGraph]
    public let types: TypeLibrary

    /// Fails where verification would have refused: call it with a verified specification.
    public init(_ specification: Specification) throws(ExecutionError) {
        guard let root = specification.rootNet else {
            throw ExecutionError(.invalid, "no-root-net", "the specification has no root net")
        }
        self.specification = specification
        id = specification.id
        rootNet = root.id
        do {
            types = try TypeLibrary(schema: specification.schema?.root)
        } catch {
            throw ExecutionError(.invalid, "bad-schema", "the data types do not compile: \(error)")
        }
        var nets: [String: NetGraph] = [:]
        for net in specification.nets { nets[net.id] = try NetGraph(net, in: specification) }
        self.nets = nets
        usesCalendar = nets.values.contains { $0.tasks.values.contains { $0.timer?.usesCalendar ?? false } }
    }

    /// Root element name of the data documents of a decomposition.
    func dataRoot(_ decompositionID: String) -> String {
        specification.schemaVersion.hasSimpleRootData ? "data" : decompositionID
    }

    /// Whether a step may ask for the working calendar.
    public let usesCalendar: Bool

    var validatesData: Bool { specification.schemaVersion.validatesData }
}

extension NetGraph {
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

        var tasks: [String: GraphTask] = [:]
        for task in net.tasks {
            tasks[task.id] = GraphTask(task, in: net, isTask: isTask, preset: presets[task.id] ?? [], specification: specification)
        }
        self.net = net
        inputCondition = input.id
        outputCondition = output.id
        self.conditions = conditions
        self.tasks = tasks
        variables = net.variables
        var orJoins: [String: ResetNet] = [:]
        for task in tasks.values where task.task.join == .or && task.preset.count > 1 {
            orJoins[task.id] = ResetNet(tasks, conditions: conditions.keys, join: task.id)
        }
        self.orJoins = orJoins
    }
}

extension GraphTask {
    fileprivate init(_ task: NetTask, in net: Net, isTask: [String: Bool], preset: Set<String>, specification: Specification) {
        self.task = task
        self.preset = preset.sorted { $0.precedes($1) }
        // A decomposition that is not there makes an empty task, as in the reference engine (findings: od02).
        switch task.decomposition.flatMap({ specification.decomposition($0) }) {
        case nil: kind = .empty
        case .net(let net): kind = .composite(netID: net.id)
        case .gateway(let gateway): kind = .atomic(gateway)
        }

        // Of two flows to one target the last one counts, as in the reference engine.
        var last: [String: Int] = [:]
        for (n, flow) in task.flows.enumerated() { last[flow.target] = n }
        var flows: [(order: Int, out: OutFlow)] = []
        for (n, flow) in task.flows.enumerated() where last[flow.target] == n {
            guard let targetIsTask = isTask[flow.target] else { continue }
            let predicate = task.split == .and ? nil : flow.predicate.map { FlowPredicate($0.query, of: task, to: flow.target, in: net) }
            let place = targetIsTask ? implicitCondition(from: task.id, to: flow.target) : flow.target
            flows.append((flow.predicate?.order ?? 0, OutFlow(condition: place, predicate: predicate, isDefault: flow.isDefault, flow: flow)))
        }
        postset = flows.enumerated().sorted { a, b in
            let (x, y) = (a.element.out.isDefault ? 1 : 0, b.element.out.isDefault ? 1 : 0)
            if x != y { return x < y }
            return a.element.order != b.element.order ? a.element.order < b.element.order : a.offset < b.offset
        }.map(\.element.out)

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
        starting = compiled(startingMappings, of: task)
        completed = compiled(completedMappings, of: task)
        if let block = task.multipleInstances, block.isMultiple { instances = GraphInstances(block, of: task) } else { instances = nil }
        timer = task.timer.flatMap { TimerRule($0) }
    }
}

private func compiled(_ mappings: [Mapping], of task: NetTask) -> [CompiledMapping] {
    mappings.filter { !$0.isExternal }.map { mapping in
        CompiledMapping(target: mapping.target, query: UncheckedQuery(mapping.query, of: task, role: "mapping to \(mapping.target)"))
    }
}
