import XMLTree

/// Turns the elements of a checked document into the model. It relies on the grammar having been checked and is therefore
/// short; what may be missing in some version is optional here.
struct ModelReader {
    let version: SchemaVersion
    let locator: SourceLocator

    static let instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"
    static let schemaNamespace = "http://www.w3.org/2001/XMLSchema"

    func specifications(of set: XMLNode) -> [Specification] {
        let nodes = set.elements("specification")
        let layouts = LayoutParts(set.element("layout"), uris: nodes.map { $0.attribute("uri") ?? "" })
        return nodes.enumerated().map { index, node in
            var specification = specification(node)
            specification.layout = layouts.part(index)
            return specification
        }
    }

    private func specification(_ node: XMLNode) -> Specification {
        var decompositions = node.elements("decomposition").map(decomposition)
        if let root = node.element("rootNet") { decompositions.insert(.net(net(root, isRoot: true)), at: 0) }
        var specification = Specification(uri: node.attribute("uri") ?? "", decompositions: decompositions)
        specification.name = node.element("name")?.stringValue
        specification.documentation = node.element("documentation")?.stringValue
        if let metadata = node.element("metaData") { specification.metadata = self.metadata(metadata) }
        specification.schema = node.elements.first { $0.name.namespace == Self.schemaNamespace }.map(keptSchema)
        specification.importedNets = node.elements("importedNet").map(\.stringValue)
        specification.schemaImport = node.element("import").map(kept)
        specification.schemaVersion = version
        specification.mark = SourceMark(node.position)
        return specification
    }

    private func metadata(_ node: XMLNode) -> Metadata {
        func text(_ name: String) -> String? { node.element(name)?.stringValue }
        var metadata = Metadata()
        metadata.title = text("title")
        metadata.subjects = node.elements("subject").map(\.stringValue)
        metadata.description = text("description")
        metadata.coverage = text("coverage")
        metadata.validFrom = text("validFrom")
        metadata.validUntil = text("validUntil")
        metadata.created = text("created")
        metadata.version = text("version")?.trimmingXMLSpace()
        metadata.status = text("status")
        metadata.persistent = text("persistent")
        metadata.identifier = text("identifier")?.trimmingXMLSpace()
        if [.beta2, .beta3, .beta4].contains(version) {
            metadata.creators = node.elements("creator").map { $0.element("name")?.stringValue ?? "" }
            metadata.contributors = node.elements("contributor").map { $0.element("name")?.stringValue ?? "" }
            if !node.elements.isEmpty { metadata.betaElement = kept(node) }
        } else {
            metadata.creators = node.elements("creator").map(\.stringValue)
            metadata.contributors = node.elements("contributor").map(\.stringValue)
        }
        return metadata
    }

    // MARK: Decompositions

    private func decomposition(_ node: XMLNode) -> Decomposition {
        let type = node.attribute("type", namespace: Self.instanceNamespace) ?? ""
        if type.trimmingXMLSpace().hasSuffix("NetFactsType") {
            // Only this literal counts, as in the reference engine.
            return .net(net(node, isRoot: node.attribute("isRootNet") == "true"))
        }
        return .gateway(gateway(node))
    }

    private func common(_ node: XMLNode) -> DecompositionCommon {
        var common = DecompositionCommon(id: id(node))
        common.name = node.element("name")?.stringValue
        common.documentation = node.element("documentation")?.stringValue
        common.inputs = node.elements("inputParam").map(parameter)
        common.outputs = node.elements("outputParam").map(parameter)
        common.outputExpressions = node.elements("outputExpression").map { $0.attribute("query") ?? "" }
        common.logPredicate = node.element("logPredicate").map(logPredicate)
        common.attributes = extendedAttributes(node, except: ["id", "isRootNet"])
        common.mark = SourceMark(node.position)
        return common
    }

    private func net(_ node: XMLNode, isRoot: Bool) -> Net {
        let elements = node.element("processControlElements")?.elements ?? []
        return Net(
            common: common(node), isRoot: isRoot, locals: node.elements("localVariable").map(parameter),
            elements: elements.map(netElement), externalDataGateway: node.element("externalDataGateway")?.stringValue)
    }

    private func gateway(_ node: XMLNode) -> Gateway {
        var gateway = Gateway(common: common(node))
        gateway.enablementParameters = node.elements("enablementParam").map(parameter)
        gateway.service = node.element("yawlService").map {
            ServiceReference(
                uri: $0.attribute("id") ?? "", documentation: $0.element("documentation")?.stringValue,
                wsdlLocation: $0.element("wsdlLocation")?.stringValue, operationName: $0.element("operationName")?.stringValue)
        }
        gateway.codelet = node.element("codelet")?.stringValue.trimmingXMLSpace()
        gateway.externalInteraction = node.element("externalInteraction")?.stringValue
        return gateway
    }

    // MARK: Variables

    private func parameter(_ node: XMLNode) -> Parameter {
        func name(_ element: String) -> String? { node.element(element)?.stringValue.trimmingXMLSpace() }
        let variable: (name: String, type: Parameter.DataType) =
            if version == .beta2 {
                (node.attribute("name")?.trimmingXMLSpace() ?? "", betaType(name("type") ?? ""))
            } else if let element = name("element") {
                (element, .element(element))
            } else if let type = name("type") {
                (name("name") ?? "", .named(type, namespace: node.element("namespace")?.stringValue))
            } else {
                (name("name") ?? "", node.element("isUntyped") == nil ? .missing : .untyped)
            }
        return Parameter(
            name: variable.name, type: variable.type, index: name("index").flatMap { Int($0) },
            documentation: node.element("documentation")?.stringValue, initialValue: node.element("initialValue")?.stringValue,
            defaultValue: node.element("defaultValue").map { $0.elements.isEmpty ? $0.stringValue : $0.serializedContent() },
            hasMandatoryElement: node.element("mandatory") != nil, isCutThrough: node.element("isCutThroughParam") != nil,
            logPredicate: node.element("logPredicate").map(logPredicate),
            attributes: extendedAttributes(node, except: version == .beta2 ? ["name"] : []), mark: SourceMark(node.position))
    }

    /// In Beta 2 the built-in types carry the prefix `xs`, declared or not; other prefixes point outside the file.
    private func betaType(_ written: String) -> Parameter.DataType {
        written.hasPrefix("xs:") ? .named(String(written.dropFirst(3)), namespace: Self.schemaNamespace) : .named(written, namespace: nil)
    }

    private func logPredicate(_ node: XMLNode) -> LogPredicate {
        LogPredicate(start: node.element("start")?.stringValue, completion: node.element("completion")?.stringValue)
    }

    private func extendedAttributes(_ node: XMLNode, except own: [String]) -> [ExtendedAttribute] {
        node.attributes.compactMap { name, value in
            if name.namespace == Self.instanceNamespace || (name.namespace.isEmpty && own.contains(name.local)) { return nil }
            return ExtendedAttribute(name: name.description, namespace: name.namespace, value: value)
        }
    }

    // MARK: Small things

    func id(_ node: XMLNode) -> String { (node.attribute("id") ?? "").trimmingXMLSpace() }

    /// The element as a document of its own, positions kept.
    func kept(_ node: XMLNode) -> XMLDocument {
        var builder = XMLBuilder(keepingPositions: true)
        builder.copy(node, withScope: true)
        return builder.finish()
    }

    /// The user's schema without the default namespace around it, as in the reference engine: there a type name without prefix
    /// means a type of this schema and never one of the YAWL namespace.
    private func keptSchema(_ node: XMLNode) -> XMLDocument {
        var builder = XMLBuilder(keepingPositions: true)
        builder.startElement(node.name, at: node.position)
        var declared = node.namespaceDeclarations
        var above = node.parent
        while let element = above {
            declared += element.namespaceDeclarations.filter { outer in
                !outer.prefix.isEmpty && !declared.contains { $0.prefix == outer.prefix }
            }
            above = element.parent
        }
        for (prefix, uri) in declared { builder.namespace(prefix: prefix, uri: uri) }
        for (name, value) in node.attributes { builder.attribute(name, value.utf8) }
        builder.copyContent(of: node)
        return builder.finish()
    }
}
