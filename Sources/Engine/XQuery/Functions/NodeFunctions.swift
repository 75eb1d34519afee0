import XMLTree

enum NodeFunctions {
    static let all: [Builtin] = [
        Builtin("name", 1 ... 1, context: true, name), Builtin("local-name", 1 ... 1, context: true, localName),
        Builtin("namespace-uri", 1 ... 1, context: true, namespaceURI), Builtin("node-name", 1 ... 1, context: true, nodeName),
        Builtin("root", 1 ... 1, context: true, root), Builtin("nilled", 1 ... 1, context: true, nilled),
        Builtin("lang", 2 ... 2, context: true, language), Builtin("base-uri", 1 ... 1, context: true, nothing),
        Builtin("document-uri", 1 ... 1, context: true, nothing), Builtin("has-children", 1 ... 1, context: true, hasChildren),
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
