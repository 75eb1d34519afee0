import XMLTree

/// Everything a specification says that matters to its execution, as a list of elements with aspects, each a short text. Two
/// specifications are compared by comparing these.
struct SpecificationFacts {
    struct Element {
        let path: ElementPath
        /// Only what is said; what is absent has no aspect.
        let aspects: [(name: String, text: String)]

        subscript(aspect: String) -> String? { aspects.first { $0.name == aspect }?.text }
    }

    private(set) var elements: [Element] = []
    private var places: [ElementPath: Int] = [:]

    subscript(path: ElementPath) -> Element? { places[path].map { elements[$0] } }

    init(_ specification: Specification) {
        say(
            .specification,
            [
                ("name", specification.name), ("documentation", specification.documentation),
                ("schema version", specification.schemaVersion.rawValue),
                ("root net", specification.rootNet?.id),
            ])
        for definition in specification.schema?.root?.elements ?? [] {
            let kind: ElementPath.Kind = definition.localName == "element" ? .element : .type
            say(
                ElementPath.specification.appending(kind, definition.attribute("name") ?? definition.localName),
                [("definition", text(definition.detached()))])
        }
        for decomposition in specification.decompositions {
            switch decomposition {
            case .net(let net): say(net)
            case .gateway(let gateway): say(gateway)
            }
        }
    }

    /// Of two elements with the same path the last one counts, as when they are run.
    private mutating func say(_ path: ElementPath, _ aspects: [(String, String?)]) {
        let element = Element(path: path, aspects: aspects.compactMap { name, text in text.map { (name, $0) } })
        if let place = places[path] {
            elements[place] = element
        } else {
            places[path] = elements.count
            elements.append(element)
        }
    }

    // MARK: Decompositions

    private mutating func say(_ net: Net) {
        let path = ElementPath.net(net.id)
        say(path, common(net.common) + [("data gateway", net.externalDataGateway)])
        say(net.common, in: path)
        for variable in net.locals { say(variable, path.appending(.variable, variable.name)) }
        for element in net.elements {
            switch element {
            case .condition(let condition): say(condition, path.appending(.condition, condition.id))
            case .task(let task): say(task, path.appending(.task, task.id))
            }
        }
    }

    private mutating func say(_ gateway: Gateway) {
        let path = ElementPath.specification.appending(.work, gateway.id)
        say(
            path,
            common(gateway.common) + [
                ("service", gateway.service?.uri), ("service documentation", gateway.service?.documentation), ("codelet", gateway.codelet),
                ("interaction", gateway.externalInteraction),
            ])
        say(gateway.common, in: path)
        for parameter in gateway.enablementParameters { say(parameter, path.appending(.enablement, parameter.name)) }
    }

    private func common(_ common: DecompositionCommon) -> [(String, String?)] {
        [("name", common.name), ("documentation", common.documentation), ("output", list(common.outputExpressions))]
            + log(common.logPredicate) + attributes(common.attributes)
    }

    private mutating func say(_ common: DecompositionCommon, in path: ElementPath) {
        for parameter in common.inputs { say(parameter, path.appending(.input, parameter.name)) }
        for parameter in common.outputs { say(parameter, path.appending(.output, parameter.name)) }
    }

    private mutating func say(_ parameter: Parameter, _ path: ElementPath) {
        let type: String? =
            switch parameter.type {
            case .named(let name, _): name
            case .element(let name): "element \(name)"
            case .untyped: "untyped"
            case .missing: nil
            }
        say(
            path,
            [
                ("type", type), ("index", parameter.index.map { String($0) }), ("initial value", parameter.initialValue),
                ("default value", parameter.defaultValue),
                ("mandatory", flag(parameter.hasMandatoryElement)), ("cut through", flag(parameter.isCutThrough)),
                ("documentation", parameter.documentation),
            ] + log(parameter.logPredicate) + attributes(parameter.attributes))
    }

    // MARK: Nets

    private mutating func say(_ condition: NetCondition, _ path: ElementPath) {
        let kind =
            switch condition.kind {
            case .input: "start"
            case .output: "end"
            case .plain: "plain"
            }
        say(path, [("kind", kind), ("name", condition.name), ("documentation", condition.documentation)])
        for flow in condition.flows { say(flow, path) }
    }

    private mutating func say(_ flow: Flow, _ path: ElementPath) {
        say(
            path.appending(.flow, flow.target),
            [
                ("predicate", flow.predicate?.query), ("ordering", flow.predicate?.ordering), ("default", flag(flow.isDefault)),
                ("documentation", flow.documentation),
            ])
    }

    private mutating func say(_ task: NetTask, _ path: ElementPath) {
        let cancelled = task.removesTokens.map(\.id) + task.removesTokensFromFlows.map { "\($0.source)→\($0.destination)" }
        say(
            path,
            [
                ("name", task.name), ("documentation", task.documentation), ("join", task.join.rawValue), ("split", task.split.rawValue),
                ("cancellation set", list(cancelled.sorted())), ("decomposition", task.decomposition), ("form", task.customForm),
                ("configuration", task.configuration.map(text)), ("default configuration", task.defaultConfiguration.map(text)),
            ] + timer(task.timer) + instances(task.multipleInstances) + resourcing(task.resourcing))
        for flow in task.flows { say(flow, path) }
        for (kind, mappings) in [
            (ElementPath.Kind.enablementMapping, task.enablementMappings), (.startingMapping, task.startingMappings),
            (.completedMapping, task.completedMappings),
        ] {
            for mapping in mappings { say(path.appending(kind, mapping.target), [("query", mapping.query)]) }
        }
    }

    private func timer(_ timer: TimerSetting?) -> [(String, String?)] {
        guard let timer else { return [] }
        let due =
            switch timer.due {
            case .variable(let name): "variable \(name)"
            case .expiry(let text): "at \(text)"
            case .duration(let text): text
            case .interval(let ticks, let unit): "\(ticks) \(unit)"
            }
        return [("timer", due), ("timer starts", timer.trigger), ("timer counts working days", flag(timer.workdays != nil))]
    }

    private func instances(_ block: MultipleInstances?) -> [(String, String?)] {
        guard let block else { return [] }
        return [
            ("minimum", block.minimum), ("maximum", block.maximum), ("threshold", block.threshold), ("creation mode", block.creationMode),
            ("instance input", block.inputQuery), ("splitting query", block.splittingQuery), ("instance parameter", block.formalInput),
            ("instance output", block.output?.formalOutputQuery), ("joining query", block.output?.joiningQuery),
            ("joined into", block.output?.variable),
        ]
    }

    private func resourcing(_ resourcing: Resourcing?) -> [(String, String?)] {
        (resourcing?.source.root?.elements ?? []).map { ("resourcing \($0.localName)", text($0.detached())) }
    }

    // MARK: Texts

    private func log(_ predicate: LogPredicate?) -> [(String, String?)] {
        [("log at start", predicate?.start), ("log at completion", predicate?.completion)]
    }

    private func attributes(_ attributes: [ExtendedAttribute]) -> [(String, String?)] {
        attributes.map { ("attribute \($0.name)", $0.value) }
    }

    /// Without the declarations of namespaces, which go without saying and are the whole file's.
    private func text(_ document: XMLDocument) -> String {
        document.serialized().replacing(/\ xmlns(:[A-Za-z0-9._-]+)?="[^"]*"/, with: "")
    }

    private func flag(_ isSet: Bool) -> String? { isSet ? "yes" : nil }

    private func list(_ names: [String]) -> String? { names.isEmpty ? nil : names.joined(separator: ", ") }
}
