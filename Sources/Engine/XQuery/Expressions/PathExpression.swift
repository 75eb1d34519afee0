import XMLTree

/// One axis step: direction, test, predicates.
struct AxisStep: Sendable {
    let axis: Axis
    let test: NodeTest
    let predicates: [any Expression]
}

enum Step: Sendable {
    case axis(AxisStep)
    /// Any expression, evaluated once per node: `/a/count(b)`.
    case general(any Expression)
}

/// `/a/b`, `a/@b`, `$x//c`, `//d`.
final class PathExpression: Expression {
    enum Start: Sendable {
        case context, root
        case expression(any Expression)
    }

    let start: Start
    let steps: [Step]
    let offset: Int
    /// All steps, when they go down by name and nothing else.
    private let children: ChildPath?

    init(start: Start, steps: [Step], offset: Int) {
        self.start = start
        self.steps = steps
        self.offset = offset
        children = ChildPath(steps)
    }

    /// The steps of a path that goes down by name from `/`.
    var fromRoot: ChildPath? {
        if case .root = start { return children }
        return nil
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) { return try result(c) } catch { throw error.at(offset) }
    }

    func truth(_ c: Evaluation) throws(XQueryError) -> Bool {
        do throws(XQueryError) {
            if let nodes = try nodes(c) { return !nodes.isEmpty }
            return try c.effectiveBoolean(try result(c))
        } catch { throw error.at(offset) }
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        do throws(XQueryError) {
            guard let nodes = try nodes(c) else { return try target.add(try result(c), c) }
            for node in nodes { try target.add(node, c) }
        } catch { throw error.at(offset) }
    }

    /// The result when every step is an axis step from a node; nil for other paths.
    func nodes(_ c: Evaluation) throws(XQueryError) -> [Node]? {
        for step in steps { if case .general = step { return nil } }
        guard case .nodes(let nodes) = try walk(c) else { return nil }
        return nodes
    }

    private func result(_ c: Evaluation) throws(XQueryError) -> Value {
        switch try walk(c) {
        case .nodes(let nodes):
            if nodes.isEmpty { return .empty }
            if nodes.count == 1 { return .one(.node(nodes[0])) }
            return .many(nodes.map { .node($0) })
        case .values(let items): return Value(items)
        }
    }

    private enum Stage {
        case nodes([Node])
        case values([Item])
    }

    private func walk(_ c: Evaluation) throws(XQueryError) -> Stage {
        var value: Value?
        if let children, c.program.takesShortcuts {
            switch start {
            case .root:
                let root = c.root(of: try c.contextNode())
                if c.kind(of: root) == .document { return .nodes(try c.nodes(at: children, from: root)) }
            case .context: return .nodes(try c.nodes(at: children, from: try c.contextNode()))
            case .expression(let expression):
                value = try expression.evaluate(c)
                if case .one(.node(let node))? = value { return .nodes(try c.nodes(at: children, from: node)) }
            }
        }
        var current: [Node]
        // Sorted: in document order without duplicates. Disjoint: no node below another, so children come out sorted too.
        var sorted = true, disjoint = true
        switch start {
        case .root:
            let root = c.root(of: try c.contextNode())
            guard c.kind(of: root) == .document else {
                throw XQueryError(code: "XPDY0050", message: "the path starts at '/', but the tree has no document node", kind: .type)
            }
            current = [root]
        case .context:
            if case .general(let only)? = steps.first, steps.count == 1 { return .values(Array(try only.evaluate(c))) }
            current = [try c.contextNode()]
        case .expression(let expression):
            let value = if let value { value } else { try expression.evaluate(c) }
            if steps.isEmpty { return .values(Array(value)) }
            current = []
            current.reserveCapacity(value.count)
            for item in value { current.append(try node(item)) }
            if current.count > 1 { (sorted, disjoint) = (false, false) }
        }
        for (number, step) in steps.enumerated() {
            if current.isEmpty { return .nodes([]) }
            switch step {
            case .axis(let step):
                var found: [Node] = []
                for node in current {
                    if step.predicates.isEmpty {
                        try c.append(step.axis, of: node, step.test, to: &found)
                    } else {
                        var candidates: [Node] = []
                        try c.append(step.axis, of: node, step.test, to: &candidates)
                        try c.filter(&candidates, step.predicates)
                        if step.axis.isReverse { candidates.reverse() }
                        found.append(contentsOf: candidates)
                    }
                }
                let single = current.count == 1
                switch step.axis {
                case .child: sorted = sorted && (single || disjoint)
                case .attribute: disjoint = true
                case .self: break
                case .descendant, .descendantOrSelf:
                    sorted = sorted && (single || disjoint)
                    disjoint = false
                default:
                    if step.axis.isReverse && step.predicates.isEmpty { found.reverse() }
                    sorted = single
                    disjoint = step.axis == .followingSibling || step.axis == .precedingSibling || step.axis == .parent
                }
                if !sorted {
                    found = try c.sorted(found)
                    sorted = true
                    if step.axis != .attribute && step.axis != .self { disjoint = found.count <= 1 }
                }
                current = found
            case .general(let expression):
                let items = try each(current, expression, c)
                guard let first = items.first else { return .nodes([]) }
                guard case .node = first else {
                    for item in items { if case .node = item { throw mixed } }
                    guard number == steps.count - 1 else {
                        throw XQueryError(
                            code: "XPTY0019", message: "a step inside a path gives \(first.typeName) where a node is needed", kind: .type)
                    }
                    return .values(items)
                }
                current = []
                for item in items {
                    guard case .node(let node) = item else { throw mixed }
                    current.append(node)
                }
                current = try c.sorted(current)
                (sorted, disjoint) = (true, current.count <= 1)
            }
        }
        return .nodes(current)
    }

    private var mixed: XQueryError {
        XQueryError(code: "XPTY0018", message: "the last step of the path gives nodes and values mixed", kind: .type)
    }

    private func node(_ item: Item) throws(XQueryError) -> Node {
        guard case .node(let node) = item else {
            throw XQueryError(code: "XPTY0019", message: "a path needs a node to start from, not \(item.typeName)", kind: .type)
        }
        return node
    }

    private func each(_ nodes: [Node], _ expression: any Expression, _ c: Evaluation) throws(XQueryError) -> [Item] {
        let outer = c.focus
        var items: [Item] = []
        for (place, node) in nodes.enumerated() {
            c.focus = Evaluation.Focus(item: .node(node), position: place + 1, size: nodes.count)
            try c.append(try expression.evaluate(c), to: &items)
        }
        c.focus = outer
        return items
    }
}

extension Evaluation {
    /// Keeps the nodes for which every predicate holds; positions count in the order given.
    func filter(_ nodes: inout [Node], _ predicates: [any Expression]) throws(XQueryError) {
        for predicate in predicates {
            if let literal = predicate as? Literal, case .one(.integer(let position)) = literal.value {
                nodes = position >= 1 && position <= nodes.count ? [nodes[position - 1]] : []
                continue
            }
            let outer = focus
            var kept: [Node] = []
            for (place, node) in nodes.enumerated() {
                focus = Focus(item: .node(node), position: place + 1, size: nodes.count)
                if try holds(predicate, at: place + 1) { kept.append(node) }
            }
            focus = outer
            nodes = kept
        }
    }

    /// A number is a position, anything else a condition.
    func holds(_ predicate: any Expression, at position: Int) throws(XQueryError) -> Bool {
        try step()
        let value = try predicate.evaluate(self)
        if case .one(let item) = value, item.isNumeric { return Comparison.numbers(item.plain, .equal, .integer(position)) }
        return try effectiveBoolean(value)
    }
}

/// `(…)[…]` on any sequence.
final class FilterExpression: Expression {
    let operand: any Expression
    let predicates: [any Expression]

    init(_ operand: any Expression, _ predicates: [any Expression]) {
        self.operand = operand
        self.predicates = predicates
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var value = try operand.evaluate(c)
        for predicate in predicates {
            if let literal = predicate as? Literal, case .one(.integer(let position)) = literal.value {
                value = position >= 1 && position <= value.count ? .one(value[position - 1]) : .empty
                continue
            }
            let outer = c.focus
            var kept: [Item] = []
            let size = value.count
            for place in 0 ..< size {
                c.focus = Evaluation.Focus(item: value[place], position: place + 1, size: size)
                if try c.holds(predicate, at: place + 1) { kept.append(value[place]) }
            }
            c.focus = outer
            value = Value(kept)
        }
        return value
    }
}

/// `a ! b`: b for each item of a.
final class SimpleMap: Expression {
    let operand: any Expression
    let mapped: any Expression

    init(_ operand: any Expression, _ mapped: any Expression) {
        self.operand = operand
        self.mapped = mapped
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let value = try operand.evaluate(c)
        let outer = c.focus, size = value.count
        var items: [Item] = []
        for place in 0 ..< size {
            try c.step()
            c.focus = Evaluation.Focus(item: value[place], position: place + 1, size: size)
            try c.append(try mapped.evaluate(c), to: &items)
        }
        c.focus = outer
        return Value(items)
    }
}
