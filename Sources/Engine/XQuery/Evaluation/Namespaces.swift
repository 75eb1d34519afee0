import XMLTree

extension Evaluation {
    /// What an element itself says about prefixes: its declarations, its name, its attributes' names. An empty namespace says
    /// that the prefix means nothing from here on.
    func declarations(_ node: Node) -> [(prefix: String, uri: String)] {
        let arena = arena(node), record = arena.records[Int(node.index)]
        guard record.kind == .element, node.attribute == 0 else { return [] }
        var found: [(prefix: String, uri: String)] = []
        func add(_ prefix: String, _ uri: String) { if !found.contains(where: { $0.prefix == prefix }) { found.append((prefix, uri)) } }
        for declared in arena.namespaces where declared.element == node.index { add(declared.prefix, declared.uri) }
        let name = arena.names[Int(record.name)]
        add(name.prefix, name.namespace)
        for attribute in arena.attributes[Int(record.start) ..< Int(record.start + record.count)] {
            let name = arena.names[Int(attribute.name)]
            if !name.prefix.isEmpty { add(name.prefix, name.namespace) }
        }
        return found
    }

    /// All prefixes that mean something at an element, "" among them if there is a default namespace.
    func namespacesInScope(of node: Node) -> [(prefix: String, uri: String)] {
        var found: [(prefix: String, uri: String)] = [("xml", StaticContext.xml)]
        var here: Node? = node
        while let element = here {
            for (prefix, uri) in declarations(element) where !found.contains(where: { $0.prefix == prefix }) { found.append((prefix, uri)) }
            here = parent(of: element)
        }
        return found.filter { !$0.uri.isEmpty }
    }
}

extension XMLDocument {
    /// Without the marks that end a prefix' meaning, which XML 1.0 cannot write.
    func withoutUndeclaredPrefixes() -> XMLDocument {
        func isMark(_ declared: XMLArena.NamespaceDeclaration) -> Bool { declared.uri.isEmpty && !declared.prefix.isEmpty }
        guard arena.namespaces.contains(where: isMark) else { return self }
        var builder = XMLBuilder()
        builder.copy(arena, from: 0) { element, builder in
            for declared in arena.namespaces where Int(declared.element) == element && !isMark(declared) {
                builder.namespace(prefix: declared.prefix, uri: declared.uri)
            }
        }
        return builder.finish()
    }
}
