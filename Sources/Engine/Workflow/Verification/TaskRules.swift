/// Rules about tasks: instances, the cancellation set, what is mapped into and out of the decomposition.
extension Verifier {
    mutating func checkTask(_ task: NetTask, in scope: NetScope) {
        if let instances = task.multipleInstances { checkInstances(instances, of: task) }
        checkCancellationSet(of: task, in: scope)
        checkTimer(of: task, in: scope)
        if let decomposition = decomposition(of: task) {
            checkInputs(of: task, decomposition)
            checkOutputs(of: task, decomposition, in: scope)
            return
        }
        if let id = task.decomposition {
            warning(
                "mizzen-decomposition-missing", name(task), task.mark,
                """
                \(task.id) decomposes to \(id), which does not exist; it is treated as an empty \
                task. Add the decomposition or remove decomposesTo
                """
            )
        }
        if let instances = task.multipleInstances, instances.isMultiple || (Int(instances.threshold) ?? 0) > 1 {
            error(
                "yawl-instances-without-work", name(task), instances.mark,
                "\(task.id) has several instances but no decomposition, so there is nothing to be done several times; add decomposesTo")
        }
        if !task.startingMappings.isEmpty || task.multipleInstances != nil {
            error(
                "yawl-mapping-without-work", name(task), task.startingMappings.first?.mark ?? task.mark,
                "\(task.id) has starting mappings but no decomposition they could lead to; remove them or add decomposesTo")
        }
        if !task.completedMappings.isEmpty || task.multipleInstances?.output != nil {
            error(
                "yawl-mapping-without-work", name(task), task.completedMappings.first?.mark ?? task.mark,
                "\(task.id) has completion mappings but no decomposition they could come from; remove them or add decomposesTo")
        }
    }

    // MARK: Instances, cancellation, timer

    /// Only literal bounds can be judged before there are data.
    private mutating func checkInstances(_ instances: MultipleInstances, of task: NetTask) {
        let name = name(task), mark = instances.mark
        let minimum = Int(instances.minimum), maximum = Int(instances.maximum), threshold = Int(instances.threshold)
        for (what, value) in [("minimum", minimum), ("maximum", maximum), ("threshold", threshold)] {
            guard let value, value < 1 else { continue }
            error("yawl-instances-\(what)", name, mark, "the \(what) number of instances of \(task.id) is \(value); it must be at least 1")
        }
        if let minimum, let maximum, minimum > maximum {
            error(
                "yawl-instances-range", name, mark,
                "\(task.id) needs at least \(minimum) instances but may have at most \(maximum); exchange or correct them")
        }
        if !["static", "dynamic"].contains(instances.creationMode) {
            error(
                "yawl-instances-mode", name, mark,
                "the creation mode of \(task.id) is \(instances.creationMode); it must be static or dynamic")
        }
        checkOwnQuery(instances.splittingQuery, "the splitting query of \(task.id)", task, mark)
        if let output = instances.output { checkOwnQuery(output.joiningQuery, "the joining query of \(task.id)", task, mark) }
    }

    private mutating func checkCancellationSet(of task: NetTask, in scope: NetScope) {
        for removed in task.removesTokens where scope.elements[removed.id] == nil {
            error(
                "yawl-removes-unknown", name(task), removed.mark,
                "\(task.id) removes tokens from \(removed.id), which is no element of the net \(scope.net.id)")
        }
        for removed in task.removesTokensFromFlows {
            let condition = FlowGraph.implicitCondition(removed.source, removed.destination)
            guard !scope.graph.contains(condition) else { continue }
            warning(
                "mizzen-removes-unknown-flow", name(task), removed.mark,
                "\(task.id) removes tokens from a flow \(removed.source) → \(removed.destination), which does not exist; nothing is removed"
            )
        }
    }

    private mutating func checkTimer(of task: NetTask, in scope: NetScope) {
        guard let timer = task.timer else { return }
        if decomposition(of: task) == nil {
            warning("yawl-timer-ignored", name(task), timer.mark, "\(task.id) is an empty task, which runs at once; its timer is ignored")
        }
        guard case .variable(let variable) = timer.due else {
            if TimerSpan(timer) == nil {
                warning(
                    MizzenRule.timerRange.rawValue, name(task), timer.mark,
                    "the timer of \(task.id) runs beyond the end of the calendar; give it less time")
            }
            return
        }
        guard let found = scope.variables[variable] else {
            warning(
                "mizzen-timer-variable", name(task), timer.mark,
                "the timer of \(task.id) is read from the variable \(variable), which the net \(scope.net.id) does not have")
            return
        }
        if found.typeName != "YTimerType" {
            warning(
                "mizzen-timer-variable", name(task), timer.mark,
                "the timer of \(task.id) is read from \(variable), whose type is not YTimerType")
        }
    }

    // MARK: Mappings

    private mutating func checkInputs(of task: NetTask, _ decomposition: Decomposition) {
        // The input query of a multiple instance block is the mapping of its formal parameter.
        var mappings = Dictionary(task.startingMappings.map { ($0.target, $0) }, uniquingKeysWith: { $1 })
        if let instances = task.multipleInstances {
            mappings[instances.formalInput] = Mapping(query: instances.inputQuery, target: instances.formalInput, mark: instances.mark)
        }
        for parameter in decomposition.common.inputs {
            guard let mapping = mappings.removeValue(forKey: parameter.name) else {
                error(
                    "yawl-mapping-missing", name(task), task.mark,
                    "\(task.id) gives no value to the input parameter \(parameter.name) of \(decomposition.id); "
                        + "add a starting mapping to \(parameter.name)")
                continue
            }
            checkMapping(mapping, "the mapping to \(parameter.name) of \(task.id)", task)
        }
        for mapping in mappings.values.sorted(by: { $0.target < $1.target }) {
            warning(
                "mizzen-mapping-unknown-parameter", name(task), mapping.mark,
                "\(task.id) maps a value to \(mapping.target), but \(decomposition.id) has no such input parameter; it is not used")
        }
        var seen: Set<String> = []
        for mapping in task.startingMappings where !seen.insert(mapping.target).inserted {
            error(
                "yawl-mapping-twice", name(task), mapping.mark,
                "\(task.id) gives two values to the input parameter \(mapping.target); remove one mapping")
        }
    }

    private mutating func checkOutputs(of task: NetTask, _ decomposition: Decomposition, in scope: NetScope) {
        var targets: Set<String> = []
        for mapping in task.completedMappings {
            if !targets.insert(mapping.target).inserted {
                error(
                    "yawl-mapping-twice", name(task), mapping.mark,
                    "\(task.id) writes the variable \(mapping.target) twice; remove one mapping")
            }
            checkMapping(mapping, "the mapping to \(mapping.target) of \(task.id)", task)
            checkTarget(mapping.target, mapping.mark, task, scope)
        }
        if let output = task.multipleInstances?.output, let mark = task.multipleInstances?.mark {
            if targets.contains(output.variable) {
                error(
                    "yawl-mapping-twice", name(task), mark,
                    "\(task.id) writes the variable \(output.variable) both as the joined result of its instances "
                        + "and by an ordinary completion mapping; remove one")
            }
            checkMapping(
                Mapping(query: output.formalOutputQuery, target: output.variable, mark: mark), "the output query of \(task.id)", task)
            checkTarget(output.variable, mark, task, scope)
        }
        if specification.schemaVersion == .beta2 || specification.schemaVersion == .beta3 {
            checkOutputExpressions(of: task, decomposition)
        }
    }

    private mutating func checkTarget(_ variable: String, _ mark: SourceMark, _ task: NetTask, _ scope: NetScope) {
        if scope.variables[variable] != nil { return }
        let isOutput = scope.net.common.outputs.contains { $0.name == variable }
        error(
            "yawl-mapping-target", name(task), mark,
            "\(task.id) writes \(variable), but the net \(scope.net.id) has no such "
                + (isOutput
                    ? "local variable; it has only an output parameter of that name, so add a local variable \(variable) too"
                    : "local variable or input parameter; add one or correct the name"))
    }

    /// Until Beta 3 a task may only ask for what its decomposition offers.
    private mutating func checkOutputExpressions(of task: NetTask, _ decomposition: Decomposition) {
        var asked = task.completedMappings
        if let instances = task.multipleInstances, let output = instances.output {
            asked.append(Mapping(query: output.formalOutputQuery, target: output.variable, mark: instances.mark))
        }
        for mapping in asked where !decomposition.common.outputExpressions.contains(mapping.query) {
            error(
                "yawl-output-expression", name(task), mapping.mark,
                "\(task.id) reads \(mapping.query), which is no output expression of \(decomposition.id)")
        }
        for expression in decomposition.common.outputExpressions where !asked.contains(where: { $0.query == expression }) {
            error(
                "yawl-output-expression", name(task), task.mark,
                "\(task.id) does not map the output expression \(expression) of \(decomposition.id)")
        }
    }
}
