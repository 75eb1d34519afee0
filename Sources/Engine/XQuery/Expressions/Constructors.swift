import XMLTree

/// Where a constructed node's name comes from.
enum ConstructedName: Sendable {
    case fixed(XMLName)
    /// An expression giving a QName or a text; prefixes in the text are looked up among `namespaces`.
    case computed(any Expression, namespaces: [String: String])

    enum Kind { case element, attribute, instruction }

    func resolve(_ c: Evaluation, _ kind: Kind) throws(XQueryError) -> XMLName {
        switch self {
        case .fixed(let name): return name
        case .computed(let expression, let namespaces):
            guard let item = try c.optionalAtomic(try expression.evaluate(c), "the name of a constructed node") else {
                throw .type("the name of a constructed node is empty")
            }
            switch item {
            case .qname(let name) where kind != .instruction:
                return try checked(XMLName(name.local, namespace: name.uri, prefix: name.prefix), kind)
            case .string(let text), .untyped(let text):
                let parts = Casting.trimmed(text).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                let code = kind == .instruction ? "XQDY0041" : "XQDY0074"
                guard parts.count <= (kind == .instruction ? 1 : 2), parts.allSatisfy(Casting.isNCName) else {
                    throw .dynamic(code, "\"\(text)\" is not a name")
                }
                if parts.count == 1 { return try checked(XMLName(parts[0], namespace: kind == .element ? namespaces[""] ?? "" : ""), kind) }
                guard let uri = namespaces[parts[0]] else { throw .dynamic(code, "the prefix of \"\(text)\" is not declared") }
                return try checked(XMLName(parts[1], namespace: uri, prefix: parts[0]), kind)
            default: throw .type("\(item.typeName) cannot be the name of a node")
            }
        }
    }

    /// Names that XML keeps for itself.
    private func checked(_ name: XMLName, _ kind: Kind) throws(XQueryError) -> XMLName {
        let isXML = name.namespace == StaticContext.xml
        let fits =
            name.prefix != "xmlns" && name.namespace != StaticContext.xmlns
            && (name.prefix == "xml") == (isXML && !name.prefix.isEmpty)
            && !(kind == .attribute && name.namespace.isEmpty && name.local == "xmlns")
        guard kind == .instruction || fits else {
            throw .dynamic(kind == .attribute ? "XQDY0044" : "XQDY0096", "'\(name)' is not a name a node may be given")
        }
        return isXML ? XMLName(name.local, namespace: name.namespace, prefix: "xml") : name
    }
}

/// Content to be copied into an element rather than written there.
final class CopiedContent: Expression {
    private let operand: any Expression

    init(_ operand: any Expression) { self.operand = operand }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { try operand.evaluate(c) }
}

/// `<a b="{c}">…</a>` and `element {…} {…}`.
final class ElementConstructor: Expression {
    struct Attribute: Sendable {
        let name: XMLName
        let value: [Part]
    }

    enum Part: Sendable {
        case text(String)
        case expression(any Expression)
    }

    let name: ConstructedName
    let namespaces: [(prefix: String, uri: String)]
    /// Declared on the direct constructors around this one.
    let inherited: [(prefix: String, uri: String)]
    let attributes: [Attribute]
    let content: [Part]
    let offset: Int

    init(
        _ name: ConstructedName, namespaces: [(prefix: String, uri: String)] = [], inherited: [(prefix: String, uri: String)] = [],
        attributes: [Attribute] = [], content: [Part], offset: Int
    ) {
        self.name = name
        self.namespaces = namespaces
        self.inherited = inherited
        self.attributes = attributes
        self.content = content
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var target = Construction()
        try construct(c, &target, isOutermost: true)
        return .one(.node(try c.adopt(target.builder.finish())))
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) { try construct(c, &target, isOutermost: false) }

    private func construct(_ c: Evaluation, _ target: inout Construction, isOutermost: Bool) throws(XQueryError) {
        do throws(XQueryError) {
            let name = try name.resolve(c, .element)
            try target.start(name, c)
            for (prefix, uri) in namespaces { target.declare(prefix, uri) }
            if isOutermost && !inherited.isEmpty { declareInherited(name, &target) }
            for attribute in attributes { try target.attribute(attribute.name, try c.attributeValue(attribute.value), c) }
        } catch { throw error.at(offset) }
        for part in content {
            target.beginPart()
            switch part {
            case .text(let text): try target.text(text, c)
            case .expression(let expression):
                do throws(XQueryError) { try expression.construct(c, &target) } catch { throw error.at(offset) }
            }
        }
        target.end()
    }

    private func declareInherited(_ name: XMLName, _ target: inout Construction) {
        var known = Set(namespaces.map(\.prefix))
        // The element's own name says what its prefix means.
        known.insert(name.prefix)
        for (prefix, uri) in inherited.reversed() where known.insert(prefix).inserted && !uri.isEmpty { target.declare(prefix, uri) }
    }
}

extension Evaluation {
    /// The text of an attribute: literal pieces and enclosed expressions, whose items are set apart by blanks.
    func attributeValue(_ parts: [ElementConstructor.Part]) throws(XQueryError) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .expression(let expression): text += try joined(try expression.evaluate(self))
            }
        }
        return text
    }

    /// The texts of all items, blanks between.
    func joined(_ value: Value) throws(XQueryError) -> String {
        var result = ""
        var first = true
        for item in value {
            if !first { result += " " }
            first = false
            let part = try text(item)
            try spend(bytes: part.utf8.count + 1)
            result += part
        }
        return result
    }
}

/// `attribute a {…}`
final class AttributeConstructor: Expression {
    let name: ConstructedName
    let value: any Expression
    let offset: Int

    init(_ name: ConstructedName, _ value: any Expression, offset: Int) {
        self.name = name
        self.value = value
        self.offset = offset
    }

    private func parts(_ c: Evaluation) throws(XQueryError) -> (XMLName, String) {
        do throws(XQueryError) {
            let name = try name.resolve(c, .attribute)
            if name.local == "xmlns" && name.prefix.isEmpty { throw .dynamic("XQDY0044", "an attribute cannot be named 'xmlns'") }
            return (name, try c.joined(try value.evaluate(c)))
        } catch { throw error.at(offset) }
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let (name, value) = try parts(c)
        return .one(.node(try c.adoptAttribute(name, value)))
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        let (name, value) = try parts(c)
        target.beginPart()
        do throws(XQueryError) { try target.attribute(name, value, c) } catch { throw error.at(offset) }
    }
}

/// `text {…}`, `comment {…}`, `processing-instruction a {…}`, `document {…}`, `<!-- -->`, `<?a b?>`.
final class OtherConstructor: Expression {
    enum Kind: Sendable {
        case text, comment, document
        case instruction(ConstructedName)
    }

    let kind: Kind
    let value: any Expression
    let offset: Int

    init(_ kind: Kind, _ value: any Expression, offset: Int) {
        self.kind = kind
        self.value = value
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            var target = Construction()
            var isDocument = false
            switch kind {
            case .document:
                isDocument = true
                try value.construct(c, &target)
            case .text:
                let value = try value.evaluate(c)
                // No node at all for nothing, and none worth keeping for empty text.
                if value.isEmpty { return .empty }
                target.builder.text(try c.joined(value))
                if target.builder.nodeCount == 1 { return .empty }
            case .comment:
                let text = try c.joined(try value.evaluate(c))
                if text.hasSuffix("-") || text.utf8.contains(doubleHyphen: true) {
                    throw .dynamic("XQDY0072", "a comment cannot contain '--' or end in '-'")
                }
                target.builder.comment(text)
            case .instruction(let name):
                let name = try name.resolve(c, .instruction)
                let text = try c.joined(try value.evaluate(c))
                if name.local.lowercased() == "xml" { throw .dynamic("XQDY0064", "a processing instruction cannot be named 'xml'") }
                if text.utf8.containsInstructionEnd { throw .dynamic("XQDY0026", "a processing instruction cannot contain '?>'") }
                target.builder.instruction(name.local, String(text.drop { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }))
            }
            return .one(.node(try c.adopt(target.builder.finish(), asDocument: isDocument)))
        } catch { throw error.at(offset) }
    }
}

private extension String.UTF8View {
    func contains(doubleHyphen: Bool) -> Bool { zip(self, dropFirst()).contains { $0 == 45 && $1 == 45 } }
    var containsInstructionEnd: Bool { zip(self, dropFirst()).contains { $0 == 63 && $1 == 62 } }
}
