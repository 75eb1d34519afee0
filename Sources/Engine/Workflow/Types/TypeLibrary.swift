import XMLTree

/// The types of one specification: its inline schema, the engine's internal types and those of XML Schema. Answers whether a
/// value fits a type and how the values of a type are built.
///
/// A type is named without prefix; one that is given is ignored (`xs:string` is `string`). A built-in type goes before a
/// user's of the same name, a user's before an internal one.
public struct TypeLibrary: Sendable {
    /// A variable's place in a document that is validated as a whole.
    public typealias Member = (name: String, type: String, optional: Bool)

    /// Attribute by which the engine says that a flag is set. It is no data: validation does not see it.
    public static let flagAttribute = "__emptyComplexTypeFlag__"

    let definitions: SchemaDefinitions
    /// The user's schema alone: for global elements.
    private let schema: XMLSchema
    private let validators: ValidatorCache

    /// - Parameter schema: the `schema` element; `nil` when the specification has none.
    /// - Throws: all that is wrong with it.
    public init(schema: XMLNode?) throws(TypeLibraryError) {
        let source: XMLNode? = schema?.kind == .document ? schema?.elements.first : schema
        do {
            if let source, source.localName != "schema" || source.name.namespace != NormalizedSchema.namespace {
                // Refused with the words of the floor below.
                _ = try XMLSchema(source.detached())
            }
            let normalized = NormalizedSchema(source)
            self.schema = try XMLSchema(normalized.document)
            definitions = SchemaDefinitions(normalized.document)
            validators = ValidatorCache(schemaNodes: normalized.document.nodeCount)
        } catch {
            throw TypeLibraryError(error)
        }
    }

    /// The same from the schema's text; positions are those in it.
    public init(schemaText: String) throws(TypeLibraryError) {
        let document: XMLDocument
        do { document = try XMLDocument.parse(schemaText, options: .specification) } catch {
            throw TypeLibraryError(
                XMLSchemaError(.notASchema, [.init("the schema is not well-formed XML: " + error.message, at: error.position)]))
        }
        try self.init(schema: document.node)
    }

    /// Whether a variable may have this type.
    public func knows(_ typeName: String) -> Bool { origin(of: typeName) != nil }

    /// Whether the user's schema has a global element of this name.
    public func knows(element: String) -> Bool { definitions.elements[element.nameWithoutPrefix] != nil }

    /// Names of the user's own types, sorted.
    public var userTypes: [String] { definitions.types.keys.sorted() }

    // MARK: Validation

    /// One element against a type. Empty when it fits.
    public func validate(_ value: XMLDocument, name: String, type: String) -> [SchemaViolation] {
        if Self.surelyFits(value, name: name, type: type) { return [] }
        guard let written = qualified(type) else { return [Self.unknown(type, of: name)] }
        if let wrong = Self.rootViolation(value, expected: name) { return [wrong] }
        return check(value, key: "type " + written, internalTypes: [type]) { builder, root in
            builder.startElement(NormalizedSchema.name("element"))
            builder.attribute("name", root)
            builder.attribute("type", written)
            builder.endElement()
        }
    }

    /// One element against the global element of the user's schema that has this name.
    public func validate(_ value: XMLDocument, element: String) -> [SchemaViolation] {
        guard knows(element: element) else {
            return [
                SchemaViolation(
                    .unknownType, path: "/" + element.nameWithoutPrefix, "the schema has no element \(element.nameWithoutPrefix)")
            ]
        }
        if let wrong = Self.rootViolation(value, expected: element.nameWithoutPrefix) { return [wrong] }
        return schema.violations(in: Self.withoutFlags(value))
    }

    /// A whole document: its children are the members in this order, those that are not optional all there, nothing else.
    public func validate(sequence document: XMLDocument, root: String, members: [Member]) -> [SchemaViolation] {
        if Self.surelyFits(document, root: root, sequence: members) { return [] }
        var types: [String] = []
        for member in members {
            guard let written = qualified(member.type) else { return [Self.unknown(member.type, of: member.name)] }
            types.append(written)
        }
        if let wrong = Self.rootViolation(document, expected: root) { return [wrong] }
        let key = zip(members, types).map { $0.name + ($0.optional ? "? " : " ") + $1 }.joined(separator: "\n")
        return check(document, key: "sequence " + key, internalTypes: members.map(\.type)) { builder, root in
            builder.startElement(NormalizedSchema.name("element"))
            builder.attribute("name", root)
            builder.startElement(NormalizedSchema.name("complexType"))
            builder.startElement(NormalizedSchema.name("sequence"))
            for (member, type) in zip(members, types) {
                builder.startElement(NormalizedSchema.name("element"))
                builder.attribute("name", member.name)
                builder.attribute("type", type)
                if member.optional { builder.attribute("minOccurs", "0") }
                builder.endElement()
            }
            for _ in 0 ..< 3 { builder.endElement() }
        }
    }

    // MARK: Structure

    /// How values of the type are built; `nil` for an unknown type.
    public func structure(of typeName: String) -> TypeStructure? {
        switch origin(of: typeName) {
        case .builtIn(let type): StructureReader.structure(of: type)
        case .definition(let node): StructureReader(definitions).structure(of: node)
        case nil: nil
        }
    }

    /// The same for a global element of the user's schema.
    public func structure(ofElement name: String) -> TypeStructure? { structure(of: .element(name)) }

    public func structure(of reference: TypeReference) -> TypeStructure? {
        switch reference {
        case .named(let name): return structure(of: name)
        case .inline(let structure): return structure
        case .element(let name):
            guard let node = definitions.elements[name.nameWithoutPrefix] else { return nil }
            let type = StructureReader(definitions).type(ofElement: node)
            // An element's own reference never leads to an element again.
            if case .element = type { return nil }
            return structure(of: type)
        }
    }

    /// Names of the user's types that are flags: set or not.
    var flagTypes: Set<String> {
        Set(userTypes.filter { name in if case .complex(let type)? = structure(of: name) { type.isFlag } else { false } })
    }

    /// The value a missing output gets when a work item is skipped or forced; `nil` for user and internal types, which
    /// have none.
    public func typeDefault(of typeName: String) -> String? {
        switch BuiltInType(rawValue: typeName.nameWithoutPrefix) {
        case .boolean: "false"
        case .string: ""
        case nil: nil
        default: "0"
        }
    }

    // MARK: Inside

    enum Origin {
        case builtIn(BuiltInType)
        case definition(XMLNode)
    }

    func origin(of typeName: String) -> Origin? {
        let name = typeName.nameWithoutPrefix
        if let type = BuiltInType(rawValue: name) { return .builtIn(type) }
        return (definitions.types[name] ?? InternalTypes.definitions[name]).map { .definition($0) }
    }

    /// The type's name as a schema writes it; `nil` when it is unknown.
    private func qualified(_ typeName: String) -> String? {
        switch origin(of: typeName) {
        case .builtIn(let type): "xs:" + type.rawValue
        case .definition: typeName.nameWithoutPrefix
        case nil: nil
        }
    }

    private func check(
        _ document: XMLDocument, key: String, internalTypes types: [String],
        declare: (inout XMLBuilder, _ root: String) -> Void
    ) -> [SchemaViolation] {
        let root = definitions.freeElementName
        let validator = validators.validator(key) { () throws(XMLSchemaError) in
            try XMLSchema(extended(with: types) { declare(&$0, root) })
        }
        switch validator {
        case .success(let schema): return schema.violations(in: Self.withoutFlags(document), asElement: root)
        case .failure(let error):
            return [SchemaViolation(.other, path: "", "this cannot be checked against its types: \(error.description)")]
        }
    }

    /// The user's schema with the internal types needed and one more declaration.
    private func extended(with types: [String], _ declare: (inout XMLBuilder) -> Void) -> XMLDocument {
        var builder = XMLBuilder()
        builder.startElement(NormalizedSchema.name("schema"))
        builder.namespace(prefix: "xs", uri: NormalizedSchema.namespace)
        if let user = definitions.document.root { builder.copyContent(of: user) }
        var added: Set<String> = []
        for name in types.flatMap({ InternalTypes.closure(of: $0.nameWithoutPrefix) }) where definitions.types[name] == nil {
            if added.insert(name).inserted, let node = InternalTypes.definitions[name] { builder.copy(node) }
        }
        declare(&builder)
        return builder.finish()
    }

    private static func unknown(_ type: String, of name: String) -> SchemaViolation {
        SchemaViolation(.unknownType, path: "", "\(name) has the type \(type), which is neither built in nor defined in the schema")
    }

    private static func rootViolation(_ document: XMLDocument, expected: String) -> SchemaViolation? {
        guard let root = document.root, root.localName != expected || !root.name.namespace.isEmpty else { return nil }
        let place = root.name.namespace.isEmpty ? "" : " in the namespace \(root.name.namespace)"
        return SchemaViolation(
            .root, path: "/" + root.localName, "the outermost element is \(root.localName)\(place): expected is \(expected)")
    }

    /// Flags sit on a variable's own element: on the root or right below it.
    private static func withoutFlags(_ document: XMLDocument) -> XMLDocument {
        guard let root = document.root,
            root.attribute(flagAttribute) != nil || root.elements.contains(where: { $0.attribute(flagAttribute) != nil })
        else {
            return document
        }
        var builder = XMLBuilder()
        builder.copyWithoutFlag(root, depth: 0)
        return builder.finish()
    }
}

extension XMLBuilder {
    fileprivate mutating func copyWithoutFlag(_ node: XMLNode, depth: Int) {
        guard node.isElement, depth < 2 else { return copy(node) }
        startElement(node.name)
        for (prefix, uri) in node.namespaceDeclarations { namespace(prefix: prefix, uri: uri) }
        for (name, value) in node.attributes where name.local != TypeLibrary.flagAttribute { attribute(name, value.utf8) }
        for child in node.children { copyWithoutFlag(child, depth: depth + 1) }
        endElement()
    }
}

extension String {
    /// The part of a qualified name after its prefix.
    var nameWithoutPrefix: String { lastIndex(of: ":").map { String(self[index(after: $0)...]) } ?? self }
}
