/// The grammar of schema 2.0 to 4.0. The versions differ in a handful of places, all marked by a comparison of `version`.
extension Grammar {
    static func grammar(of version: SchemaVersion) -> Grammar { version.isBeta ? beta(version) : release(version) }

    static func release(_ version: SchemaVersion) -> Grammar {
        var grammar = Grammar(rootRule: "specificationSet")
        grammar.addSimpleRules()
        grammar.addSet(version)
        grammar.addDecompositions()
        grammar.addVariables(hasIndex: version != .v2_0, localsAreOpen: version != .v2_0)
        grammar.addNetElements(hasFlowDocumentation: true, taskSettings: .release)
        grammar.addConfiguration(version)
        grammar.addTimer(hasWorkdays: version == .v4_0)
        grammar.addResourcing(hasSecondary: version != .v2_0 && version != .v2_1)
        grammar.addLayout()
        return grammar
    }

    /// Rules for elements that hold one value; their names are those of the value.
    mutating func addSimpleRules() {
        let texts: [(String, TextRule)] = [
            ("string", .string), ("nonEmpty", .nonEmpty), ("nothing", .nothing), ("ncName", .ncName), ("nmToken", .nmToken),
            ("integer", .integer), ("positiveInteger", .positiveInteger), ("boolean", .boolean), ("date", .date),
            ("dateTime", .dateTime), ("duration", .duration), ("version", .version), ("decimal", .decimal),
        ]
        for (name, rule) in texts { rules[name] = .text(rule) }
        rules["anything"] = Rule(isOpen: true, content: .anything)
    }

    private mutating func addSet(_ version: SchemaVersion) {
        rules["specificationSet"] = .elements(
            [.some("specification", "specification"), .optional("layout", "layout")],
            [Attribute(name: "version", value: .oneOf([version.rawValue]))])
        rules["specification"] = .elements(
            [
                .optional("name", "nonEmpty"), .optional("documentation", "string"), .one("metaData", "metaData"), .schema,
                .some("decomposition", "decomposition"), .many("importedNet", "string"),
            ], [Attribute(name: "uri", value: .string)])
        rules["metaData"] = .elements([
            .optional("title", "string"), .many("creator", "string"), .many("subject", "string"), .optional("description", "string"),
            .many("contributor", "string"), .optional("coverage", "string"), .optional("validFrom", "date"),
            .optional("validUntil", "date"), .optional("created", "date"), .optional("version", "version"),
            .optional("status", "string"), .optional("persistent", "boolean"), .optional("identifier", "ncName"),
        ])
    }

    private mutating func addDecompositions() {
        let signature: [Particle] = [
            .optional("name", "nonEmpty"), .optional("documentation", "string"), .many("inputParam", "inputParam"),
            .many("outputParam", "outputParam"), .optional("logPredicate", "logPredicate"),
        ]
        let id = Attribute(name: "id", value: .ncName)
        rules["decomposition"] = Rule(content: .byType(["NetFactsType": "net", "WebServiceGatewayFactsType": "gateway"]))
        rules["net"] = .elements(
            signature + [
                .many("localVariable", "localVariable"), .one("processControlElements", "processControlElements"),
                .optional("externalDataGateway", "nonEmpty"),
            ], [id, Attribute(name: "isRootNet", value: .boolean, isRequired: false)])
        rules["gateway"] = .elements(
            signature + [
                .many("enablementParam", "inputParam"), .optional("yawlService", "yawlService"), .optional("codelet", "ncName"),
                .optional("externalInteraction", "externalInteraction"),
            ], [id], isOpen: true)
        rules["externalInteraction"] = .text(.oneOf(["manual", "automated"]))
        rules["yawlService"] = .elements(
            [
                .optional("documentation", "string"),
                .sequence([.one("wsdlLocation", "string"), .one("operationName", "nmToken")], optional: true),
            ], [Attribute(name: "id", value: .string)])
        rules["logPredicate"] = .elements([.optional("start", "nonEmpty"), .optional("completion", "nonEmpty")])
    }

    private mutating func addVariables(hasIndex: Bool, localsAreOpen: Bool) {
        let head: [Particle] = (hasIndex ? [.one("index", "integer")] : []) + Self.typedName
        let log = Particle.optional("logPredicate", "logPredicate")
        rules["localVariable"] = .elements(head + [.optional("initialValue", "string")], isOpen: localsAreOpen)
        rules["outputParam"] = .elements(
            head + [
                .optional("defaultValue", "anything"), .optional("mandatory", "anything"), .optional("isCutThroughParam", "anything"), log,
            ], isOpen: true)
        rules["inputParam"] = .elements(head + [Self.initialOrMandatory, log], isOpen: true)
    }

    /// `documentation`?, then a name with its type, or the name of a global element.
    static var typedName: [Particle] {
        let typed = Particle.all([.one("type", "ncName"), .optional("namespace", "string")])
        let named = Particle.all([.one("name", "ncName"), .either([typed, .one("isUntyped", "anything")])])
        return [.optional("documentation", "string"), .either([named, .one("element", "ncName")])]
    }

    static var initialOrMandatory: Particle {
        .choice([.optional("initialValue", "string"), .optional("mandatory", "anything")], min: 0, max: 1)
    }

    private mutating func addConfiguration(_ version: SchemaVersion) {
        let activation = TextRule.oneOf(["activated", "blocked"])
        let inputActivation = TextRule.oneOf(["activated", "blocked", "hidden"])
        func value(_ rule: TextRule) -> Attribute { Attribute(name: "value", value: rule, isRequired: false) }
        // Until 2.2 the join and the split as a whole could carry a value too.
        let isOld = [.v2_0, .v2_1, .v2_2].contains(version)
        rules["configuration"] = .elements([
            .optional("join", "joinConfiguration"), .optional("nofi", "nofi"), .optional("rem", "rem"),
            .optional("split", "splitConfiguration"),
        ])
        rules["joinConfiguration"] = .elements([.many("port", "inputPort")], isOld ? [value(inputActivation)] : [])
        rules["splitConfiguration"] = .elements([.many("port", "outputPort")], isOld ? [value(activation)] : [])
        rules["inputPort"] = .elements([.many("flowSource", "elementReference")], [value(inputActivation)])
        rules["outputPort"] = .elements([.many("flowDestination", "elementReference")], [value(activation)])
        rules["rem"] = .attributes([value(activation)])
        rules["nofi"] = .elements([
            .one("minIncrease", "positiveInteger"), .one("maxDecrease", "positiveInteger"), .one("thresIncrease", "positiveInteger"),
            .one("creationMode", "configuredCreationMode"),
        ])
        // The literal is misspelt in the schemas before 2.2.
        let restrict = version == .v2_0 || version == .v2_1 ? "restict" : "restrict"
        rules["configuredCreationMode"] = .text(.oneOf([restrict, "keep"]))
    }

    private mutating func addTimer(hasWorkdays: Bool) {
        let due = Particle.either([.one("expiry", "integer"), .one("duration", "duration"), .one("durationparams", "durationparams")])
        let start = Particle.either([.one("netparam", "string"), .all([.one("trigger", "timerTrigger"), due])])
        rules["timer"] = .elements([start] + (hasWorkdays ? [.optional("workdays", "boolean")] : []))
        rules["timerTrigger"] = .text(.oneOf(["OnEnabled", "OnExecuting"]))
        rules["durationparams"] = .elements([.one("ticks", "integer"), .one("interval", "timerInterval")])
        rules["timerInterval"] = .text(.oneOf(["YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MIN", "SEC", "MSEC"]))
    }
}
