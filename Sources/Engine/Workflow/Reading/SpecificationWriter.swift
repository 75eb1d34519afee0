import XMLTree

/// Writes specifications as a YAWL file of the schema version they were read in. What was read and is written again says the
/// same: only comments, prefixes and the placing of white space are lost.
public struct SpecificationWriter {
    /// The text of a set: a declaration, then one element a line, indented by two.
    /// - Parameter specifications: at least one, all of one schema version (that of the first is written).
    public static func write(_ specifications: [Specification]) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document(specifications).serialized(.pretty) + "\n"
    }

    /// The same as a tree.
    public static func document(_ specifications: [Specification]) -> XMLDocument {
        var writer = SpecificationWriter(version: specifications.first?.schemaVersion ?? .v4_0)
        writer.writeSet(specifications)
        return writer.builder.finish()
    }

    let version: SchemaVersion
    var builder = XMLBuilder()

    private init(version: SchemaVersion) { self.version = version }

    // MARK: Elements of the YAWL namespace

    mutating func start(_ name: String, _ attributes: [(String, String?)] = []) {
        builder.startElement(XMLName(name, namespace: version.namespace))
        for case (let name, let value?) in attributes { builder.attribute(name, value) }
    }

    mutating func end() { builder.endElement() }

    /// An element with text; nothing at all for `nil`.
    mutating func text(_ name: String, _ value: String?, _ attributes: [(String, String?)] = []) {
        guard let value else { return }
        start(name, attributes)
        builder.text(value)
        end()
    }

    mutating func empty(_ name: String, _ attributes: [(String, String?)] = []) {
        start(name, attributes)
        end()
    }

    mutating func keep(_ document: XMLDocument?) {
        if let document { builder.copyContent(of: document.node) }
    }

    mutating func type(_ name: String) {
        builder.attribute(XMLName("type", namespace: ModelReader.instanceNamespace, prefix: "xsi"), name.utf8)
    }

    // MARK: The set

    private mutating func writeSet(_ specifications: [Specification]) {
        start("specificationSet", version == .beta2 ? [] : [("version", version.rawValue)])
        builder.namespace(prefix: "", uri: version.namespace)
        builder.namespace(prefix: "xsi", uri: ModelReader.instanceNamespace)
        for specification in specifications { writeSpecification(specification) }
        writeLayout(specifications.compactMap(\.layout))
        end()
    }

    private mutating func writeSpecification(_ specification: Specification) {
        start("specification", [("uri", specification.uri)])
        text("name", specification.name)
        text("documentation", specification.documentation)
        writeMetadata(specification.metadata)
        keep(specification.schemaImport)
        keep(specification.schema)
        for decomposition in specification.decompositions { writeDecomposition(decomposition) }
        for net in specification.importedNets { text("importedNet", net) }
        end()
    }

    private mutating func writeMetadata(_ metadata: Metadata) {
        if let element = metadata.betaElement { return keep(element) }
        start("metaData")
        text("title", metadata.title)
        for creator in metadata.creators { text("creator", creator) }
        for subject in metadata.subjects { text("subject", subject) }
        text("description", metadata.description)
        for contributor in metadata.contributors { text("contributor", contributor) }
        text("coverage", metadata.coverage)
        text("validFrom", metadata.validFrom)
        text("validUntil", metadata.validUntil)
        text("created", metadata.created)
        text("version", metadata.version)
        text("status", metadata.status)
        text("persistent", metadata.persistent)
        text("identifier", metadata.identifier)
        end()
    }

    /// The specifications' drawings as one.
    private mutating func writeLayout(_ layouts: [XMLDocument]) {
        guard let first = layouts.first?.root else { return }
        builder.startElement(first.name)
        for child in first.elements where child.localName != "specification" { builder.copy(child) }
        for layout in layouts {
            for drawing in layout.root?.elements("specification") ?? [] { builder.copy(drawing) }
        }
        end()
    }

    // MARK: Decompositions

    private mutating func writeDecomposition(_ decomposition: Decomposition) {
        switch decomposition {
        case .net(let net): writeNet(net)
        case .gateway(let gateway): writeGateway(gateway)
        }
    }

    private mutating func writeNet(_ net: Net) {
        if version == .beta2 && net.isRoot {
            start("rootNet", [("id", net.id)])
        } else {
            start("decomposition", [("id", net.id), ("isRootNet", net.isRoot ? "true" : nil)])
            type("NetFactsType")
        }
        writeCommon(net.common)
        for local in net.locals { writeVariable("localVariable", local) }
        start("processControlElements")
        for element in net.elements { writeElement(element) }
        end()
        text("externalDataGateway", net.externalDataGateway)
        end()
    }

    private mutating func writeGateway(_ gateway: Gateway) {
        start("decomposition", [("id", gateway.id)])
        type("WebServiceGatewayFactsType")
        writeCommon(gateway.common)
        for parameter in gateway.enablementParameters { writeVariable("enablementParam", parameter) }
        if let service = gateway.service {
            start("yawlService", [("id", service.uri)])
            text("documentation", service.documentation)
            text("wsdlLocation", service.wsdlLocation)
            text("operationName", service.operationName)
            end()
        }
        text("codelet", gateway.codelet)
        text("externalInteraction", gateway.externalInteraction)
        end()
    }

    /// The signature; the extended attributes belong to the element just started.
    private mutating func writeCommon(_ common: DecompositionCommon) {
        writeAttributes(common.attributes)
        text("name", common.name)
        text("documentation", common.documentation)
        for input in common.inputs { writeVariable("inputParam", input) }
        for query in common.outputExpressions { empty("outputExpression", [("query", query)]) }
        for output in common.outputs { writeVariable("outputParam", output) }
        writeLogPredicate(common.logPredicate)
    }

    private mutating func writeAttributes(_ attributes: [ExtendedAttribute]) {
        for attribute in attributes {
            let parts = attribute.name.split(separator: ":", maxSplits: 1).map(String.init)
            let name =
                parts.count == 2
                ? XMLName(parts[1], namespace: attribute.namespace, prefix: parts[0])
                : XMLName(attribute.name, namespace: attribute.namespace)
            builder.attribute(name, attribute.value.utf8)
        }
    }

    private mutating func writeLogPredicate(_ predicate: LogPredicate?) {
        guard let predicate else { return }
        start("logPredicate")
        text("start", predicate.start)
        text("completion", predicate.completion)
        end()
    }

    private mutating func writeVariable(_ element: String, _ variable: Parameter) {
        start(element, version == .beta2 ? [("name", variable.name)] : [])
        writeAttributes(variable.attributes)
        text("index", variable.index.map(String.init))
        text("documentation", variable.documentation)
        writeType(of: variable)
        text("initialValue", variable.initialValue)
        text("defaultValue", variable.defaultValue)
        if variable.hasMandatoryElement { empty("mandatory") }
        if variable.isCutThrough { empty("isCutThroughParam") }
        writeLogPredicate(variable.logPredicate)
        end()
    }

    private mutating func writeType(of variable: Parameter) {
        if version == .beta2 {
            guard case .named(let type, let namespace) = variable.type else { return }
            return text("type", namespace == nil ? type : "xs:" + type)
        }
        switch variable.type {
        case .element(let name): text("element", name)
        case .named(let type, let namespace):
            text("name", variable.name)
            text("type", type)
            text("namespace", namespace)
        case .untyped:
            text("name", variable.name)
            empty("isUntyped")
        case .missing: text("name", variable.name)
        }
    }
}
