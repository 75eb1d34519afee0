import XMLTree

extension ChildPath {
    /// nil when a step is of another kind than a plain step down.
    init?(_ steps: [Step]) {
        var tests: [Test] = []
        for step in steps {
            guard case .axis(let step) = step, step.axis == .child, step.predicates.isEmpty, !step.test.neverMatches else { return nil }
            switch (step.test.kind, step.test.local, step.test.uri) {
            case (.element, let local?, let uri?): tests.append(Test(XMLName(local, namespace: uri)))
            case (.element, nil, nil): tests.append(Test(.element))
            case (.text, nil, nil): tests.append(Test(.text))
            case (.node, nil, nil): tests.append(Test(.anyNode))
            default: return nil
            }
        }
        self.init(tests)
    }

    /// Calls `found` with every node the path leads to from the document node; nil when the path cannot be walked so.
    func walk(_ input: QueryInput, _ found: (XMLArena, Int) -> Void) -> Int? {
        switch input {
        case .none: nil
        case .document(let document): walk(document.arena, from: 0, found)
        case .composite(let composite): walk(composite, found)
        }
    }

    var description: String {
        switch tests.last?.kind {
        case .text: "text at a path"
        case .element: "children at a path"
        default: "nodes at a path"
        }
    }
}

extension Evaluation {
    /// The nodes at the end of a path that goes down by name, in document order.
    func nodes(at path: ChildPath, from node: Node) throws(XQueryError) -> [Node] {
        var found: [Node] = []
        try step(walk(path, from: node) { found.append($0) })
        return found
    }

    /// Calls `found` with each; gives the number of nodes looked at.
    private func walk(_ path: ChildPath, from node: Node, _ found: (Node) -> Void) -> Int {
        guard node.attribute == 0 else { return 0 }
        guard isShell(node) else { return walk(path, node.tree, from: node.index, level: 0, found) }
        let root = Node(tree: 0, index: 1)
        var level = 0, seen = 0
        if node.index == 0 {
            seen = 1
            guard path.fitsShell(arena(root)) else { return seen }
            if path.tests.count == 1 {
                found(root)
                return seen
            }
            level = 1
        }
        guard case .composite(let composite) = input else { return seen }
        return seen + path.walk(composite.parts, level: level) { found(Node(tree: UInt32($1) + 1, index: UInt32($2))) }
    }

    private func walk(_ path: ChildPath, _ tree: UInt32, from index: UInt32, level: Int, _ found: (Node) -> Void) -> Int {
        path.walk(trees[Int(tree)].arena, from: Int(index), level: level) { found(Node(tree: tree, index: UInt32($1))) }
    }
}
