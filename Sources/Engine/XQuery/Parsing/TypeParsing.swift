import XMLTree

/// Node tests and sequence types.
extension Parser {
    /// `defaultNamespace` takes the place of the declared one for names without prefix.
    mutating func nodeTest(_ axis: Axis, defaultNamespace: String? = nil) throws(XQueryError) -> NodeTest {
        let principal: NodeTest.Kind = axis == .attribute ? .attribute : .element
        let offset = token.start
        switch token.kind {
        case .symbol("*"):
            try advance()
            return NodeTest(kind: principal)
        case .anyPrefix(let local):
            try advance()
            return NodeTest(kind: principal, local: local)
        case .anyLocal(let prefix):
            try advance()
            return NodeTest(kind: principal, uri: try namespace(prefix, offset))
        case .expanded(let uri, let local):
            try advance()
            return NodeTest(kind: principal, local: local == "*" ? nil : local, uri: uri)
        case .name(let prefix, let local):
            if prefix.isEmpty, Self.kindTests.contains(local), try peekIsSymbol("(") { return try kindTest() }
            try advance()
            if principal == .attribute {
                return NodeTest(kind: principal, local: local, uri: prefix.isEmpty ? "" : try namespace(prefix, offset))
            }
            if prefix.isEmpty, let defaultNamespace { return NodeTest(kind: principal, local: local, uri: defaultNamespace) }
            let name = try elementName(prefix, local, offset)
            return NodeTest(kind: principal, local: name.local, uri: name.namespace)
        default: throw unexpected("a name or a node test is expected")
        }
    }

    private mutating func kindTest() throws(XQueryError) -> NodeTest {
        guard case .name(_, let kind) = token.kind else { throw unexpected("a node test is expected") }
        let offset = token.start
        try advance()
        try expect("(", "after '\(kind)'")
        let test: NodeTest
        switch kind {
        case "node": test = .anyNode
        case "text": test = NodeTest(kind: .text)
        case "comment": test = NodeTest(kind: .comment)
        case "processing-instruction":
            switch token.kind {
            case .name(let prefix, let name) where prefix.isEmpty:
                try advance()
                test = NodeTest(kind: .instruction, local: name)
            case .string(let name):
                guard Casting.isNCName(Casting.trimmed(name)) else {
                    throw .type("\"\(name)\" cannot name a processing instruction", token.start)
                }
                try advance()
                test = NodeTest(kind: .instruction, local: Casting.trimmed(name))
            default: test = NodeTest(kind: .instruction)
            }
        case "document-node":
            if isName("element") {
                let inner = try kindTest()
                test = NodeTest(
                    kind: .document, local: inner.local ?? nil, uri: inner.uri ?? (inner.local == nil ? nil : ""),
                    neverMatches: inner.neverMatches)
            } else {
                test = NodeTest(kind: .document)
            }
        case "element", "attribute": test = try namedKindTest(isAttribute: kind == "attribute")
        default: throw .static("XPST0008", "there are no schema declarations for '\(kind)'", offset)
        }
        try expect(")", "after the node test")
        return test
    }

    private mutating func namedKindTest(isAttribute: Bool) throws(XQueryError) -> NodeTest {
        var test = NodeTest(kind: isAttribute ? .attribute : .element)
        if isSymbol(")") { return test }
        let offset = token.start
        switch token.kind {
        case .symbol("*"): break
        case .name(let prefix, let local):
            let name = try elementName(prefix, local, offset)
            test.local = local
            test.uri = isAttribute && prefix.isEmpty ? "" : name.namespace
        case .expanded(let uri, let local):
            test.local = local
            test.uri = uri
        default: throw unexpected("a name or '*' is expected")
        }
        try advance()
        guard try take(",") else { return test }
        let (uri, type) = try typeName()
        _ = isAttribute ? false : try take("?")
        guard uri == StaticContext.schema, AtomicType(rawValue: type) != nil || ["anyType", "untyped", "anySimpleType"].contains(type)
        else {
            throw .static("XPST0008", "there is no type '\(type)'", offset)
        }
        // Nodes have no types from a schema.
        let fits: Set<String> = isAttribute ? ["anyType", "anySimpleType", "anyAtomicType", "untypedAtomic"] : ["anyType", "untyped"]
        if !fits.contains(type) { test.neverMatches = true }
        return test
    }

    private mutating func typeName() throws(XQueryError) -> (uri: String, local: String) {
        let offset = token.start
        let result: (String, String)
        switch token.kind {
        case .name(let prefix, let local): result = (prefix.isEmpty ? context.namespaces[""] ?? "" : try namespace(prefix, offset), local)
        case .expanded(let uri, let local): result = (uri, local)
        default: throw unexpected("the name of a type is expected")
        }
        try advance()
        return result
    }

    private mutating func atomicType(_ unknown: String) throws(XQueryError) -> AtomicType {
        let offset = token.start
        let (uri, local) = try typeName()
        guard uri == StaticContext.schema, let type = AtomicType(rawValue: local) else {
            throw .static(unknown, "there is no atomic type '\(lexer.text(offset, token.start))'", offset)
        }
        return type
    }

    /// `as type`, if it is there.
    mutating func typeDeclaration() throws(XQueryError) -> SequenceType? {
        try takeName("as") ? try sequenceType() : nil
    }

    mutating func sequenceType() throws(XQueryError) -> SequenceType {
        if isName("empty-sequence"), try peekIsSymbol("(") {
            try advance()
            try advance()
            try expect(")", "after 'empty-sequence('")
            return SequenceType(item: nil, occurrence: .one)
        }
        let item: SequenceType.ItemType
        if isName("item"), try peekIsSymbol("(") {
            try advance()
            try advance()
            try expect(")", "after 'item('")
            item = .item
        } else if case .name(let prefix, let local) = token.kind, prefix.isEmpty, try peekIsSymbol("(") {
            guard Self.kindTests.contains(local) else { throw unexpected("a type is expected") }
            item = .node(try kindTest())
        } else {
            item = .atomic(try atomicType("XPST0051"))
        }
        if try take("?") { return SequenceType(item: item, occurrence: .optional) }
        if try take("*") { return SequenceType(item: item, occurrence: .any) }
        if try take("+") { return SequenceType(item: item, occurrence: .some) }
        return SequenceType(item: item, occurrence: .one)
    }

    /// `xs:integer?` after `cast as`.
    mutating func singleType() throws(XQueryError) -> (AtomicType, optional: Bool) {
        let offset = token.start
        let type = try atomicType("XPST0051")
        guard !type.isAbstract else { throw .static("XPST0080", "nothing can be cast to xs:\(type.rawValue)", offset) }
        return (type, try take("?"))
    }
}
