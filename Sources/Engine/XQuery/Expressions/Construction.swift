import XMLTree

/// An element or document being constructed. Nested constructors write straight into it.
struct Construction {
    var builder = XMLBuilder()
    /// The latest addition was an atomic value, so another one is set off by a blank.
    private var afterAtomic = false

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
        if record.kind == .text {
            try c.spend(bytes: Int(record.count))
            return builder.text(arena.slice(record.start, record.count))
        }
        try spend(arena, Int(node.index), c)
        builder.copy(c.xmlNode(node), withScope: true)
    }

    mutating func start(_ name: XMLName, _ c: Evaluation) throws(XQueryError) {
        afterAtomic = false
        try c.spend(nodes: 1)
        builder.startElement(name)
    }

    mutating func end() {
        afterAtomic = false
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
        builder.attribute(name, value.utf8)
    }

    /// Accounts for a copy before it is made.
    private func spend(_ arena: XMLArena, _ index: Int, _ c: Evaluation) throws(XQueryError) {
        let record = arena.records[index]
        guard record.kind == .element || record.kind == .document else { return try c.spend(bytes: Int(record.count)) }
        try c.spend(nodes: Int(record.end) - index)
        // Text of a subtree lies between its first and its last piece.
        if index == 0 || Int(record.end) == arena.records.count { return try c.spend(bytes: arena.text.count) }
        var bytes = 0
        for i in index ..< Int(record.end) where arena.records[i].kind != .element { bytes += Int(arena.records[i].count) }
        try c.spend(bytes: bytes)
    }
}
