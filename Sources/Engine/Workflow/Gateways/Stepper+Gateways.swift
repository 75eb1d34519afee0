import XMLTree

/// External data gateways in a step: what they know comes in as answers, what they are told goes out as events.
extension Stepper {
    /// The value of an input parameter as its gateway gave it, under the parameter's name.
    mutating func gatewayValue(_ mapping: ExternalMapping, of task: GraphTask, in net: NetState) throws(ExecutionError) -> XMLDocument {
        let read = GatewayRead(
            gateway: mapping.gateway, specification: specification.id, caseID: net.caseID.number == 0 ? nil : net.caseID,
            task: task.id, names: [mapping.name], data: wholeDocument(of: net))
        guard let value = try answer(to: read).first, let root = value.root else {
            throw ExecutionError(
                .invalid, "gateway-value-missing",
                "task \(task.id): the external data gateway \(mapping.gateway) has nothing for "
                    + "\(mapping.name), which is to be the input \(mapping.target)")
        }
        return root.localName == mapping.target ? value : value.renamed(mapping.target)
    }

    /// Lets the root net's gateway fill the variables that whoever started the case did not supply.
    mutating func populate(
        _ variables: inout [Variable], of graph: NetGraph, case id: CaseID, supplied: XMLDocument?
    ) throws(ExecutionError) {
        guard let gateway = graph.net.externalDataGateway, !gateway.isEmpty else { return }
        let given = Set(supplied?.root?.elements.map(\.localName) ?? [])
        let open = variables.map(\.name).filter { !given.contains($0) }
        let data = XMLDocument(element: specification.dataRoot(graph.id), children: variables.map(\.value))
        let read = GatewayRead(gateway: gateway, specification: specification.id, caseID: nil, task: nil, names: open, data: data)
        for value in try answer(to: read) {
            guard let name = value.root?.localName, open.contains(name), let parameter = graph.variables.first(where: { $0.name == name })
            else {
                throw ExecutionError(
                    .invalid, "gateway-value-unknown",
                    "the external data gateway \(gateway) gives \(value.root?.localName ?? "nothing"), "
                        + "which net \(graph.id) did not ask for")
            }
            if specification.validatesData, value.root?.isEmpty == false {
                try check(value, as: DataSlot(parameter), role: "the external data gateway \(gateway)")
            }
            variables.set(Variable(name: name, value: value))
        }
    }

    /// What a task's output holds for gateways leaves the case.
    mutating func handOver(_ output: XMLDocument, of task: GraphTask, in net: CaseID) {
        for mapping in task.externalCompleted {
            let value = output.root?.element(mapping.name)?.detached() ?? XMLDocument(element: mapping.name)
            emit(.dataHandedOver(case: net, gateway: mapping.gateway, task: task.id, name: mapping.name, value: value))
        }
    }

    /// The data a case ends with leave it, where its root net has a gateway.
    mutating func handOver(caseData net: NetState, of graph: NetGraph) {
        guard net.parent == nil, let gateway = graph.net.externalDataGateway, !gateway.isEmpty else { return }
        emit(.dataHandedOver(case: net.caseID, gateway: gateway, task: nil, name: graph.id, value: wholeDocument(of: net)))
    }

    private mutating func answer(to read: GatewayRead) throws(ExecutionError) -> [XMLDocument] {
        guard answersUsed < context.gatewayAnswers.count else { throw ExecutionError(missing: read) }
        defer { answersUsed += 1 }
        return context.gatewayAnswers[answersUsed]
    }

    private func wholeDocument(of net: NetState) -> XMLDocument {
        XMLDocument(element: specification.dataRoot(net.net), children: net.variables.map(\.value))
    }
}
