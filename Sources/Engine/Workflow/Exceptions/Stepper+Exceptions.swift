import XMLTree
import XQuery

/// Rules have their say: at the end of every step each thing that happened in it is put before the trees it concerns, and what
/// they conclude is carried out as far as it stays inside the case. All of that belongs to the step and stands or falls with it.
extension Stepper {
    /// A case that raises more is caught in its own rules; they no longer apply to it.
    static let maxExlets = 1_000

    mutating func settleExceptions() throws(ExecutionError) {
        guard context.rules != nil || state.exceptions != nil else { return }
        var seen = 0
        while true {
            while seen < events.count {
                let event = events[seen].event
                seen += 1
                try answer(event)
            }
            guard let exlet = state.exceptions?.exlets.first(where: { $0.need == nil }) else { break }
            carryOut(exlet)
            guard events.count < Self.maxEvents else {
                throw ExecutionError(
                    .invalid, "endless-step", "the rules of case \(state.id) would go on for ever without anybody doing anything")
            }
        }
        noteSuspension()
    }

    private mutating func answer(_ event: CaseEvent) throws(ExecutionError) {
        switch event {
        case .caseStarted: raise(.casePreconstraint)
        case .caseCompleted: raise(.casePostconstraint)
        case .itemEnabled(let id, _):
            guard state.items[id]?.standing == .enabled else { return }
            raise(.itemPreconstraint, item: id)
            try select(for: id)
        case .itemCompleted(let id, let output), .itemForceCompleted(let id, let output):
            raise(.itemPostconstraint, item: id, document: output)
        default: break
        }
    }

    /// Puts an event before the rules. True when they concluded something, which is then under way.
    ///
    /// This is the hook for whoever notices an exception first: a timer that runs out, a service that fails, a resource that is not
    /// there.
    @discardableResult
    mutating func raise(_ kind: RuleKind, item: WorkItemID? = nil, trigger: String? = nil, document: XMLDocument? = nil) -> Bool {
        guard let tree = context.rules?.tree(kind, task: item?.task) else { return false }
        let data = exceptionData(of: item, document: document)
        guard let rule = conclude(tree, kind, item: item, data: data, trigger: trigger), !rule.conclusion.isEmpty else { return false }
        startExlet(kind, rule, item)
        return true
    }

    private mutating func startExlet(_ kind: RuleKind, _ rule: Rule, _ item: WorkItemID?) {
        emit(.exletStarted(Exlet(id: (state.exceptions?.raised ?? 0) + 1, kind: kind, rule: rule.id, item: item, steps: rule.conclusion)))
    }

    mutating func raiseFromOutside(_ kind: RuleKind, item id: WorkItemID?, trigger: String?) throws(ExecutionError) {
        if let id {
            let item = try item(id)
            guard item.status.isUnfinished else {
                throw ExecutionError(.conflict, "item-not-live", "item \(id) is \(item.status.text); nothing can happen to it any more")
            }
        }
        guard !raise(kind, item: id, trigger: trigger) else { return }
        let subject = id.map { "item \($0)" } ?? "case \(state.id)"
        let what = trigger.map { "“\($0)”" } ?? kind.text
        throw ExecutionError(
            .conflict, "no-rule-answers",
            context.rules?.tree(kind, task: id?.task) == nil
                ? "\(specification.id.uri) has no rules for \(kind.text) that concern \(subject); load some with `mizzen rules load`"
                : "no rule of \(specification.id.uri) answers to \(what) in \(subject)")
    }

    // MARK: Rules

    private mutating func conclude(_ tree: RuleTree, _ kind: RuleKind, item: WorkItemID?, data: [Variable], trigger: String?) -> Rule? {
        guard state.exceptions?.raised ?? 0 < Self.maxExlets else { return nil }
        var parts = data.map(\.value)
        if let trigger { parts.append(XMLDocument(element: "trigger", text: trigger)) }
        let root = specification.dataRoot(net(of: item)?.net ?? specification.rootNet)
        let plain = CompositeDocument(rootName: root, parts: parts)
        let environment = context.environment
        var failures: [CaseEvent] = []
        let rule = tree.conclude { rule in
            var input = plain
            if rule.condition.asksForItems { input.parts.append(processInfo(item, isTimeout: kind == .itemTimeout)) }
            do {
                return try rule.condition.query.truth(over: .composite(input), in: environment)
            } catch {
                failures.append(.ruleFailed(kind: kind, item: item, rule: rule.id, reason: "\(error) in \(rule.condition.text)"))
                return false
            }
        }
        for failure in failures { emit(failure) }
        return rule
    }

    private func processInfo(_ id: WorkItemID?, isTimeout: Bool) -> XMLDocument {
        func element(_ name: String, _ item: WorkItem) -> XMLDocument {
            XMLDocument(
                element: name,
                children: [XMLDocument(element: "task", text: item.id.task), XMLDocument(element: "status", text: item.status.text)]
                    + (name == "this" && isTimeout ? [XMLDocument(element: "timer", text: "expired")] : []))
        }
        let own = id.flatMap { state.items[$0] }.map { [element("this", $0)] } ?? []
        return XMLDocument(element: "process_info", children: own + state.items.values.sorted { $0.id < $1.id }.map { element("item", $0) })
    }

    private func net(of item: WorkItemID?) -> NetState? {
        guard let item else { return state.rootNet }
        return state.items[item].flatMap { state.nets[$0.net] } ?? state.nets[item.caseID] ?? item.caseID.parent.flatMap { state.nets[$0] }
    }

    /// The net's variables, with what the item works on in place of those of the same name.
    func exceptionData(of item: WorkItemID?, document: XMLDocument? = nil) -> [Variable] {
        var data = net(of: item)?.variables ?? state.ending?.variables ?? []
        for element in (document ?? item.flatMap { state.items[$0]?.data })?.root?.elements ?? [] {
            data.set(Variable(name: element.localName, value: element.detached()))
        }
        return data
    }

    // MARK: Selection

    /// A task of the worklet service: its items are started for the worklets that rules pick for them. Where none is picked the
    /// item is there for people.
    private mutating func select(for id: WorkItemID) throws(ExecutionError) {
        guard let tree = context.rules?.tree(.itemSelection, task: id.task), let offer = state.items[id], offer.status == .enabled,
            case (let task, _) = try work(of: offer), case .atomic(let gateway) = task.kind, gateway.isForWorklets
        else { return }
        var attempt = self
        do throws(ExecutionError) {
            try attempt.start(id)
        } catch {
            emit(.ruleFailed(kind: .itemSelection, item: id, rule: nil, reason: error.message))
            return
        }
        self = attempt
        for child in state.nets[id.caseID]?.busy[task.id]?.active ?? [] {
            let item = WorkItemID(child, task.id)
            guard let rule = conclude(tree, .itemSelection, item: item, data: exceptionData(of: item), trigger: nil),
                !rule.conclusion.isEmpty
            else {
                if state.items[item]?.status == .executing { emit(.itemRolledBack(item: item)) }
                continue
            }
            if state.items[item]?.status == .fired { try begin(item, of: task, in: id.caseID) }
            startExlet(.itemSelection, rule, item)
        }
    }
}

extension Gateway {
    /// Whether its work is given to the worklet service, which here is the engine itself.
    public var isForWorklets: Bool { service?.uri.split(separator: "/").contains("workletService") ?? false }
}
