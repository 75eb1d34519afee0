/// The grammar of the files from before the first release: Beta 2, 3, 4, 6 and 7.1.
extension Grammar {
    static func beta(_ version: SchemaVersion) -> Grammar {
        var grammar = Grammar(rootRule: "specificationSet")
        grammar.addSimpleRules()
        grammar.addBetaSet(version)
        grammar.addBetaMetadata(version)
        grammar.addBetaDecompositions(version)
        grammar.addBetaVariables(version)
        grammar.addNetElements(
            hasFlowDocumentation: version == .beta7,
            taskSettings: version == .beta6 || version == .beta7 ? .enablementMappings : .none)
        return grammar
    }

    private mutating func addBetaSet(_ version: SchemaVersion) {
        // The absence of a version is what tells Beta 2.
        let attributes = version == .beta2 ? [] : [Attribute(name: "version", value: .oneOf([version.rawValue]))]
        rules["specificationSet"] = .elements([.some("specification", "specification")], attributes)
        let head: [Particle] = [.optional("name", "nonEmpty"), .optional("documentation", "string"), .one("metaData", "metaData")]
        let nets: [Particle] =
            version == .beta2
            ? [.optional("import", "import"), .schema, .one("rootNet", "net")]
            : [.schema]
        rules["specification"] = .elements(
            head + nets + [.some("decomposition", "decomposition"), .many("importedNet", "string")],
            [Attribute(name: "uri", value: .string)])
        rules["import"] = .attributes(["namespace", "location"].map { Attribute(name: $0, value: .string, isRequired: false) })
    }

    private mutating func addBetaMetadata(_ version: SchemaVersion) {
        let isOld = [.beta2, .beta3, .beta4].contains(version)
        let person = isOld ? "person" : "string"
        var parts: [Particle] = [
            .optional("title", "string"), .many("creator", person), .many("subject", "string"), .optional("description", "string"),
        ]
        if isOld { parts.append(.optional("publisher", "person")) }
        parts += [.many("contributor", person), .optional("coverage", "string")]
        if isOld { parts += [.optional("rights", "string"), .many("replaces", "string"), .many("modification", "modification")] }
        parts += [.optional("validFrom", "date"), .optional("validUntil", "date"), .optional("created", "date")]
        if !isOld { parts += [.optional("version", version == .beta7 ? "version" : "decimal"), .optional("status", "string")] }
        if version == .beta7 { parts.append(.optional("persistent", "boolean")) }
        rules["metaData"] = .elements(parts)
        rules["modification"] = .elements([.one("by", "person"), .one("on", "dateTime")])
        // The address has parts of its own, which nobody reads.
        rules["person"] = .elements([
            .one("name", "string"), .choice([.one("address", "anything"), .one("emailAddress", "string")], min: 1, max: 4),
            .optional("description", "string"),
        ])
    }

    private mutating func addBetaDecompositions(_ version: SchemaVersion) {
        let hasExpressions = version == .beta2 || version == .beta3
        let outputs = hasExpressions ? Particle.many("outputExpression", "expression") : .many("outputParam", "outputParam")
        let signature: [Particle] = [
            .optional("name", "nonEmpty"), .optional("documentation", "string"), .many("inputParam", "inputParam"), outputs,
        ]
        let id = Attribute(name: "id", value: hasExpressions ? .string : .ncName)
        let root = Attribute(name: "isRootNet", value: .boolean, isRequired: false)
        rules["decomposition"] = Rule(content: .byType(["NetFactsType": "net", "WebServiceGatewayFactsType": "gateway"]))
        rules["net"] = .elements(
            signature + [
                .many("localVariable", "localVariable"), .one("processControlElements", "processControlElements"),
            ], version == .beta2 ? [id] : [id, root])
        var gateway = signature
        if hasExpressions { gateway.append(.many("outputParam", "outputParam")) }
        if version == .beta6 || version == .beta7 { gateway.append(.many("enablementParam", "inputParam")) }
        gateway.append(.optional("yawlService", "yawlService"))
        rules["gateway"] = .elements(gateway, [id], isOpen: version == .beta7)
        rules["yawlService"] = .elements(
            [
                .sequence([.one("wsdlLocation", "string"), .one("operationName", "nmToken")], optional: true)
            ], [Attribute(name: "id", value: .string)])
    }

    private mutating func addBetaVariables(_ version: SchemaVersion) {
        let mandatory = Particle.optional("mandatory", "anything")
        if version == .beta2 {
            let name = [Attribute(name: "name", value: .nmToken)]
            rules["localVariable"] = .elements([.one("type", "string"), .optional("initialValue", "string")], name)
            rules["inputParam"] = .elements([.one("type", "string"), Self.initialOrMandatory], name)
            rules["outputParam"] = .elements([.one("type", "string"), mandatory], name)
            return
        }
        let isOpen = version == .beta6 || version == .beta7
        // Beta 6 names the hints it allows on variables; later versions leave that open.
        let hints: [Attribute] =
            version != .beta6
            ? []
            : [
                Attribute(name: "mandatory", value: .boolean, isRequired: false)
            ]
                + ["validationRule", "validationError", "label", "readOnly", "help", "controlType"].map {
                    Attribute(name: $0, value: .string, isRequired: false)
                }
        rules["localVariable"] = .elements(Self.typedName + [.optional("initialValue", "string")], hints)
        rules["inputParam"] = .elements(Self.typedName + [Self.initialOrMandatory], hints, isOpen: isOpen)
        let cutThrough: [Particle] = version == .beta3 ? [] : [.optional("isCutThroughParam", "anything")]
        rules["outputParam"] = .elements(Self.typedName + [mandatory] + cutThrough, hints, isOpen: isOpen)
    }
}
