/// Rules about the shape of a net: its two ends, and everything lying on a way between them.
extension Verifier {
    mutating func checkStructure(of scope: NetScope) {
        let net = scope.net, graph = scope.graph
        checkEnds(of: net)
        for element in net.elements { checkNeighbours(of: element, graph) }
        guard let input = graph.input, let output = graph.output else { return }
        let forward = graph.reachable(from: input, forward: true)
        let backward = graph.reachable(from: output, forward: false)
        for node in graph.nodes where !forward.contains(node) || !backward.contains(node) {
            let (shown, mark) = describe(node, in: scope)
            if !forward.contains(node) {
                error(
                    "yawl-not-reached", shown, mark,
                    "\(node) cannot be reached from the input condition \(input); "
                        + "lead a flow to it or remove it")
            }
            if !backward.contains(node) {
                error(
                    "yawl-dead-end", shown, mark,
                    "no way leads from \(node) to the output condition \(output), so a case would get stuck; "
                        + "lead a flow on from it")
            }
        }
    }

    private mutating func checkEnds(of net: Net) {
        for (kind, what) in [(NetCondition.Kind.input, "input"), (.output, "output")] {
            let found = net.conditions.filter { $0.kind == kind }
            if found.isEmpty {
                error("yawl-\(what)-condition", "YNet:" + net.id, net.common.mark, "the net \(net.id) has no \(what) condition; add one")
            }
            for condition in found.dropFirst() {
                error(
                    "yawl-\(what)-condition", ElementName.condition(condition), condition.mark,
                    "the net \(net.id) has more than one \(what) condition; only one is allowed")
            }
        }
    }

    private mutating func checkNeighbours(of element: NetElement, _ graph: FlowGraph) {
        let before = graph.predecessors(of: element.id), after = graph.successors(of: element.id)
        var kind = NetCondition.Kind.plain
        if case .condition(let condition) = element { kind = condition.kind }
        if kind == .input {
            if let first = before.first {
                error(
                    "yawl-input-preset", name(element), element.mark,
                    "the input condition has an incoming flow (from \(first)); it must have none")
            }
        } else if before.isEmpty {
            error("yawl-no-incoming", name(element), element.mark, "\(element.id) has no incoming flow; lead one to it or remove it")
        }
        if kind == .output {
            if let first = after.first {
                error(
                    "yawl-output-postset", name(element), element.mark,
                    "the output condition has an outgoing flow (to \(first)); it must have none")
            }
        } else if kind != .input && after.isEmpty {
            error("yawl-no-outgoing", name(element), element.mark, "\(element.id) has no outgoing flow; lead one on from it")
        }
    }

    /// A node's name in messages and where it is written: an implicit condition is at the task before it.
    private func describe(_ node: String, in scope: NetScope) -> (name: String, mark: SourceMark) {
        if let element = scope.elements[node] { return (name(element), element.mark) }
        let before = scope.graph.predecessors(of: node).first.flatMap { scope.elements[$0] }
        return ("Condition:" + node, before?.mark ?? scope.net.common.mark)
    }
}
