import XMLTree

/// What has become of an exlet's step outside of its case.
public enum ExletProgress: Sendable {
    case workletsStarted([Exlet.Worklet])
    /// A worklet's case has ended; `output` is what it hands over when it completed.
    case workletEnded(caseNumber: Int64, CaseStatus, output: XMLDocument?)
    /// The action was done to these other cases.
    case done(cases: [Int64])
    case failed(String)
}

extension CaseCommand {
    /// Exlets go on when their case has ended.
    var suitsClosedCases: Bool { if case .advanceExlet = self { true } else { false } }
}

/// Exlets: their steps, one after the other.
extension Stepper {
    /// Does the next step of an exlet inside of its case. What cannot be done ends the exlet and changes nothing else.
    mutating func carryOut(_ exlet: Exlet) {
        guard let step = exlet.step else { return emit(.exletEnded(exlet: exlet.id, failure: nil)) }
        if step.worklets.isEmpty { carryOut(exlet, as: step) } else { finish(exlet) }
    }

    private mutating func carryOut(_ exlet: Exlet, as step: ExletStep, alsoHeld others: [Int64] = []) {
        var attempt = self
        do throws(ExecutionError) {
            let before = attempt.events.count
            let note = try attempt.act(step, exlet)
            var items: [WorkItemID] = []
            for event in attempt.events[before...] { if case .itemSuspended(let item) = event.event { items.append(item) } }
            let holdsCase = attempt.events[before...].contains { $0.event == .caseSuspending }
            self = attempt
            finish(exlet, items: items, cases: others + (holdsCase ? [state.id.number].compactMap(\.self) : []), note: note)
        } catch {
            giveUp(exlet, error.message)
        }
    }

    private mutating func finish(_ exlet: Exlet, items: [WorkItemID] = [], cases: [Int64] = [], note: String? = nil) {
        emit(.exletStepDone(exlet: exlet.id, step: exlet.next, items: items, cases: cases, note: note))
    }

    /// Something outside of the case is done or has happened.
    mutating func advance(_ id: Int, step: Int, _ progress: ExletProgress) throws(ExecutionError) {
        guard let exlet = state.exceptions?[exlet: id], exlet.next == step, let need = exlet.need else {
            throw ExecutionError(
                .conflict, "exlet-step-done", "step \(step + 1) of exlet \(id) in case \(state.id) is not waited for any more")
        }
        switch (progress, need) {
        case (.failed(let reason), _):
            giveUp(exlet, reason)
        case (.workletsStarted(let worklets), .worklets):
            emit(.exletWorkletsStarted(exlet: id, worklets: worklets))
        case (.workletEnded(let number, let outcome, let output), .ends(let open)) where open.contains(number):
            try take(output, of: number, outcome, for: exlet)
        case (.done(let cases), .otherCases(let action, _)):
            // This case is one of those it is done to.
            carryOut(exlet, as: ExletStep(action, .thisCase), alsoHeld: cases)
        default:
            throw ExecutionError(.conflict, "exlet-step-done", "exlet \(id) of case \(state.id) waits for something else")
        }
    }

    // MARK: Actions

    /// Does an action to the exlet's item or to the case. Gives a sentence when there was nothing to do it to.
    private mutating func act(_ step: ExletStep, _ exlet: Exlet) throws(ExecutionError) -> String? {
        guard state.status.isOpen else { return "the case is \(state.status.text)" }
        guard step.target == .workitem, let id = exlet.item else {
            switch step.action {
            case .suspend: hold()
            case .remove: emit(.caseCancelled)
            default: try release(exlet)
            }
            return nil
        }
        guard let item = try? named(id).first(where: \.status.isUnfinished) else { return "item \(id) is done already" }
        switch step.action {
        case .suspend: if item.status.isLive { try suspendItem(id) }
        case .continue: if item.status == .suspended { try unsuspendItem(id) }
        case .remove: try removeAll(id)
        case .restart: if item.status == .executing || item.status == .suspended { try restart(item.id) }
        case .rollback:
            if item.status == .suspended { try unsuspendItem(item.id) }
            if item.standing == .executing { emit(.itemRolledBack(item: item.id)) }
        case .complete: try endAll(id, as: .forced, verb: "completed")
        case .fail: try endAll(id, as: .failed, verb: "failed")
        case .compensate, .select: break
        }
        return nil
    }

    private mutating func removeAll(_ id: WorkItemID) throws(ExecutionError) {
        for item in try named(id) where state.items[item.id]?.status.isUnfinished == true { try cancelItem(item.id) }
    }

    /// Suspends the case and all items somebody could work on.
    private mutating func hold() {
        for item in state.liveItems { emit(.itemSuspended(item: item.id)) }
        if state.status == .running { emit(.caseSuspending) }
        noteSuspension()
    }

    private mutating func release(_ exlet: Exlet) throws(ExecutionError) {
        for item in exlet.suspendedItems where state.items[item]?.status == .suspended { emit(.itemUnsuspended(item: item)) }
        if let number = state.id.number, exlet.suspendedCases.contains(number), state.status != .running { try resumeCase() }
    }

    mutating func holdAll() throws(ExecutionError) {
        guard state.status == .running || !state.liveItems.isEmpty else {
            throw ExecutionError(.conflict, "case-not-running", "case \(state.id) is \(state.status.text) already")
        }
        hold()
    }

    mutating func releaseAll() throws(ExecutionError) {
        guard state.status != .running else { throw ExecutionError(.conflict, "case-not-suspended", "case \(state.id) is not suspended") }
        for item in state.items.values.filter({ $0.status == .suspended }).map(\.id).sorted() { emit(.itemUnsuspended(item: item)) }
        try resumeCase()
    }

    // MARK: Worklets

    /// A worklet's outputs go by name: into the item's data where it has such an element, else into the net's variable. The
    /// worklet of a selection completes the item.
    private mutating func take(_ output: XMLDocument?, of number: Int64, _ outcome: CaseStatus, for exlet: Exlet) throws(ExecutionError) {
        emit(.exletWorkletEnded(exlet: exlet.id, caseNumber: number, outcome: outcome))
        guard outcome == .completed else { return giveUp(exlet, "worklet case \(number) was \(outcome.text)") }
        guard state.status.isOpen, let output else { return }
        var attempt = self
        do throws(ExecutionError) {
            if exlet.kind == .itemSelection, let item = exlet.item.flatMap({ state.items[$0] }) {
                if item.status == .suspended { attempt.emit(.itemUnsuspended(item: item.id)) }
                if item.standing == .fired { attempt.emit(.itemStarted(item: item.id)) }
                try attempt.end(item.id, output: output, as: .completed)
            } else {
                try attempt.assign(output, for: exlet)
            }
            self = attempt
        } catch {
            giveUp(exlet, "the output of worklet case \(number) is not acceptable: \(error.message)")
        }
    }

    private mutating func giveUp(_ exlet: Exlet, _ reason: String) {
        emit(.exletEnded(exlet: exlet.id, failure: exlet.step.map { "\($0.text): \(reason)" } ?? reason))
        // Somebody else may do what the worklet did not.
        if exlet.kind == .itemSelection, let item = exlet.item, state.items[item]?.status == .executing {
            emit(.itemRolledBack(item: item))
        }
    }

    private mutating func assign(_ output: XMLDocument, for exlet: Exlet) throws(ExecutionError) {
        let item = exlet.item.flatMap { state.items[$0] }
        let signature: Signature? = if let item { try work(of: item).1 } else { nil }
        guard let net = item.flatMap({ state.nets[$0.net] }) ?? state.rootNet else { return }
        let variables = try graph(net.net).variables
        var data = item?.data?.root?.elements.map { $0.detached() } ?? []
        var assigned: [Variable] = []
        var changesItem = false
        for element in output.root?.elements ?? [] {
            let name = element.localName, value = element.detached()
            func checked(as parameter: Parameter?) throws(ExecutionError) {
                guard specification.validatesData, let parameter, value.root?.isEmpty == false else { return }
                try check(value, as: DataSlot(parameter), role: name)
            }
            if let index = data.firstIndex(where: { $0.root?.localName == name }) {
                try checked(as: signature?.inputs.first { $0.name == name } ?? signature?.outputs.first { $0.name == name })
                data[index] = value
                changesItem = true
            } else if let variable = variables.first(where: { $0.name == name }) {
                try checked(as: variable)
                assigned.append(Variable(name: name, value: value))
            }
        }
        if changesItem, let item, let root = item.data?.root {
            emit(.itemDataChanged(item: item.id, data: XMLDocument(element: root.localName, children: data)))
        }
        if !assigned.isEmpty { emit(.variablesAssigned(case: net.caseID, variables: assigned)) }
    }
}

extension ExecutableSpecification {
    /// Case parameters for a worklet: of every input parameter the variable of the same name. Nil when it takes none of them.
    public func workletParameters(from data: [Variable]) -> XMLDocument? {
        let inputs = nets[rootNet]?.signature.inputs ?? []
        let parts = inputs.compactMap { data[$0.name] }
        return parts.isEmpty ? nil : XMLDocument(element: dataRoot(rootNet), children: parts)
    }

    /// What a worklet of an exlet is given.
    public func workletData(for exlet: Exlet, of state: CaseState) -> [Variable] {
        Stepper(state: state, specification: self, context: StepContext(now: 0, actor: "")).exceptionData(of: exlet.item)
    }
}
