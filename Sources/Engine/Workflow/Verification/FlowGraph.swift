/// A net as places and transitions joined by arcs, the implicit conditions between two tasks included. Of several flows from one
/// element to the same target the last counts.
struct FlowGraph {
    /// Every node, those of the file in document order, then the implicit conditions.
    private(set) var nodes: [String] = []
    private(set) var successors: [String: [String]] = [:]
    private(set) var predecessors: [String: [String]] = [:]
    let input: String?
    let output: String?
    private let tasks: Set<String>

    init(_ net: Net) {
        input = net.inputCondition?.id
        output = net.outputCondition?.id
        tasks = Set(net.tasks.map(\.id))
        nodes = net.elements.map(\.id)
        let known = Set(nodes)
        for element in net.elements {
            for flow in element.effectiveFlows where known.contains(flow.target) {
                if tasks.contains(element.id) && tasks.contains(flow.target) {
                    let between = Self.implicitCondition(element.id, flow.target)
                    nodes.append(between)
                    join(element.id, between)
                    join(between, flow.target)
                } else {
                    join(element.id, flow.target)
                }
            }
        }
    }

    static func implicitCondition(_ source: String, _ target: String) -> String { "c{\(source)_\(target)}" }

    private mutating func join(_ source: String, _ target: String) {
        successors[source, default: []].append(target)
        predecessors[target, default: []].append(source)
    }

    func isTask(_ id: String) -> Bool { tasks.contains(id) }

    /// The tasks behind a node's outgoing places.
    func nextTasks(after id: String) -> [String] {
        let places = isTask(id) ? successors[id] ?? [] : [id]
        return places.flatMap { successors[$0] ?? [] }
    }

    func reachable(from start: String, forward: Bool) -> Set<String> {
        let arcs = forward ? successors : predecessors
        var seen: Set<String> = [start], open = [start]
        while let node = open.popLast() {
            for next in arcs[node] ?? [] where seen.insert(next).inserted { open.append(next) }
        }
        return seen
    }

    /// A shortest path between two nodes that passes through none of the barred ones; `nil` when there is none.
    func path(from start: String, to end: String, avoiding barred: Set<String> = []) -> [String]? {
        var cameFrom: [String: String] = [:], open = [start], at = 0
        var seen: Set<String> = [start]
        while at < open.count {
            let node = open[at]
            at += 1
            for next in successors[node] ?? [] {
                if next == end {
                    var path = [end], step: String? = node
                    while let known = step {
                        path.append(known)
                        step = cameFrom[known]
                    }
                    return path.reversed()
                }
                if barred.contains(next) || !seen.insert(next).inserted { continue }
                cameFrom[next] = node
                open.append(next)
            }
        }
        return nil
    }
}

extension NetElement {
    /// One flow for each target: of several the last.
    var effectiveFlows: [Flow] {
        var seen: Set<String> = []
        return flows.reversed().filter { seen.insert($0.target).inserted }.reversed()
    }
}
