/// A net as places and transitions joined by arcs, the implicit conditions between two tasks included. Of several flows from one
/// element to the same target the last counts.
struct FlowGraph {
    /// Every node, those of the file in document order, then the implicit conditions.
    private(set) var nodes: [String]
    let input: String?
    let output: String?
    private var index: [String: Int]
    private var forward: [[Int]]
    private var backward: [[Int]]
    private let tasks: Set<String>
    /// The nodes from here on are implicit conditions.
    private let firstImplicit: Int

    init(_ net: Net) {
        input = net.inputCondition?.id
        output = net.outputCondition?.id
        tasks = Set(net.tasks.map(\.id))
        nodes = []
        index = [:]
        for element in net.elements where index[element.id] == nil {
            index[element.id] = nodes.count
            nodes.append(element.id)
        }
        firstImplicit = nodes.count
        forward = Array(repeating: [], count: nodes.count)
        backward = forward
        for element in net.elements {
            for flow in element.effectiveFlows {
                guard let source = index[element.id], let target = index[flow.target] else { continue }
                if tasks.contains(element.id) && tasks.contains(flow.target) {
                    let between = add(Self.implicitCondition(element.id, flow.target))
                    join(source, between)
                    join(between, target)
                } else {
                    join(source, target)
                }
            }
        }
    }

    static func implicitCondition(_ source: String, _ target: String) -> String { "c{\(source)_\(target)}" }

    private mutating func add(_ id: String) -> Int {
        index[id] = nodes.count
        nodes.append(id)
        forward.append([])
        backward.append([])
        return nodes.count - 1
    }

    private mutating func join(_ source: Int, _ target: Int) {
        forward[source].append(target)
        backward[target].append(source)
    }

    func isTask(_ id: String) -> Bool { tasks.contains(id) }

    func contains(_ id: String) -> Bool { index[id] != nil }

    func successors(of id: String) -> [String] { index[id].map { forward[$0].map { nodes[$0] } } ?? [] }

    func predecessors(of id: String) -> [String] { index[id].map { backward[$0].map { nodes[$0] } } ?? [] }

    /// The tasks behind a node's outgoing places.
    func nextTasks(after id: String) -> [String] {
        let places = isTask(id) ? successors(of: id) : [id]
        return places.flatMap { successors(of: $0) }
    }

    func reachable(from start: String, forward isForward: Bool) -> Set<String> {
        guard let first = index[start] else { return [] }
        let arcs = isForward ? forward : backward
        var seen = Array(repeating: false, count: nodes.count), open = [first]
        seen[first] = true
        while let node = open.popLast() {
            for next in arcs[node] where !seen[next] {
                seen[next] = true
                open.append(next)
            }
        }
        return Set(nodes.indices.filter { seen[$0] }.map { nodes[$0] })
    }

    /// Shortest paths from one node that pass through none of the barred ones; a barred node can still be their end.
    func paths(from start: String, avoiding barred: Set<String> = []) -> Paths {
        var cameFrom = Array(repeating: -1, count: nodes.count)
        guard let first = index[start] else { return Paths(graph: self, start: -1, cameFrom: cameFrom) }
        let walls = Set(barred.compactMap { index[$0] })
        var open = [first], at = 0
        while at < open.count {
            let node = open[at]
            at += 1
            for next in forward[node] where cameFrom[next] < 0 && next != first {
                cameFrom[next] = node
                if !walls.contains(next) { open.append(next) }
            }
        }
        return Paths(graph: self, start: first, cameFrom: cameFrom)
    }

    struct Paths {
        fileprivate let graph: FlowGraph
        fileprivate let start: Int
        fileprivate let cameFrom: [Int]

        /// The nodes from the start to this one; `nil` when no way leads there.
        func path(to end: String) -> [String]? {
            guard var node = graph.index[end], start >= 0, cameFrom[node] >= 0 else { return nil }
            var path = [end]
            while node != start {
                node = cameFrom[node]
                path.append(graph.nodes[node])
            }
            return path.reversed()
        }

        /// The elements of the file on that path; of more than one in the middle that would be left out, `…` stands for all. The
        /// way may be as long as the net, so names are looked up for those shown alone.
        func elements(to end: String, first: Int, last: Int) -> [String]? {
            guard var node = graph.index[end], start >= 0, cameFrom[node] >= 0 else { return nil }
            var path = [node]
            while node != start {
                node = cameFrom[node]
                if node < graph.firstImplicit { path.append(node) }
            }
            func names(_ part: ArraySlice<Int>) -> [String] { part.reversed().map { graph.nodes[$0] } }
            if path.count <= first + last + 1 { return names(path[...]) }
            return names(path.suffix(first)) + ["…"] + names(path.prefix(last))
        }
    }
}

extension NetElement {
    /// One flow for each target: of several the last.
    var effectiveFlows: [Flow] {
        var seen: Set<String> = []
        return flows.reversed().filter { seen.insert($0.target).inserted }.reversed()
    }
}
