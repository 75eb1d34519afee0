import CXML

/// A compiled XML Schema (1.0) that documents are validated against. Compile once, use from any thread.
public final class XMLSchema: Sendable {
    /// Largest schema in bytes, deepest nesting of its elements and of references between its definitions, and how many particles
    /// or union members it may come to once its groups and unions are put in place (groups that refer to groups twice double at
    /// every step).
    public static let maxBytes = 1 << 20
    public static let maxDepth = 100
    public static let maxExpansion = 50_000
    /// Largest document in bytes, the same as the parser's own limit; and how many violations one validation reports.
    public static let maxDocumentBytes = 16 << 20
    public static let maxViolations = 100

    /// The schema as it was read.
    public let document: XMLDocument
    /// libxml2 does not change a compiled schema while it validates (each call makes its own context), it is freed when
    /// nobody refers to this object any more, and the pointer never leaves it: so sharing it between threads is safe.
    nonisolated(unsafe) private let compiled: OpaquePointer
    let words: SchemaWords

    /// - Throws: every finding of the compiler with its line and column in `text`.
    public convenience init(_ text: String) throws(XMLSchemaError) {
        guard text.utf8.count <= Self.maxBytes else { throw Self.tooLarge("it has more than \(Self.maxBytes) bytes") }
        let document: XMLDocument
        do { document = try XMLDocument.parse(text, options: .specification) } catch {
            throw XMLSchemaError(.notASchema, [.init("the schema is not well-formed XML: " + error.message, at: error.position)])
        }
        try self.init(document)
    }

    /// Compiles a document; findings carry the positions of its nodes when it has them.
    public init(_ document: XMLDocument) throws(XMLSchemaError) {
        guard let root = document.root, root.localName == "schema", root.name.namespace == SchemaWords.namespace else {
            throw XMLSchemaError(
                .notASchema,
                [
                    .init(
                        "a schema starts with the element schema in the namespace \(SchemaWords.namespace)",
                        at: document.root?.position)
                ])
        }
        try Self.checkSize(root)
        let text = root.serialized()
        guard text.utf8.count <= Self.maxBytes else { throw Self.tooLarge("it has more than \(Self.maxBytes) bytes") }
        let sink = FindingSink()
        let bytes = Array(text.utf8)
        let pointer = bytes.withUnsafeBytes { raw in
            cxml_schema_compile(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, FindingSink.report, sink.pointer)
        }
        guard let pointer else { throw Self.error(sink.findings, in: root) }
        compiled = pointer
        self.document = document
        words = SchemaWords(schema: root)
    }

    deinit { cxml_schema_free(compiled) }

    /// Everything in which the document breaks the schema, in document order as far as the validator goes; empty when valid.
    /// - Parameter rootName: validate as if the outermost element, which must be in no namespace, were called so; paths and
    ///   messages keep its own name.
    public func violations(in document: XMLDocument, asElement rootName: String? = nil) -> [SchemaViolation] {
        let roots = document.node.elements
        guard roots.count == 1, let root = roots.first else {
            return [
                SchemaViolation(
                    .root, path: "",
                    roots.isEmpty
                        ? "the document is empty: one element is needed"
                        : "the document has \(roots.count) outermost elements: one is allowed")
            ]
        }
        if rootName != nil, !root.name.namespace.isEmpty {
            return [
                SchemaViolation(
                    .root, path: root.schemaPath, "\(root.localName) is in the namespace \(root.name.namespace): it must be in none")
            ]
        }
        let elements = ElementNumbers(root)
        var (outcome, findings) = validate(root, as: rootName)
        let padded = paddedNames(findings, elements)
        if !padded.isEmpty, let trimmed = root.trimmingValues(of: padded).root { (outcome, findings) = validate(trimmed, as: rootName) }
        switch outcome {
        case .valid: return []
        case .tooLarge:
            return [
                SchemaViolation(
                    .undecided, path: root.schemaPath, "\(root.localName) has more than \(Self.maxDocumentBytes) bytes and is not accepted")
            ]
        case .undecided:
            // The last findings are about the validator, not the document.
            let place = findings.last.flatMap { elements.node($0.element) } ?? root
            return [
                SchemaViolation(
                    .undecided, path: place.schemaPath,
                    "\(place.localName) cannot be checked: a pattern of its type takes too long on this value")
            ]
        case .invalid:
            let found = ViolationWording(words: words, elements: elements).violations(findings)
            return found.isEmpty ? [SchemaViolation(.other, path: root.schemaPath, "\(root.localName) does not fit its type")] : found
        }
    }

    private enum Outcome { case valid, invalid, undecided, tooLarge }

    private func validate(_ root: XMLNode, as rootName: String?) -> (Outcome, [RawFinding]) {
        let bytes = rootName.map { root.serialized(named: $0) } ?? Array(root.serialized().utf8)
        guard bytes.count <= Self.maxDocumentBytes else { return (.tooLarge, []) }
        let sink = FindingSink()
        let outcome = bytes.withUnsafeBytes { raw in
            cxml_schema_validate(
                compiled, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count,
                Int32(Self.maxViolations), FindingSink.report, sink.pointer)
        }
        return (outcome == 0 ? .valid : outcome > 0 ? .invalid : .undecided, sink.findings)
    }

    /// libxml2 2.9 forgets to drop the white space around dates, times and the bounded integers (` 5 ` is a valid `xs:int`).
    /// These are the names of elements refused for that reason; such types allow no white space, so dropping it is safe.
    private func paddedNames(_ findings: [RawFinding], _ elements: ElementNumbers) -> Set<String> {
        var names: Set<String> = []
        for finding in findings where finding.kind == CXML_BAD_VALUE && finding.attribute == nil {
            guard let element = elements.node(finding.element), element.elements.isEmpty else { continue }
            let value = element.stringValue
            if value.first?.isWhitespace == true || value.last?.isWhitespace == true { names.insert(element.localName) }
        }
        return names
    }

    private static func tooLarge(_ what: String) -> XMLSchemaError {
        XMLSchemaError(.tooLarge, [.init("the schema is not accepted: \(what)")])
    }

    private static func checkSize(_ root: XMLNode) throws(XMLSchemaError) {
        // The compiler is recursive; depth is bounded before it, and before anything of ours walks the tree.
        var level = [root], depth = 0
        while !level.isEmpty {
            depth += 1
            guard depth <= maxDepth else { throw tooLarge("its elements are nested deeper than \(maxDepth)") }
            level = level.flatMap(\.elements)
        }
        let expansion = SchemaExpansion(root, chainLimit: maxDepth)
        guard expansion.longestChain <= maxDepth else {
            throw tooLarge("more than \(maxDepth) of its definitions build on each other in a row")
        }
        guard expansion.largest <= maxExpansion else {
            throw tooLarge("its groups or unions refer to each other so often that they come to more than \(maxExpansion) parts")
        }
    }

    private static func error(_ findings: [RawFinding], in root: XMLNode) -> XMLSchemaError {
        let elements = ElementNumbers(root)
        let elsewhere = findings.contains { $0.kind == CXML_NOT_LOADED }
        var seen: [XMLSchemaError.Finding] = []
        for raw in findings {
            let message =
                raw.kind == CXML_NOT_LOADED
                ? "\(raw.message) refers to another document, which is never loaded: put the definitions into this schema"
                : ViolationWording.cleaned(raw.message)
            let finding = XMLSchemaError.Finding(message, at: elements.node(raw.element)?.position)
            if !seen.contains(finding) { seen.append(finding) }
        }
        if seen.isEmpty { seen = [.init("the schema does not compile", at: root.position)] }
        return XMLSchemaError(elsewhere ? .refersElsewhere : .invalid, seen)
    }
}

/// A finding as the C side reports it.
struct RawFinding {
    let kind: cxml_kind
    let element: Int
    let attribute: String?
    let message: String
}

/// Collects findings during one call on one thread.
private final class FindingSink {
    var findings: [RawFinding] = []

    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static let report: cxml_report = { user, finding in
        guard let user, let finding else { return }
        // The pointer was made from a sink that outlives the call.
        let sink = Unmanaged<FindingSink>.fromOpaque(user).takeUnretainedValue()
        let raw = finding.pointee
        sink.findings.append(
            RawFinding(
                kind: raw.kind, element: raw.element, attribute: raw.attribute.map { String(cString: $0) },
                message: raw.message.map { String(cString: $0) } ?? ""))
    }
}

/// Finds elements by their number in document order, which is how the C side names them.
struct ElementNumbers {
    private let document: XMLDocument
    private let range: Range<Int>

    init(_ root: XMLNode) {
        document = root.document
        range = root.index ..< Int(root.record.end)
    }

    func node(_ number: Int) -> XMLNode? {
        guard number >= 0 else { return nil }
        var left = number
        for index in range where document.arena.records[index].kind == .element {
            if left == 0 { return XMLNode(document: document, index: index) }
            left -= 1
        }
        return nil
    }
}

extension XMLNode {
    /// A copy in which the plain values of elements so named have no white space around them.
    func trimmingValues(of names: Set<String>) -> XMLDocument {
        var builder = XMLBuilder()
        builder.copyTrimming(self, names)
        return builder.finish()
    }

    /// The element's text form under another name, in no namespace; saves a copy of the whole document.
    func serialized(named newName: String) -> [UInt8] {
        var bytes = Array(serialized().utf8)
        let old = name.description.utf8.count
        if bytes.suffix(2) != [47, 62] { bytes.replaceSubrange(bytes.count - 1 - old ..< bytes.count - 1, with: newName.utf8) }
        bytes.replaceSubrange(1 ..< 1 + old, with: newName.utf8)
        return bytes
    }
}

extension XMLBuilder {
    fileprivate mutating func copyTrimming(_ node: XMLNode, _ names: Set<String>) {
        guard node.isElement else { return copy(node) }
        startElement(node.name)
        for (prefix, uri) in node.namespaceDeclarations { namespace(prefix: prefix, uri: uri) }
        for (name, value) in node.attributes { attribute(name, value.utf8) }
        if names.contains(node.localName), node.elements.isEmpty {
            let value = Array(node.stringValue.utf8)
            func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
            let first = value.firstIndex { !isBlank($0) } ?? value.count
            let last = value.lastIndex { !isBlank($0) } ?? first
            if first <= last, first < value.count { text(value[first ... last]) }
        } else {
            for child in node.children { copyTrimming(child, names) }
        }
        endElement()
    }
}
