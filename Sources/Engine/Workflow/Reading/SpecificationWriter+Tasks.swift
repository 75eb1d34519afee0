import XMLTree

/// Conditions, tasks and what hangs on a task.
extension SpecificationWriter {
    mutating func writeElement(_ element: NetElement) {
        switch element {
        case .condition(let condition): writeCondition(condition)
        case .task(let task): writeTask(task)
        }
    }

    private mutating func writeCondition(_ condition: NetCondition) {
        let name =
            switch condition.kind {
            case .input: "inputCondition"
            case .output: "outputCondition"
            case .plain: "condition"
            }
        start(name, [("id", condition.id)])
        text("name", condition.name)
        text("documentation", condition.documentation)
        for flow in condition.flows { writeFlow(flow) }
        end()
    }

    private mutating func writeFlow(_ flow: Flow) {
        start("flowsInto")
        empty("nextElementRef", [("id", flow.target)])
        text("predicate", flow.predicate?.query, [("ordering", flow.predicate?.ordering)])
        if flow.isDefault { empty("isDefaultFlow") }
        text("documentation", flow.documentation)
        end()
    }

    private mutating func writeTask(_ task: NetTask) {
        start("task", [("id", task.id)])
        if task.multipleInstances != nil { type("MultipleInstanceExternalTaskFactsType") }
        text("name", task.name)
        text("documentation", task.documentation)
        for flow in task.flows { writeFlow(flow) }
        empty("join", [("code", task.join.rawValue)])
        empty("split", [("code", task.split.rawValue)])
        keep(task.defaultConfiguration)
        keep(task.configuration)
        for removed in task.removesTokens { empty("removesTokens", [("id", removed.id)]) }
        for removed in task.removesTokensFromFlows {
            start("removesTokensFromFlow")
            empty("flowSource", [("id", removed.source)])
            empty("flowDestination", [("id", removed.destination)])
            end()
        }
        writeMappings("startingMappings", task.startingMappings)
        writeMappings("completedMappings", task.completedMappings)
        writeMappings("enablementMappings", task.enablementMappings)
        if let timer = task.timer { writeTimer(timer) }
        keep(task.resourcing?.source)
        text("customForm", task.customForm)
        if let decomposition = task.decomposition { empty("decomposesTo", [("id", decomposition)]) }
        if let instances = task.multipleInstances { writeInstances(instances) }
        end()
    }

    private mutating func writeMappings(_ name: String, _ mappings: [Mapping]) {
        guard !mappings.isEmpty else { return }
        start(name)
        for mapping in mappings {
            start("mapping")
            empty("expression", [("query", mapping.query)])
            text("mapsTo", mapping.target)
            end()
        }
        end()
    }

    private mutating func writeTimer(_ timer: TimerSetting) {
        start("timer")
        text("trigger", timer.trigger)
        switch timer.due {
        case .variable(let name): text("netparam", name)
        case .expiry(let moment): text("expiry", moment)
        case .duration(let duration): text("duration", duration)
        case .interval(let ticks, let unit):
            start("durationparams")
            text("ticks", ticks)
            text("interval", unit)
            end()
        }
        text("workdays", timer.workdays)
        end()
    }

    private mutating func writeInstances(_ instances: MultipleInstances) {
        text("minimum", instances.minimum)
        text("maximum", instances.maximum)
        text("threshold", instances.threshold)
        empty("creationMode", [("code", instances.creationMode)])
        start("miDataInput")
        empty("expression", [("query", instances.inputQuery)])
        empty("splittingExpression", [("query", instances.splittingQuery)])
        text("formalInputParam", instances.formalInput)
        end()
        guard let output = instances.output else { return }
        start("miDataOutput")
        empty("formalOutputExpression", [("query", output.formalOutputQuery)])
        empty("outputJoiningExpression", [("query", output.joiningQuery)])
        text("resultAppliedToLocalVariable", output.variable)
        end()
    }
}
