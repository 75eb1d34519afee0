/// Carrying an open case over to another version of its specification.
extension ExecutableSpecification {
    /// The case goes on in this version, or is refused with the first reason and stays as it is. Variables that are new here get
    /// their initial values; offers are looked at anew.
    public func migrate(_ state: CaseState, from old: ExecutableSpecification, in context: StepContext) throws(ExecutionError) -> CaseStep {
        guard state.status.isOpen else {
            throw ExecutionError(.conflict, "case-closed", "case \(state.id) is \(state.status.text); nothing can be done with it any more")
        }
        let obstacles = obstacles(to: state, from: old)
        if let first = obstacles.first {
            throw ExecutionError(.conflict, "case-does-not-map", "case \(state.id) of \(old.id) cannot go on in \(id): \(first)")
        }
        var stepper = Stepper(state: state, specification: self, context: context)
        try stepper.migrate()
        try stepper.settleExceptions()
        guard stepper.state.status.isOpen else {
            throw ExecutionError(
                .conflict, "case-does-not-map", "case \(state.id) would end at once in \(id), as \(stepper.state.status.text)")
        }
        return (consume stepper).outcome()
    }
}

extension Stepper {
    fileprivate mutating func migrate() throws(ExecutionError) {
        var changed: [CaseID: [Variable]] = [:]
        for net in state.nets.values {
            let variables = try graph(net.net).initialVariables.get().map {
                Variable(name: $0.name, value: net.variables[$0.name] ?? $0.value)
            }
            if variables != net.variables { changed[net.caseID] = variables }
        }
        emit(.caseMigrated(specification: specification.id, variables: changed))
        for net in state.nets.keys.sorted() { try resume(net) }
    }
}
