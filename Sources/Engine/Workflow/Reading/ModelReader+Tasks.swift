import XMLTree

/// Conditions, tasks and what hangs on a task.
extension ModelReader {
    func netElement(_ node: XMLNode) -> NetElement {
        switch node.localName {
        case "task": .task(task(node))
        case "inputCondition": .condition(condition(node, .input))
        case "outputCondition": .condition(condition(node, .output))
        default: .condition(condition(node, .plain))
        }
    }

    private func condition(_ node: XMLNode, _ kind: NetCondition.Kind) -> NetCondition {
        NetCondition(
            id: id(node), kind: kind, name: node.element("name")?.stringValue,
            documentation: node.element("documentation")?.stringValue, flows: node.elements("flowsInto").map(flow),
            mark: SourceMark(node.position))
    }

    private func flow(_ node: XMLNode) -> Flow {
        let predicate = node.element("predicate").map {
            Flow.Predicate($0.stringValue, ordering: $0.attribute("ordering"), mark: locator.content(of: $0))
        }
        return Flow(
            target: node.element("nextElementRef").map(id) ?? "", predicate: predicate,
            isDefault: node.element("isDefaultFlow") != nil, documentation: node.element("documentation")?.stringValue,
            mark: SourceMark(node.position))
    }

    private func task(_ node: XMLNode) -> NetTask {
        var task = NetTask(
            id: id(node), join: control(node.element("join")), split: control(node.element("split")),
            mark: SourceMark(node.position))
        task.name = node.element("name")?.stringValue
        task.documentation = node.element("documentation")?.stringValue
        task.flows = node.elements("flowsInto").map(flow)
        task.removesTokens = node.elements("removesTokens").map { RemovedElement(id: id($0), mark: SourceMark($0.position)) }
        task.removesTokensFromFlows = node.elements("removesTokensFromFlow").map {
            RemovedFlow(
                source: $0.element("flowSource").map(id) ?? "", destination: $0.element("flowDestination").map(id) ?? "",
                mark: SourceMark($0.position))
        }
        task.startingMappings = mappings(node.element("startingMappings"))
        task.completedMappings = mappings(node.element("completedMappings"))
        task.enablementMappings = mappings(node.element("enablementMappings"))
        task.timer = node.element("timer").map(timer)
        task.resourcing = node.element("resourcing").map(resourcing)
        task.customForm = node.element("customForm")?.stringValue
        task.decomposition = node.element("decomposesTo").map(id)
        task.multipleInstances = multipleInstances(node)
        task.configuration = node.element("configuration").map(kept)
        task.defaultConfiguration = node.element("defaultConfiguration").map(kept)
        return task
    }

    private func control(_ node: XMLNode?) -> ControlType { node?.attribute("code").flatMap(ControlType.init) ?? .and }

    private func mappings(_ node: XMLNode?) -> [Mapping] {
        node?.elements("mapping").map { mapping in
            let expression = mapping.element("expression")
            return Mapping(
                query: expression?.attribute("query") ?? "", target: mapping.element("mapsTo")?.stringValue.trimmingXMLSpace() ?? "",
                mark: expression.map { locator.value(of: "query", in: $0) } ?? .unknown)
        } ?? []
    }

    /// The type of the task decides, not whether some of the block is there.
    private func multipleInstances(_ node: XMLNode) -> MultipleInstances? {
        let type = node.attribute("type", namespace: Self.instanceNamespace) ?? ""
        guard type.trimmingXMLSpace().hasSuffix("MultipleInstanceExternalTaskFactsType"), let input = node.element("miDataInput") else {
            return nil
        }
        func text(_ name: String) -> String { node.element(name)?.stringValue ?? "" }
        func query(_ node: XMLNode, _ name: String) -> String { node.element(name)?.attribute("query") ?? "" }
        let output = node.element("miDataOutput").map {
            MultipleInstances.Output(
                formalOutputQuery: query($0, "formalOutputExpression"), joiningQuery: query($0, "outputJoiningExpression"),
                variable: $0.element("resultAppliedToLocalVariable")?.stringValue.trimmingXMLSpace() ?? "")
        }
        return MultipleInstances(
            minimum: text("minimum"), maximum: text("maximum"), threshold: text("threshold"),
            creationMode: node.element("creationMode")?.attribute("code") ?? "",
            inputQuery: query(input, "expression"), splittingQuery: query(input, "splittingExpression"),
            formalInput: input.element("formalInputParam")?.stringValue.trimmingXMLSpace() ?? "", output: output,
            mark: SourceMark(input.position))
    }

    private func timer(_ node: XMLNode) -> TimerSetting {
        func text(_ name: String) -> String? { node.element(name)?.stringValue }
        let due: TimerSetting.Due =
            if let variable = text("netparam") {
                .variable(variable)
            } else if let moment = text("expiry") {
                .expiry(moment.trimmingXMLSpace())
            } else if let duration = text("duration") {
                .duration(duration.trimmingXMLSpace())
            } else {
                .interval(
                    ticks: node.element("durationparams")?.element("ticks")?.stringValue.trimmingXMLSpace() ?? "",
                    unit: node.element("durationparams")?.element("interval")?.stringValue ?? "")
            }
        return TimerSetting(trigger: text("trigger"), due: due, workdays: text("workdays"), mark: SourceMark(node.position))
    }

    private func resourcing(_ node: XMLNode) -> Resourcing {
        let offer = node.element("offer")
        let initial = offer?.element("distributionSet")?.element("initialSet")
        return Resourcing(
            source: kept(node), offerInitiator: offer?.attribute("initiator"),
            allocateInitiator: node.element("allocate")?.attribute("initiator"),
            startInitiator: node.element("start")?.attribute("initiator"),
            participants: initial?.elements("participant").map(\.stringValue) ?? [],
            roles: initial?.elements("role").map(\.stringValue) ?? [])
    }
}
