import XMLTree

/// Log predicates: texts of a specification that go into the log when work or a net starts or completes.
extension Stepper {
    /// The texts an event calls for, worked out on the case as it is before the event.
    func logTexts(for event: CaseEvent) -> [CaseEvent] {
        switch event {
        case .itemStarted(let id):
            guard var item = state.items[id] else { return [] }
            item.status = .executing
            item.startedAt = context.now
            return texts(of: item, data: item.data, \.start)
        case .itemCompleted(let id, let output): return texts(of: id, ended: .complete, output)
        case .itemForceCompleted(let id, let output): return texts(of: id, ended: .forcedComplete, output)
        case .itemFailed(let id, let output): return texts(of: id, ended: .failed, output)
        case .netStarted(let id, let net, _, let variables):
            return texts(of: net, as: id, variables, \.start)
        case .netCompleted(let id, _):
            guard let net = state.nets[id] else { return [] }
            return texts(of: net.net, as: id, net.variables, \.completion)
        default: return []
        }
    }

    private func texts(of id: WorkItemID, ended status: ItemStatus, _ output: XMLDocument) -> [CaseEvent] {
        guard var item = state.items[id] else { return [] }
        item.status = status
        return texts(of: item, data: output, \.completion)
    }

    private func texts(of item: WorkItem, data: XMLDocument?, _ moment: KeyPath<LogPredicate, String?>) -> [CaseEvent] {
        guard let net = state.nets[item.net], let task = specification.nets[net.net]?.tasks[item.id.task],
            case .atomic(let gateway) = task.kind
        else { return [] }
        var scope = TextScope(
            specification: specification.specification, item: item, task: task.task, decomposition: .gateway(gateway), data: data,
            timerDue: (state.timers?.running[item.id] ?? state.timers?.running[WorkItemID(item.net, item.id.task)])?.due,
            environment: context.environment)
        return texts(&scope, gateway.common, moment).map { .textLogged(case: item.id.caseID, task: item.id.task, text: $0) }
    }

    private func texts(of net: String, as id: CaseID, _ variables: [Variable], _ moment: KeyPath<LogPredicate, String?>) -> [CaseEvent] {
        guard let graph = specification.nets[net] else { return [] }
        let data = XMLDocument(element: specification.dataRoot(net), children: variables.map(\.value))
        var scope = TextScope(
            specification: specification.specification, decomposition: .net(graph.net), data: data, environment: context.environment)
        return texts(&scope, graph.net.common, moment).map { .textLogged(case: id, task: nil, text: $0) }
    }

    /// The decomposition's own text, then those of its inputs at the start or of its outputs at completion.
    private func texts(_ scope: inout TextScope, _ signature: DecompositionCommon, _ moment: KeyPath<LogPredicate, String?>) -> [String] {
        var texts = [signature.logPredicate?[keyPath: moment]].compactMap { $0 }.map(scope.filled)
        let isStart = moment == \.start
        scope.usage = isStart ? "inputParam" : "outputParam"
        for parameter in (isStart ? signature.inputs : signature.outputs).sortedByIndex() {
            guard let text = parameter.logPredicate?[keyPath: moment] else { continue }
            scope.parameter = parameter
            texts.append(scope.filled(text))
        }
        return texts
    }
}

extension Specification {
    /// Whether anything in it has a text for the log.
    var hasLogTexts: Bool {
        decompositions.contains { decomposition in
            let common = decomposition.common
            return common.logPredicate != nil || (common.inputs + common.outputs).contains { $0.logPredicate != nil }
        }
    }
}
