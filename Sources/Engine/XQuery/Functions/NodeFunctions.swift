import XMLTree

enum NodeFunctions {
    static let all: [Builtin] = [
        Builtin("name", 1 ... 1, context: true, name), Builtin("local-name", 1 ... 1, context: true, localName),
        Builtin("namespace-uri", 1 ... 1, context: true, namespaceURI), Builtin("node-name", 1 ... 1, context: true, nodeName),
        Builtin("root", 1 ... 1, context: true, root), Builtin("nilled", 1 ... 1, context: true, nilled),
        Builtin("lang", 2 ... 2, context: true, language), Builtin("base-uri", 1 ... 1, context: true, nothing),
        Builtin("document-uri", 1 ... 1, context: true, nothing), Builtin("has-children", 1 ... 1, context: true, hasChildren),
        Builtin("innermost", 1 ... 1, innermost), Builtin("outermost", 1 ... 1, outermost),
        Builtin("generate-id", 1 ... 1, context: true, generateID), Builtin("path", 1 ... 1, context: true, path),
    ]

    private static func node(_ value: Value) throws(XQueryError) -> Node? {
        guard value.count <= 1 else { throw .type("one node is needed here, not \(value.count)") }
        guard let item = value.first else { return nil }
        guard case .node(let node) = item else { throw .type("a node is needed here, not \(item.typeName)") }
        return node
    }

    private static func name(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .string(try node(a[0]).flatMap { c.name(of: $0)?.description } ?? "")
    }

    private static func localName(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .string(try node(a[0]).flatMap { c.name(of: $0)?.local } ?? "")
    }

    private static func namespaceURI(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .one(.uri(try node(a[0]).flatMap { c.name(of: $0)?.namespace } ?? ""))
    }

    private static func nodeName(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let node = try node(a[0]), let name = c.name(of: node) else { return .empty }
        return .one(.qname(QualifiedName(prefix: name.prefix, uri: name.namespace, local: name.local)))
    }

    private static func root(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        Value(try node(a[0]).map { .node(c.root(of: $0)) })
    }

    private static func nilled(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let node = try node(a[0]), c.kind(of: node) == .element else { return .empty }
        return .boolean(false)
    }

    private static func nothing(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        _ = try node(a[0])
        return .empty
    }

    private static func hasChildren(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .boolean(try node(a[0]).map { !c.children(of: $0).isEmpty } ?? false)
    }

    /// Of the nodes those that no other of them is below.
    private static func innermost(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let nodes = try c.sorted(try c.nodes(a[0], "innermost()"))
        var outer: Set<Node> = []
        for node in nodes {
            var above = c.parent(of: node)
            while let ancestor = above, outer.insert(ancestor).inserted {
                try c.step()
                above = c.parent(of: ancestor)
            }
        }
        return Value(nodes.filter { !outer.contains($0) }.map { .node($0) })
    }

    /// Of the nodes those that are not below another of them.
    private static func outermost(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let nodes = try c.sorted(try c.nodes(a[0], "outermost()")), all = Set(nodes)
        var kept: [Item] = []
        for node in nodes {
            var above = c.parent(of: node)
            while let ancestor = above, !all.contains(ancestor) {
                try c.step()
                above = c.parent(of: ancestor)
            }
            if above == nil { kept.append(.node(node)) }
        }
        return Value(kept)
    }

    private static func generateID(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .string(try node(a[0]).map { "n\($0.tree)d\($0.index)" + ($0.attribute > 0 ? "a\($0.attribute)" : "") } ?? "")
    }

    private static func path(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let start = try node(a[0]) else { return .empty }
        var steps: [String] = [], here = start
        while let parent = c.parent(of: here) {
            try c.step()
            let name = c.name(of: here).map { "Q{\($0.namespace)}\($0.local)" } ?? "", kind = c.kind(of: here)
            func alike(_ other: Node) -> Bool { c.kind(of: other) == kind && c.name(of: other) == c.name(of: here) && !(here < other) }
            let number = kind == .attribute ? 0 : c.children(of: parent).filter(alike).count
            switch kind {
            case .attribute:
                steps.append("@" + (c.name(of: here).map { $0.namespace.isEmpty ? $0.local : "Q{\($0.namespace)}\($0.local)" } ?? ""))
            case .element: steps.append("\(name)[\(number)]")
            case .instruction: steps.append("processing-instruction(\(c.name(of: here)?.local ?? ""))[\(number)]")
            case .comment: steps.append("comment()[\(number)]")
            default: steps.append("text()[\(number)]")
            }
            here = parent
        }
        let isDocument = c.kind(of: here) == .document
        if steps.isEmpty { return .string(isDocument ? "/" : "Q{\(StaticContext.functions)}root()") }
        return .string((isDocument ? "/" : "Q{\(StaticContext.functions)}root()/") + steps.reversed().joined(separator: "/"))
    }

    /// Whether the nearest xml:lang is the language asked for or a dialect of it.
    private static func language(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let wanted = try c.string(a[0]).lowercased()
        guard let start = try node(a[1]) else { throw .type("lang() needs a node") }
        let test = NodeTest(kind: .attribute, local: "lang", uri: "http://www.w3.org/XML/1998/namespace")
        var here: Node? = start
        while let element = here {
            var found: [Node] = []
            try c.append(.attribute, of: element, test, to: &found)
            if let attribute = found.first {
                let value = try c.stringValue(of: attribute).lowercased()
                return .boolean(value == wanted || value.hasPrefix(wanted + "-"))
            }
            here = c.parent(of: element)
        }
        return .boolean(false)
    }
}
