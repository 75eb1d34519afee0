import XMLTree

/// An element or document being constructed. Nested constructors write straight into it.
struct Construction {
    var builder = XMLBuilder()
    /// The latest addition was an atomic value, so another one is set off by a blank.
    private var afterAtomic = false
    /// Prefixes bound by the open elements, innermost last, with the depth of their element.
    private var bindings: [(depth: Int, prefix: String, uri: String)] = []

    /// A new enclosed expression or literal piece begins.
    mutating func beginPart() { afterAtomic = false }

    mutating func text(_ text: String, _ c: Evaluation) throws(XQueryError) {
        try c.spend(bytes: text.utf8.count)
        builder.text(text)
    }

    mutating func add(_ value: Value, _ c: Evaluation) throws(XQueryError) {
        for item in value {
            if case .node(let node) = item {
                try add(node, c)
            } else {
                if afterAtomic { builder.text(" ") }
                let text = try c.text(item)
                try c.spend(bytes: text.utf8.count + 1)
                builder.text(text)
                afterAtomic = true
            }
        }
    }

    mutating func add(_ node: Node, _ c: Evaluation) throws(XQueryError) {
        afterAtomic = false
        let arena = c.arena(node)
        if node.attribute > 0 {
            guard let name = c.name(of: node) else { return }
            return try attribute(name, try c.stringValue(of: node), c)
        }
        if c.isShell(node) {
            if let name = c.name(of: Node(tree: 0, index: 1)) { try start(name, c) }
            for part in 1 ..< c.parts + 1 {
                let top = XMLNode(document: XMLDocument(arena: c.trees[part].arena), index: 0)
                try spend(c.trees[part].arena, 0, c)
                builder.copyContent(of: top)
            }
            return end()
        }
        let record = arena.records[Int(node.index)]
        if record.kind == .document && !c.program.copying.isDefault {
            for child in c.children(of: node) { try add(child, c) }
            return
        }
        if record.kind == .text {
            try c.spend(bytes: Int(record.count))
            return builder.text(arena.slice(record.start, record.count))
        }
        try spend(arena, Int(node.index), c)
        if c.program.copying.isDefault {
            builder.copy(c.xmlNode(node), withScope: true)
        } else {
            copy(node, c)
        }
    }

    /// A copy as `declare copy-namespaces` wants it.
    private mutating func copy(_ node: Node, _ c: Evaluation) {
        let root = Int(node.index), mode = c.program.copying, outer = bindings
        builder.copy(c.arena(node), from: root) { element, builder in
            let own = element == root ? c.namespacesInScope(of: node) : c.declarations(Node(tree: node.tree, index: UInt32(element)))
            if mode.preserves { for (prefix, uri) in own where prefix != "xml" { builder.namespace(prefix: prefix, uri: uri) } }
            if element == root && !mode.inherits {
                for (_, prefix, _) in outer where !own.contains(where: { $0.prefix == prefix }) {
                    builder.namespace(prefix: prefix, uri: "")
                }
            }
        }
    }

    /// Declares a namespace on the element just started.
    mutating func declare(_ prefix: String, _ uri: String) {
        builder.namespace(prefix: prefix, uri: uri)
        bindings.append((builder.depth, prefix, uri))
    }

    /// The name under which an attribute can be written: with a prefix of its own for its namespace.
    private mutating func bound(_ name: XMLName) -> XMLName {
        if name.namespace.isEmpty { return name }
        if name.namespace == StaticContext.xml { return XMLName(name.local, namespace: name.namespace, prefix: "xml") }
        let depth = builder.depth
        func means(_ prefix: String) -> String? { bindings.last { $0.depth == depth && $0.prefix == prefix }?.uri }
        var prefix = name.prefix
        if prefix.isEmpty || means(prefix) ?? name.namespace != name.namespace {
            let known = bindings.last {
                $0.uri == name.namespace && !$0.prefix.isEmpty && means($0.prefix) ?? name.namespace == name.namespace
            }
            prefix = known?.prefix ?? ""
            var number = 0
            while prefix.isEmpty {
                let candidate = "ns\(number)"
                if !bindings.contains(where: { $0.prefix == candidate }) { prefix = candidate }
                number += 1
            }
        }
        bindings.append((depth, prefix, name.namespace))
        return XMLName(name.local, namespace: name.namespace, prefix: prefix)
    }

    mutating func start(_ name: XMLName, _ c: Evaluation) throws(XQueryError) {
        afterAtomic = false
        try c.spend(nodes: 1)
        builder.startElement(name)
        if !name.prefix.isEmpty || !name.namespace.isEmpty { bindings.append((builder.depth, name.prefix, name.namespace)) }
    }

    mutating func end() {
        afterAtomic = false
        while let last = bindings.last, last.depth >= builder.depth { bindings.removeLast() }
        builder.endElement()
    }

    mutating func attribute(_ name: XMLName, _ value: String, _ c: Evaluation) throws(XQueryError) {
        guard builder.depth > 0 else { throw .type("a document node cannot have an attribute") }
        guard builder.isAtStart else {
            throw XQueryError(code: "XQTY0024", message: "the attribute '\(name)' comes after content of its element", kind: .type)
        }
        guard !builder.hasAttribute(name) else { throw .dynamic("XQDY0025", "the attribute '\(name)' occurs twice") }
        try c.spend(nodes: 1)
        try c.spend(bytes: value.utf8.count)
        let name = bound(name)
        if name.local == "id" && name.prefix == "xml" {
            builder.attribute(name, value.utf8.split(whereSeparator: Casting.isSpace).joined(separator: [32]).map { $0 })
        } else {
            builder.attribute(name, value.utf8)
        }
    }

    /// Accounts for a copy before it is made.
    private func spend(_ arena: XMLArena, _ index: Int, _ c: Evaluation) throws(XQueryError) {
        let record = arena.records[index]
        guard record.kind == .element || record.kind == .document else { return try c.spend(bytes: Int(record.count)) }
        try c.spend(nodes: Int(record.end) - index)
        try c.spend(bytes: arena.textBytes(below: index))
    }
}

extension XMLArena {
    /// Bytes of text and attribute values of a subtree.
    func textBytes(below index: Int) -> Int {
        let end = Int(records[index].end)
        if index <= 1 && end == records.count { return text.count }
        var bytes = 0
        for i in index ..< max(end, index + 1) {
            let record = records[i]
            if record.kind != .element {
                bytes += Int(record.count)
            } else if record.count > 0 {
                for attribute in attributes[Int(record.start) ..< Int(record.start + record.count)] { bytes += Int(attribute.count) }
            }
        }
        return bytes
    }
}
