import XMLTree

/// Directions a path step can take.
enum Axis: String, Sendable {
    case child, descendant, attribute, `self`, parent, ancestor
    case descendantOrSelf = "descendant-or-self"
    case ancestorOrSelf = "ancestor-or-self"
    case followingSibling = "following-sibling"
    case precedingSibling = "preceding-sibling"
    case following, preceding

    /// `true` when the axis delivers its nodes against document order.
    var isReverse: Bool {
        switch self {
        case .parent, .ancestor, .ancestorOrSelf, .precedingSibling, .preceding: true
        default: false
        }
    }
}

/// What a step lets through.
struct NodeTest: Sendable {
    enum Kind: Sendable { case node, text, comment, instruction, element, attribute, document }

    var kind: Kind
    /// nil matches every local name.
    var local: String?
    /// nil matches every namespace.
    var uri: String?
    /// A type that no node here has was asked for: matches nothing.
    var neverMatches = false

    static let anyNode = NodeTest(kind: .node)
    static func element(_ local: String?, _ uri: String?) -> NodeTest { NodeTest(kind: .element, local: local, uri: uri) }

    func matches(_ name: XMLName) -> Bool {
        if let local, !sameBytes(local, name.local) { return false }
        if let uri, !sameBytes(uri, name.namespace) { return false }
        return true
    }
}

extension Evaluation {
    func matches(_ node: Node, _ test: NodeTest) -> Bool {
        if test.neverMatches { return false }
        if test.kind == .node { return true }
        let arena = arena(node)
        if node.attribute > 0 {
            guard test.kind == .attribute else { return false }
            let record = arena.records[Int(node.index)]
            return test.matches(arena.names[Int(arena.attributes[Int(record.start + node.attribute) - 1].name)])
        }
        let record = arena.records[Int(node.index)]
        switch (record.kind, test.kind) {
        case (.text, .text), (.comment, .comment): return true
        case (.document, .document):
            guard test.local != nil || test.uri != nil else { return true }
            let elements = children(of: node).filter { self.arena($0).records[Int($0.index)].kind == .element }
            return elements.count == 1 && matches(elements[0], .element(test.local, test.uri))
        case (.element, .element), (.instruction, .instruction):
            return (test.local == nil && test.uri == nil) || test.matches(arena.names[Int(record.name)])
        default: return false
        }
    }

    func children(of node: Node) -> [Node] {
        var found: [Node] = []
        eachChild(of: node) { found.append($0) }
        return found
    }

    private func eachChild(of node: Node, _ body: (Node) -> Void) {
        guard node.attribute == 0 else { return }
        if isShell(node) && node.index == 1 {
            for part in 0 ..< UInt32(parts) { eachChild(of: Node(tree: part + 1, index: 0), body) }
            return
        }
        let arena = arena(node)
        let record = arena.records[Int(node.index)]
        guard record.kind == .element || record.kind == .document, record.end > node.index + 1 else { return }
        var child = node.index + 1
        while child != 0 {
            body(Node(tree: node.tree, index: child))
            child = arena.records[Int(child)].nextSibling
        }
    }

    func parent(of node: Node) -> Node? {
        if node.attribute > 0 {
            return trees[Int(node.tree)].isLoneAttribute ? nil : Node(tree: node.tree, index: node.index)
        }
        guard node.index > 0 else { return nil }
        let parent = arena(node).records[Int(node.index)].parent
        if parent > 0 { return Node(tree: node.tree, index: parent) }
        if isPart(node.tree) { return Node(tree: 0, index: 1) }
        return trees[Int(node.tree)].isFragment ? nil : Node(tree: node.tree, index: 0)
    }

    func root(of node: Node) -> Node {
        if isPart(node.tree) { return Node(tree: 0, index: 0) }
        let tree = trees[Int(node.tree)]
        return tree.isLoneAttribute ? node : Node(tree: node.tree, index: tree.isFragment ? 1 : 0)
    }

    /// Appends what an axis finds from a node, in the order of the axis.
    func append(_ axis: Axis, of node: Node, _ test: NodeTest, to found: inout [Node]) throws(XQueryError) {
        switch axis {
        case .child: try appendChildren(of: node, test, to: &found)
        case .descendant: try appendDescendants(of: node, test, to: &found)
        case .descendantOrSelf:
            if matches(node, test) { found.append(node) }
            try appendDescendants(of: node, test, to: &found)
        case .attribute:
            guard node.attribute == 0, !isShell(node), test.kind == .attribute || test.kind == .node else { return }
            let arena = arena(node), record = arena.records[Int(node.index)]
            guard record.kind == .element, !trees[Int(node.tree)].isLoneAttribute else { return }
            try step()
            for i in 0 ..< record.count {
                let attribute = Node(tree: node.tree, index: node.index, attribute: i + 1)
                if matches(attribute, test) { found.append(attribute) }
            }
        case .self:
            try step()
            if matches(node, test) { found.append(node) }
        case .parent:
            try step()
            if let parent = parent(of: node), matches(parent, test) { found.append(parent) }
        case .ancestor, .ancestorOrSelf:
            if axis == .ancestorOrSelf, matches(node, test) { found.append(node) }
            var above = parent(of: node)
            while let ancestor = above {
                try step()
                if matches(ancestor, test) { found.append(ancestor) }
                above = parent(of: ancestor)
            }
        case .followingSibling, .precedingSibling:
            guard node.attribute == 0, let parent = parent(of: node) else { return }
            let siblings = children(of: parent)
            try step(siblings.count)
            if axis == .followingSibling {
                for sibling in siblings where node < sibling && matches(sibling, test) { found.append(sibling) }
            } else {
                for sibling in siblings.reversed() where sibling < node && matches(sibling, test) { found.append(sibling) }
            }
        case .following: try appendFollowing(node, test, to: &found)
        case .preceding: try appendPreceding(node, test, to: &found)
        }
    }

    private func appendChildren(of node: Node, _ test: NodeTest, to found: inout [Node]) throws(XQueryError) {
        guard node.attribute == 0, !test.neverMatches else { return }
        if isShell(node) && node.index == 1 {
            for part in 0 ..< UInt32(parts) { try appendChildren(of: Node(tree: part + 1, index: 0), test, to: &found) }
            return
        }
        let arena = arena(node)
        let top = arena.records[Int(node.index)]
        guard top.kind == .element || top.kind == .document, top.end > node.index + 1 else { return }
        var child = node.index + 1
        var steps = 0
        let byName = test.kind == .element && (test.local != nil || test.uri != nil)
        // The numbers of matching names seen last, so that a name is compared once and not at every sibling.
        var yes = UInt32.max, no = UInt32.max
        while child != 0 {
            let record = arena.records[Int(child)]
            steps += 1
            let fits: Bool
            switch (record.kind, test.kind) {
            case (.element, .element):
                if !byName || record.name == yes {
                    fits = true
                } else if record.name == no {
                    fits = false
                } else {
                    fits = test.matches(arena.names[Int(record.name)])
                    if fits { yes = record.name } else { no = record.name }
                }
            case (.text, .text), (_, .node): fits = true
            case (_, .element), (_, .text): fits = false
            default: fits = matches(Node(tree: node.tree, index: child), test)
            }
            if fits { found.append(Node(tree: node.tree, index: child)) }
            child = record.nextSibling
        }
        try step(steps)
    }

    private func appendDescendants(of node: Node, _ test: NodeTest, to found: inout [Node]) throws(XQueryError) {
        guard node.attribute == 0 else { return }
        if isShell(node) {
            let rootElement = Node(tree: 0, index: 1)
            if node.index == 0, matches(rootElement, test) { found.append(rootElement) }
            for part in 0 ..< UInt32(parts) { try appendDescendants(of: Node(tree: part + 1, index: 0), test, to: &found) }
            return
        }
        try appendRange(node.tree, node.index + 1, arena(node).records[Int(node.index)].end, test, to: &found)
    }

    private func appendRange(_ tree: UInt32, _ low: UInt32, _ high: UInt32, _ test: NodeTest, to found: inout [Node]) throws(XQueryError) {
        guard low < high else { return }
        try step(Int(high - low))
        for index in low ..< high {
            let node = Node(tree: tree, index: index)
            if matches(node, test) { found.append(node) }
        }
    }

    private func appendFollowing(_ node: Node, _ test: NodeTest, to found: inout [Node]) throws(XQueryError) {
        if isShell(node) { return }
        let records = arena(node).records
        // An attribute is followed by its element's content.
        let from = node.attribute > 0 ? node.index + 1 : records[Int(node.index)].end
        if trees[Int(node.tree)].isLoneAttribute { return }
        try appendRange(node.tree, from, UInt32(records.count), test, to: &found)
        if isPart(node.tree) {
            for tree in node.tree + 1 ..< UInt32(parts) + 1 {
                try appendRange(tree, 1, UInt32(trees[Int(tree)].arena.records.count), test, to: &found)
            }
        }
    }

    private func appendPreceding(_ node: Node, _ test: NodeTest, to found: inout [Node]) throws(XQueryError) {
        if isShell(node) || trees[Int(node.tree)].isLoneAttribute { return }
        let records = arena(node).records
        try step(Int(node.index))
        var index = node.index
        while index > 1 {
            index -= 1
            // Ancestors are before the node but not preceding it.
            if records[Int(index)].end > node.index { continue }
            let other = Node(tree: node.tree, index: index)
            if matches(other, test) { found.append(other) }
        }
        guard isPart(node.tree) else { return }
        for tree in (1 ..< node.tree).reversed() {
            for i in (1 ..< UInt32(trees[Int(tree)].arena.records.count)).reversed() {
                try step()
                if matches(Node(tree: tree, index: i), test) { found.append(Node(tree: tree, index: i)) }
            }
        }
    }

    // MARK: Properties

    func kind(of node: Node) -> NodeTest.Kind {
        if node.attribute > 0 { return .attribute }
        switch arena(node).records[Int(node.index)].kind {
        case .document: return .document
        case .element: return .element
        case .text: return .text
        case .comment: return .comment
        case .instruction: return .instruction
        }
    }

    /// nil for kinds without name.
    func name(of node: Node) -> XMLName? {
        let arena = arena(node), record = arena.records[Int(node.index)]
        if node.attribute > 0 { return arena.names[Int(arena.attributes[Int(record.start + node.attribute) - 1].name)] }
        return record.kind == .element || record.kind == .instruction ? arena.names[Int(record.name)] : nil
    }

    func stringValue(of node: Node) throws(XQueryError) -> String {
        let arena = arena(node)
        if node.attribute > 0 {
            let attribute = arena.attributes[Int(arena.records[Int(node.index)].start + node.attribute) - 1]
            return arena.string(attribute.start, attribute.count)
        }
        if isShell(node) {
            var text = ""
            for part in 1 ..< parts + 1 {
                let value = trees[part].arena.stringValue(of: 0)
                try spend(bytes: value.utf8.count)
                text += value
            }
            return text
        }
        let record = arena.records[Int(node.index)]
        if record.kind == .element || record.kind == .document { try step(Int(record.end - node.index)) }
        return arena.stringValue(of: Int(node.index))
    }

    /// The typed value: data have no schema here, so nearly everything is untyped.
    func atomized(_ node: Node) throws(XQueryError) -> Item {
        let text = try stringValue(of: node)
        switch kind(of: node) {
        case .comment, .instruction: return .string(text)
        default: return .untyped(text)
        }
    }

    /// In document order, each node once.
    func sorted(_ nodes: [Node]) throws(XQueryError) -> [Node] {
        var previous: Node?
        var inOrder = true
        for node in nodes {
            if let previous, !(previous < node) { inOrder = false }
            previous = node
        }
        if inOrder { return nodes }
        try step(nodes.count * 4)
        var unique: [Node] = []
        unique.reserveCapacity(nodes.count)
        for node in nodes.sorted() where unique.last != node { unique.append(node) }
        return unique
    }
}
