import XMLTree

/// Why a case cannot go on in another version: the element, and what about it.
public struct MigrationObstacle: Sendable, Hashable, CustomStringConvertible {
    public let element: ElementPath
    public let reason: String

    public init(_ element: ElementPath, _ reason: String) {
        self.element = element
        self.reason = reason
    }

    public var description: String { "\(element) \(reason)" }
}

extension ExecutableSpecification {
    /// What keeps a case of another version from going on in this one; empty when it maps.
    ///
    /// It maps when every place where something is means the same here: a marked condition leads to the same tasks, which have the
    /// same join, the same ways in and the same work; a task at work has the same work, split and ways out; every variable is there
    /// with a type its value fits; and nothing the end needs is missing for good. What lies further on may differ, as may
    /// predicates, mappings and cancellation sets: the new ones hold from then on.
    public func obstacles(to state: CaseState, from old: ExecutableSpecification) -> [MigrationObstacle] {
        var check = MigrationCheck(old: old, new: self)
        check.check(state)
        return check.obstacles
    }
}

private struct MigrationCheck {
    let old: ExecutableSpecification
    let new: ExecutableSpecification
    private(set) var obstacles: [MigrationObstacle] = []

    init(old: ExecutableSpecification, new: ExecutableSpecification) {
        self.old = old
        self.new = new
    }

    private mutating func refuse(_ element: ElementPath, _ reason: String) {
        let obstacle = MigrationObstacle(element, reason)
        if !obstacles.contains(obstacle) { obstacles.append(obstacle) }
    }

    mutating func check(_ state: CaseState) {
        if old.rootNet != new.rootNet { refuse(.net(old.rootNet), "is no longer the root net; that is \(new.rootNet)") }
        if old.specification.schemaVersion.hasSimpleRootData != new.specification.schemaVersion.hasSimpleRootData {
            refuse(.specification, "is written in a schema version whose data have another root element")
        }
        for (_, net) in state.nets.sorted(by: { $0.key < $1.key }) { check(net, in: state) }
    }

    private mutating func check(_ net: NetState, in state: CaseState) {
        let path = ElementPath.net(net.net)
        guard let before = old.nets[net.net], let after = new.nets[net.net] else {
            return refuse(path, "is running and not in the new version")
        }
        let count = obstacles.count
        for (condition, tokens) in net.tokens.sorted(by: { $0.key.precedes($1.key) }) { check(condition, tokens, before, after) }
        for task in net.busy.keys.sorted(by: { $0.precedes($1) }) { checkBusy(task, before, after) }
        for variable in net.variables { check(variable, before, after) }
        let flow = ResetNet(after.tasks, conditions: after.conditions.keys, join: "")
        if obstacles.count == count, !flow.mayMark(after.outputCondition, from: net) {
            refuse(path, "cannot come to its end from \(MarkingClass.NetMarking(net))")
        }
    }

    // MARK: Tokens

    private mutating func check(_ condition: String, _ tokens: Int, _ before: NetGraph, _ after: NetGraph) {
        let path = ElementPath.net(after.id).appending(.condition, condition)
        guard let targets = after.conditions[condition] else {
            return refuse(path, "holds \(tokens == 1 ? "a token" : "\(tokens) tokens") and is not in the new version")
        }
        if (condition == before.inputCondition) != (condition == after.inputCondition) || (condition == after.outputCondition) {
            refuse(
                path,
                "holds a token and is \(condition == after.outputCondition ? "the end" : "a start") of its net in only one of the versions")
        }
        if Set(targets) != Set(before.conditions[condition] ?? []) {
            refuse(path, "holds a token and leads to \(names(targets)) instead of \(names(before.conditions[condition] ?? []))")
        }
        for task in targets {
            guard let was = before.tasks[task], let now = after.tasks[task], before.conditions[condition]?.contains(task) == true else {
                continue
            }
            let path = ElementPath.net(after.id).appending(.task, task)
            if was.task.join != now.task.join {
                refuse(path, "is waited for by a token and its join is \(now.task.join.rawValue) instead of \(was.task.join.rawValue)")
            }
            if was.preset != now.preset {
                refuse(path, "is waited for by a token and is entered from \(names(now.preset)) instead of \(names(was.preset))")
            }
            checkWork(was, now, path, "is waited for by a token")
        }
    }

    // MARK: Work

    private mutating func checkBusy(_ task: String, _ before: NetGraph, _ after: NetGraph) {
        let path = ElementPath.net(after.id).appending(.task, task)
        guard let was = before.tasks[task], let now = after.tasks[task] else {
            return refuse(path, "is at work and not in the new version")
        }
        if was.task.split != now.task.split {
            refuse(path, "is at work and its split is \(now.task.split.rawValue) instead of \(was.task.split.rawValue)")
        }
        let ways = (was.postset.map(\.flow.target).sorted(), now.postset.map(\.flow.target).sorted())
        if ways.0 != ways.1 { refuse(path, "is at work and leads to \(names(ways.1)) instead of \(names(ways.0))") }
        checkWork(was, now, path, "is at work")
        if case (.atomic(let was), .atomic(let now)) = (was.kind, now.kind), was.id == now.id,
            !hasSameShape(was.common.inputs, now.common.inputs) || !hasSameShape(was.common.outputs, now.common.outputs)
        {
            refuse(path, "is at work and its work \(was.id) has other parameters")
        }
    }

    private mutating func checkWork(_ was: GraphTask, _ now: GraphTask, _ path: ElementPath, _ situation: String) {
        if was.work != now.work { refuse(path, "\(situation) and is \(now.work) instead of \(was.work)") }
        if was.task.timer != now.task.timer { refuse(path, "\(situation) and has another timer") }
        guard let old = was.instances.flatMap({ _ in was.task.multipleInstances }),
            let new = now.instances.flatMap({ _ in now.task.multipleInstances })
        else { return }
        if old.formalInput != new.formalInput || old.output?.variable != new.output?.variable {
            refuse(path, "\(situation) and its instances take or give other data")
        }
    }

    private func hasSameShape(_ was: [Parameter], _ now: [Parameter]) -> Bool {
        was.sortedByIndex().map(\.name) == now.sortedByIndex().map(\.name)
            && was.sortedByIndex().map(\.type) == now.sortedByIndex().map(\.type)
            && (old.specification.schema == new.specification.schema || was.allSatisfy { $0.hasBuiltInType })
    }

    // MARK: Data

    private mutating func check(_ variable: Variable, _ before: NetGraph, _ after: NetGraph) {
        let path = ElementPath.net(after.id).appending(.variable, variable.name)
        guard let parameter = after.variables.last(where: { $0.name == variable.name }) else {
            return refuse(path, "is not in the new version")
        }
        let was = before.variables.last { $0.name == variable.name }
        // The same type, meaning the same, and what has no value yet need no look at the value.
        if was?.type == parameter.type, old.specification.schema == new.specification.schema || parameter.hasBuiltInType { return }
        if variable.value.root?.isEmpty == true { return }
        let violations: [SchemaViolation] =
            switch parameter.type {
            case .named(let type, _): new.types.validate(variable.value, name: variable.name, type: type)
            case .element(let element): new.types.validate(variable.value, element: element)
            case .untyped, .missing: []
            }
        if let first = violations.first { refuse(path, "has a value that does not fit its type in the new version: \(first)") }
    }

    private func names(_ ids: [String]) -> String { ids.isEmpty ? "nothing" : ids.joined(separator: ", ") }
}

extension GraphTask {
    /// What a task is, in words that are equal when it is the same work.
    fileprivate var work: String {
        let base =
            switch kind {
            case .empty: "an empty task"
            case .atomic(let gateway): "work \(gateway.id)"
            case .composite(let net): "net \(net)"
            }
        return instances == nil ? base : base + ", many times"
    }
}

extension Parameter {
    fileprivate var hasBuiltInType: Bool { if case .named(_, "http://www.w3.org/2001/XMLSchema") = type { true } else { false } }
}

extension MarkingClass.NetMarking {
    fileprivate init(_ net: NetState) {
        self.init(path: net.net, tokens: net.tokens, busy: net.busy.keys.sorted { $0.precedes($1) })
    }
}
