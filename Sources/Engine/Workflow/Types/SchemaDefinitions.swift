import XMLTree

/// The global definitions of a normalized schema by name.
struct SchemaDefinitions: Sendable {
    let document: XMLDocument
    let types: [String: XMLNode]
    let elements: [String: XMLNode]
    let groups: [String: XMLNode]
    let attributes: [String: XMLNode]
    let attributeGroups: [String: XMLNode]
    /// A name that no global element has: for a declaration of our own.
    let freeElementName: String

    init(_ document: XMLDocument) {
        self.document = document
        let globals = document.root?.elements ?? []
        func named(_ kinds: String...) -> [String: XMLNode] {
            Dictionary(
                globals.filter { kinds.contains($0.localName) }.map { ($0.attribute("name") ?? "", $0) },
                uniquingKeysWith: { first, _ in first })
        }
        types = named("simpleType", "complexType")
        elements = named("element")
        groups = named("group")
        attributes = named("attribute")
        attributeGroups = named("attributeGroup")
        var free = "_"
        while elements[free] != nil { free += "_" }
        freeElementName = free
    }

    /// User's type first, then an internal one, as `TypeLibrary` has it.
    func type(_ name: String) -> XMLNode? { types[name] ?? InternalTypes.definitions[name] }
}
