/// Rules about the specification as a whole: its root, what is never used, and what never gets to any work.
extension Verifier {
    mutating func checkSpecification() {
        checkDecompositionIDs()
        guard let root = specification.rootNet else {
            error(
                "yawl-no-root-net", "", specification.mark,
                "the specification has no root net, so no case can be started; mark one net with isRootNet=\"true\"")
            return
        }
        let used = reachableDecompositions(from: root)
        for decomposition in decompositions where !used.contains(decomposition.id) {
            warning(
                "yawl-unused", ElementName.decomposition(decomposition), decomposition.common.mark,
                "the decomposition \(decomposition.id) is used by no task that can be reached from the root net")
        }
        let nets = decompositions.compactMap { if case .net(let net) = $0 { net } else { nil } }
        checkEndlessLoops(in: nets.filter { used.contains($0.id) }, asError: true)
        checkEndlessLoops(in: nets.filter { !used.contains($0.id) }, asError: false)
        for net in nets { checkEmptyRun(through: net) }
    }

    private mutating func checkDecompositionIDs() {
        var seen: [String: SourceMark] = [:]
        for decomposition in specification.decompositions {
            let name = ElementName.decomposition(decomposition)
            if decomposition.id.isEmpty {
                error("yawl-decomposition-id", name, decomposition.common.mark, "a decomposition has no id; give it one")
            } else if let first = seen.updateValue(decomposition.common.mark, forKey: decomposition.id) {
                warning(
                    "mizzen-duplicate-decomposition", name, decomposition.common.mark,
                    "the decomposition id \(decomposition.id) is already used at \(first); only the last one counts, so rename one of them")
            }
        }
        let roots = specification.nets.filter(\.isRoot)
        for net in roots.dropLast() {
            warning(
                "mizzen-several-root-nets", "YNet:" + net.id, net.common.mark,
                "\(roots.count) nets are marked as root net; the last, \(roots.last?.id ?? ""), is the one that is started")
        }
    }

    /// Ids of a net and all decompositions its tasks lead to.
    func reachableDecompositions(from root: Net) -> Set<String> {
        var seen: Set<String> = [root.id], open = [root]
        while let net = open.popLast() {
            for task in net.tasks {
                guard let decomposition = decomposition(of: task), seen.insert(decomposition.id).inserted else { continue }
                if case .net(let subnet) = decomposition { open.append(subnet) }
            }
        }
        return seen
    }

    // MARK: Loops without work

    /// A task somewhere in the specification: ids are unique only within a net.
    private struct Place: Hashable {
        let net: String
        let task: String
    }

    /// A task that comes back to itself over empty and composite tasks only would run for ever without anybody being asked.
    private mutating func checkEndlessLoops(in nets: [Net], asError: Bool) {
        var graphs: [String: FlowGraph] = [:], workless: [Place: NetTask] = [:]
        for case .net(let net) in decompositions {
            graphs[net.id] = FlowGraph(net)
            for task in net.tasks where makesNoWork(task) { workless[Place(net: net.id, task: task.id)] = task }
        }
        var arcs: [Place: [Place]] = [:]
        for (place, task) in workless {
            let (net, ids): (String, [String]) =
                if let subnet = subnet(of: task), let input = subnet.inputCondition {
                    (subnet.id, graphs[subnet.id]?.nextTasks(after: input.id) ?? [])
                } else {
                    (place.net, graphs[place.net]?.nextTasks(after: place.task) ?? [])
                }
            arcs[place] = ids.map { Place(net: net, task: $0) }.filter { workless[$0] != nil }
        }
        let onCycles = Cycles.nodes(of: arcs)
        for net in nets {
            for task in net.tasks where onCycles.contains(Place(net: net.id, task: task.id)) {
                let message =
                    "\(task.id) comes back to itself through tasks that create no work item, so a case would loop for ever; "
                    + "give one task on the way a decomposition that is work"
                if asError {
                    error("yawl-endless-loop", name(task), task.mark, message)
                } else {
                    warning("yawl-endless-loop", name(task), task.mark, message)
                }
            }
        }
    }

    private func makesNoWork(_ task: NetTask) -> Bool { if case .gateway = decomposition(of: task) { false } else { true } }

    /// Whether the net can be run through by empty tasks alone.
    private mutating func checkEmptyRun(through net: Net) {
        let graph = FlowGraph(net)
        guard let input = graph.input, let output = graph.output else { return }
        let working = Set(net.tasks.filter { decomposition(of: $0) != nil }.map(\.id))
        guard graph.paths(from: input, avoiding: working).path(to: output) != nil else { return }
        warning(
            "yawl-no-work", "YNet:" + net.id, net.common.mark,
            "the net \(net.id) may complete without any work: a path from \(input) to \(output) has only empty tasks")
    }
}
