import XMLTree

/// Reads structures out of a normalized schema that compiled, so what it refers to exists and nothing is circular; depth is
/// bounded all the same.
struct StructureReader {
    private let definitions: SchemaDefinitions
    private static let maxDepth = 200

    init(_ definitions: SchemaDefinitions) { self.definitions = definitions }

    static func structure(of type: BuiltInType) -> TypeStructure {
        type == .anyType
            ? .complex(ComplexType(content: .elements(Particle(.any, minOccurs: 0, maxOccurs: nil)), isMixed: true))
            : .simple(simple(type))
    }

    func structure(of definition: XMLNode) -> TypeStructure { structure(of: definition, depth: 0) }

    /// Where the type of an element declaration is found.
    func type(ofElement node: XMLNode) -> TypeReference { type(ofElement: node, depth: 0) }

    private func type(ofElement node: XMLNode, depth: Int) -> TypeReference {
        if let type = node.attribute("type") { return .named(type.nameWithoutPrefix) }
        if let inline = node.element("simpleType") ?? node.element("complexType") {
            return .inline(structure(of: inline, depth: depth + 1))
        }
        // Without a type of its own it has that of the head of its substitution group.
        if let head = node.attribute("substitutionGroup"), depth < Self.maxDepth, let element = definitions.elements[head] {
            return type(ofElement: element, depth: depth + 1)
        }
        return .named("anyType")
    }

    private func structure(of node: XMLNode, depth: Int) -> TypeStructure {
        node.localName == "simpleType" ? .simple(simple(node, depth: depth)) : .complex(complex(node, depth: depth))
    }

    // MARK: Simple types

    private static func simple(_ type: BuiltInType) -> SimpleType {
        switch type {
        case .NMTOKENS: SimpleType(.list(item: SimpleType(.atomic(.NMTOKEN))))
        case .IDREFS: SimpleType(.list(item: SimpleType(.atomic(.IDREF))))
        case .ENTITIES: SimpleType(.list(item: SimpleType(.atomic(.ENTITY))))
        default: SimpleType(.atomic(type))
        }
    }

    private func simple(named name: String, depth: Int) -> SimpleType {
        let local = name.nameWithoutPrefix
        if name.hasPrefix("xs:"), let type = BuiltInType(rawValue: local) { return Self.simple(type) }
        guard depth < Self.maxDepth, let node = definitions.type(local) else { return SimpleType(.atomic(.anySimpleType)) }
        if node.localName == "simpleType" { return simple(node, depth: depth + 1) }
        if case .simple(let content) = complex(node, depth: depth + 1).content { return content }
        return SimpleType(.atomic(.anySimpleType))
    }

    private func simple(_ node: XMLNode, depth: Int) -> SimpleType {
        guard depth < Self.maxDepth else { return SimpleType(.atomic(.anySimpleType)) }
        if let list = node.element("list") {
            let item =
                list.attribute("itemType").map { simple(named: $0, depth: depth + 1) }
                ?? list.element("simpleType").map { simple($0, depth: depth + 1) }
            return SimpleType(.list(item: item ?? SimpleType(.atomic(.anySimpleType))))
        }
        if let union = node.element("union") {
            let named = (union.attribute("memberTypes") ?? "").split(whereSeparator: \.isWhitespace)
            return SimpleType(
                .union(
                    named.map { simple(named: String($0), depth: depth + 1) }
                        + union.elements("simpleType").map { simple($0, depth: depth + 1) }))
        }
        guard let restriction = node.element("restriction") else { return SimpleType(.atomic(.anySimpleType)) }
        return restricted(restriction, base: restriction.attribute("base").map { simple(named: $0, depth: depth + 1) }, depth: depth)
    }

    /// A restriction's own facets over those of its base; the base may also be written inside.
    private func restricted(_ restriction: XMLNode, base: SimpleType?, depth: Int) -> SimpleType {
        var type = restriction.element("simpleType").map { simple($0, depth: depth + 1) } ?? base ?? SimpleType(.atomic(.anySimpleType))
        var values: [String] = [], patterns: [String] = []
        for facet in restriction.elements {
            guard let value = facet.attribute("value") else { continue }
            switch facet.localName {
            case "enumeration": values.append(value)
            case "pattern": patterns.append(value)
            case "minInclusive": type.facets.minInclusive = value; type.facets.minExclusive = nil
            case "maxInclusive": type.facets.maxInclusive = value; type.facets.maxExclusive = nil
            case "minExclusive": type.facets.minExclusive = value; type.facets.minInclusive = nil
            case "maxExclusive": type.facets.maxExclusive = value; type.facets.maxInclusive = nil
            case "length": type.facets.length = Int(value)
            case "minLength": type.facets.minLength = Int(value)
            case "maxLength": type.facets.maxLength = Int(value)
            case "totalDigits": type.facets.totalDigits = Int(value)
            case "fractionDigits": type.facets.fractionDigits = Int(value)
            case "whiteSpace": type.facets.whiteSpace = Facets.WhiteSpace(rawValue: value)
            default: break
            }
        }
        if !values.isEmpty { type.facets.enumeration = values }
        if !patterns.isEmpty { type.facets.patterns.append(patterns) }
        return type
    }

    // MARK: Complex types

    private func complex(named name: String, depth: Int) -> ComplexType {
        guard depth < Self.maxDepth, !name.hasPrefix("xs:"), let node = definitions.type(name.nameWithoutPrefix) else {
            return ComplexType()
        }
        return node.localName == "complexType"
            ? complex(node, depth: depth + 1)
            : ComplexType(content: .simple(simple(node, depth: depth + 1)))
    }

    private func complex(_ node: XMLNode, depth: Int) -> ComplexType {
        guard depth < Self.maxDepth else { return ComplexType() }
        var type: ComplexType
        if let content = node.element("simpleContent"), let derived = content.element("extension") ?? content.element("restriction") {
            type = simpleContent(derived, depth: depth)
        } else if let content = node.element("complexContent"), let derived = content.element("extension") ?? content.element("restriction")
        {
            type = complexContent(derived, depth: depth)
            type.isMixed = type.isMixed || Self.isTrue(content.attribute("mixed") ?? node.attribute("mixed"))
        } else {
            let particle = modelGroup(in: node, depth: depth)
            type = ComplexType(attributes: attributes(in: node, depth: depth), content: particle.map { .elements($0) } ?? .empty)
            type.isMixed = Self.isTrue(node.attribute("mixed"))
        }
        type.isAbstract = Self.isTrue(node.attribute("abstract"))
        return type
    }

    private func simpleContent(_ derived: XMLNode, depth: Int) -> ComplexType {
        let base = derived.attribute("base") ?? "xs:anySimpleType"
        var type = base.hasPrefix("xs:") ? ComplexType() : complex(named: base, depth: depth)
        var value = simple(named: base, depth: depth + 1)
        if derived.localName == "restriction" { value = restricted(derived, base: value, depth: depth) }
        type.content = .simple(value)
        type.attributes = merged(type.attributes, with: derived, depth: depth)
        return type
    }

    private func complexContent(_ derived: XMLNode, depth: Int) -> ComplexType {
        var type = complex(named: derived.attribute("base") ?? "xs:anyType", depth: depth)
        let own = modelGroup(in: derived, depth: depth)
        if derived.localName == "restriction" {
            type.content = own.map { .elements($0) } ?? .empty
        } else if let own {
            if case .elements(let first) = type.content {
                type.content = .elements(Particle(.sequence([first, own])))
            } else {
                type.content = .elements(own)
            }
        }
        type.attributes = merged(type.attributes, with: derived, depth: depth)
        return type
    }

    // MARK: Attributes

    private func merged(_ base: [AttributeStructure], with node: XMLNode, depth: Int) -> [AttributeStructure] {
        let own = attributes(in: node, depth: depth)
        let prohibited = node.elements("attribute").filter { $0.attribute("use") == "prohibited" }.compactMap { $0.attribute("name") }
        return base.filter { old in !own.contains { $0.name == old.name } && !prohibited.contains(old.name) } + own
    }

    private func attributes(in node: XMLNode, depth: Int) -> [AttributeStructure] {
        guard depth < Self.maxDepth else { return [] }
        var found: [AttributeStructure] = []
        for child in node.elements {
            if child.localName == "attributeGroup", let group = child.attribute("ref").flatMap({ definitions.attributeGroups[$0] }) {
                found += attributes(in: group, depth: depth + 1)
            }
            guard child.localName == "attribute", child.attribute("use") != "prohibited" else { continue }
            let declaration = child.attribute("ref").flatMap { definitions.attributes[$0] } ?? child
            guard let name = declaration.attribute("name") else { continue }
            let type =
                declaration.attribute("type").map { simple(named: $0, depth: depth + 1) }
                ?? declaration.element("simpleType").map { simple($0, depth: depth + 1) }
            found.append(
                AttributeStructure(
                    name: name, type: type ?? SimpleType(.atomic(.anySimpleType)),
                    isRequired: child.attribute("use") == "required",
                    defaultValue: child.attribute("default") ?? declaration.attribute("default"),
                    fixedValue: child.attribute("fixed") ?? declaration.attribute("fixed")))
        }
        return found
    }

    // MARK: Particles

    /// The one model group of a type or a named group. A group without parts is no content.
    private func modelGroup(in node: XMLNode, depth: Int) -> Particle? {
        guard let group = node.elements.first(where: { ["sequence", "choice", "all", "group"].contains($0.localName) }),
            let particle = particle(group, depth: depth + 1)
        else { return nil }
        switch particle.term {
        case .sequence(let parts), .all(let parts), .choice(let parts): return parts.isEmpty ? nil : particle
        default: return particle
        }
    }

    private func particle(_ node: XMLNode, depth: Int) -> Particle? {
        guard depth < Self.maxDepth, let term = term(node, depth: depth) else { return nil }
        let most = node.attribute("maxOccurs") ?? "1"
        // Numbers beyond Int are as good as no bound.
        return Particle(
            term, minOccurs: max(0, Int(node.attribute("minOccurs") ?? "1") ?? 1), maxOccurs: most == "unbounded" ? nil : Int(most))
    }

    private func term(_ node: XMLNode, depth: Int) -> Particle.Term? {
        switch node.localName {
        case "sequence": return .sequence(node.elements.compactMap { particle($0, depth: depth + 1) })
        case "choice": return .choice(node.elements.compactMap { particle($0, depth: depth + 1) })
        case "all": return .all(node.elements.compactMap { particle($0, depth: depth + 1) })
        case "any": return .any
        case "group":
            guard let group = node.attribute("ref").flatMap({ definitions.groups[$0] }),
                let inner = group.elements.first(where: { ["sequence", "choice", "all"].contains($0.localName) })
            else { return nil }
            return term(inner, depth: depth + 1)
        case "element": return .element(element(node, depth: depth))
        default: return nil
        }
    }

    private func element(_ node: XMLNode, depth: Int) -> ElementStructure {
        let reference = node.attribute("ref")
        let declaration = reference.flatMap { definitions.elements[$0] } ?? node
        return ElementStructure(
            name: declaration.attribute("name") ?? "",
            // A reference stays one: the element may contain itself.
            type: reference.map { .element($0) } ?? type(ofElement: node, depth: depth),
            isNillable: Self.isTrue(declaration.attribute("nillable")),
            defaultValue: declaration.attribute("default"),
            fixedValue: declaration.attribute("fixed"),
            documentation: (node.element("annotation") ?? declaration.element("annotation"))?.element("documentation")?.stringValue ?? "")
    }

    private static func isTrue(_ value: String?) -> Bool { value == "true" || value == "1" }
}
