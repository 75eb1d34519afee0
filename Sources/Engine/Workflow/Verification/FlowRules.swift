/// Rules about single flows: who may carry a predicate, an ordering or the default mark.
extension Verifier {
    mutating func checkFlows(of scope: NetScope) {
        for element in scope.net.elements {
            let effective = element.effectiveFlows
            if effective.count < element.flows.count {
                warnOfDuplicates(element)
            }
            for flow in effective {
                guard let target = scope.elements[flow.target] else {
                    error(
                        "yawl-schema-reference", name(element), flow.mark,
                        "\(element.id) flows into \(flow.target), which is no element of the net \(scope.net.id)")
                    continue
                }
                checkEnds(of: flow, element, target)
                switch element {
                case .condition: checkPlain(flow, element, "a condition")
                case .task(let task):
                    switch task.split {
                    case .and: checkPlain(flow, element, "an AND split")
                    case .or: checkOrFlow(flow, element)
                    case .xor: checkXorFlow(flow, element)
                    }
                    checkPredicate(of: flow, task, in: scope)
                }
            }
            if case .task(let task) = element { checkDefaults(of: task, effective) }
        }
    }

    private mutating func warnOfDuplicates(_ element: NetElement) {
        var seen: Set<String> = []
        for flow in element.flows.reversed() where !seen.insert(flow.target).inserted {
            warning(
                "mizzen-duplicate-flow", name(element), flow.mark,
                "\(element.id) has several flows to \(flow.target); only the last one counts, so remove this one")
        }
    }

    private mutating func checkEnds(of flow: Flow, _ source: NetElement, _ target: NetElement) {
        guard case .condition(let next) = target else { return }
        if next.kind == .input {
            error("yawl-flow-into-input", name(source), flow.mark, "\(source.id) flows into the input condition \(next.id); nothing may")
        }
        guard case .condition(let condition) = source else { return }
        if condition.kind == .output {
            error("yawl-flow-out-of-output", name(source), flow.mark, "a flow leaves the output condition \(condition.id); none may")
        }
        error(
            "yawl-condition-to-condition", name(source), flow.mark,
            "the condition \(condition.id) flows straight into the condition \(next.id); put a task between them")
    }

    private mutating func checkPlain(_ flow: Flow, _ source: NetElement, _ kind: String) {
        let what = "the flow from \(source.id) to \(flow.target)"
        if let predicate = flow.predicate {
            error(
                "yawl-predicate-not-allowed", name(source), predicate.mark,
                "\(what) leaves \(kind) and so cannot have a predicate; remove it")
            if predicate.ordering != nil {
                error(
                    "yawl-ordering-not-allowed", name(source), predicate.mark,
                    "\(what) leaves \(kind) and so cannot have an ordering; remove it")
            }
        }
        if flow.isDefault {
            error(
                "yawl-default-not-allowed", name(source), flow.mark,
                "\(what) leaves \(kind) and so cannot be the default; remove isDefaultFlow")
        }
    }

    private mutating func checkOrFlow(_ flow: Flow, _ source: NetElement) {
        let what = "the flow from \(source.id) to \(flow.target)"
        guard let predicate = flow.predicate else {
            error(
                "yawl-predicate-missing", name(source), flow.mark,
                "\(what) leaves an OR split and has no predicate; every one needs one, the default too")
            return
        }
        if predicate.ordering != nil {
            error(
                "yawl-ordering-not-allowed", name(source), predicate.mark,
                "\(what) leaves an OR split and so cannot have an ordering; remove it")
        }
    }

    private mutating func checkXorFlow(_ flow: Flow, _ source: NetElement) {
        let what = "the flow from \(source.id) to \(flow.target)"
        guard let predicate = flow.predicate else {
            if !flow.isDefault {
                error(
                    "yawl-predicate-missing", name(source), flow.mark,
                    "\(what) leaves an XOR split and has no predicate; add one or make it the default")
            }
            return
        }
        if flow.isDefault {
            error(
                "yawl-predicate-and-default", name(source), flow.mark,
                "\(what) has a predicate and is the default of an XOR split; it can be only one of them")
        }
        if predicate.ordering == nil {
            error(
                "yawl-ordering-missing", name(source), predicate.mark,
                "the predicate of \(what) has no ordering, which says when an XOR split looks at it; add ordering=\"1\" or the like")
        }
    }

    private mutating func checkDefaults(of task: NetTask, _ flows: [Flow]) {
        guard task.split != .and else { return }
        let count = flows.count(where: \.isDefault)
        if count != 1 {
            error(
                "yawl-default-flow", name(task), task.mark,
                "the \(task.split.rawValue.uppercased()) split of \(task.id) has \(count) default flows; "
                    + "it needs exactly one, so \(count == 0 ? "mark one flow with isDefaultFlow" : "leave isDefaultFlow at one of them")")
        }
        guard task.split == .xor else { return }
        var seen: [Int: Flow] = [:]
        for flow in flows {
            guard let order = flow.predicate?.order else { continue }
            if let other = seen.updateValue(flow, forKey: order) {
                error(
                    "yawl-ordering-twice", name(task), flow.predicate?.mark ?? flow.mark,
                    "the flows from \(task.id) to \(other.target) and to \(flow.target) have the same ordering \(order); give each its own")
            }
        }
    }
}
