/// The nodes of a directed graph that can be reached from themselves.
enum Cycles {
    /// Strongly connected components in two passes, in time proportional to the arcs. Recursion would be as deep as the graph, so
    /// there is none.
    static func nodes<Node: Hashable>(of arcs: [Node: [Node]]) -> Set<Node> {
        var finished: [Node] = [], seen: Set<Node> = []
        for start in arcs.keys where seen.insert(start).inserted {
            var open = [(node: start, next: 0)]
            while let (node, next) = open.last {
                let targets = arcs[node] ?? []
                if next < targets.count {
                    open[open.count - 1].next += 1
                    if seen.insert(targets[next]).inserted { open.append((targets[next], 0)) }
                } else {
                    finished.append(node)
                    open.removeLast()
                }
            }
        }
        var backward: [Node: [Node]] = [:]
        for (source, targets) in arcs {
            for target in targets { backward[target, default: []].append(source) }
        }
        var placed: Set<Node> = [], found: Set<Node> = []
        for start in finished.reversed() where placed.insert(start).inserted {
            var component = [start], at = 0
            while at < component.count {
                for source in backward[component[at]] ?? [] where placed.insert(source).inserted { component.append(source) }
                at += 1
            }
            if component.count > 1 || (arcs[start] ?? []).contains(start) { found.formUnion(component) }
        }
        return found
    }
}
