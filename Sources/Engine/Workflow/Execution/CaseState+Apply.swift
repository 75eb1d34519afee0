import XMLTree

/// What each event does to a case. Total: an event that does not fit (it cannot have come from a step) changes nothing.
extension CaseState {
    /// Rebuilds a case from its events; nil when they do not begin with the case's start.
    public init?(replaying events: some Sequence<RecordedEvent>) {
        var state: CaseState?
        for recorded in events {
            if case .caseStarted(let id, let specification) = recorded.event {
                state = CaseState(id: id, specification: specification)
            }
            state?.apply(recorded)
        }
        guard let state else { return nil }
        self = state
    }

    public mutating func apply(_ recorded: RecordedEvent) {
        applyTimers(recorded)
        switch recorded.event {
        case .caseStarted:
            status = .running
        case .netStarted(let id, let net, let parent, let variables):
            nets[id] = NetState(caseID: id, net: net, parent: parent, variables: variables)
        case .tokenAdded(let id, let condition):
            nets.update(id) { $0.tokens[condition] = ($0.tokens[condition] ?? 0) + 1 }
        case .tokensRemoved(let id, let condition, let count):
            nets.update(id) { net in
                let left = (net.tokens[condition] ?? 0) - count
                net.tokens[condition] = left > 0 ? left : nil
            }
        case .taskFired(let id, let task, let children):
            nets.update(id) { net in
                net.busy[task] = BusyTask(active: children)
                net.children += children.count
            }
        case .instanceStarted(let id, let task, let child):
            nets.update(id) { $0.busy.update(task) { $0.start(child) } }
        case .instanceAdded(let id, let task, let child):
            nets.update(id) { net in
                net.busy.update(task) {
                    $0.active.append(child)
                    $0.entered.append(child)
                }
                net.children += 1
            }
        case .instanceRemoved(let id, let task, let child):
            nets.update(id) { $0.busy.update(task) { $0.remove(child) } }
        case .instanceCompleted(let id, let task, let child, let results, let contribution):
            nets.update(id) { net in
                net.busy.update(task) {
                    $0.finish(child)
                    for result in results { $0.results.set(result) }
                    if let contribution { $0.gathered.append(contribution) }
                }
            }
        case .variablesAssigned(let id, let variables):
            nets.update(id) { net in for variable in variables { net.variables.set(variable) } }
        case .taskExited(let id, let task), .taskCancelled(let id, let task):
            nets.update(id) { $0.busy[task] = nil }
            items.removeAll { $0.task == task && $1.net == id && $1.status != .deadlocked }
        case .netCompleted(let id, _):
            if id == self.id, let root = nets[id] {
                ending = Ending(output: nil, variables: root.variables, isProper: false, deadlocked: [])
            }
            close(net: id)
        case .netCancelled(let id):
            close(net: id)
        case .netDeadlocked(let id, let tasks):
            if id == self.id, let root = nets[id] {
                ending = Ending(output: nil, variables: root.variables, isProper: false, deadlocked: tasks)
            }
            close(net: id)
        default:
            applyItem(recorded)
            applyCase(recorded.event)
            applyException(recorded.event)
        }
    }

    private mutating func applyItem(_ recorded: RecordedEvent) {
        switch recorded.event {
        case .itemEnabled(let id, let choice):
            items[id] = WorkItem(id: id, net: id.caseID, status: .enabled, choice: choice, enabledAt: recorded.at)
        case .itemWithdrawn(let id), .itemCancelled(let id):
            items[id] = nil
        case .itemFired(let id, let net, let input):
            // The offer `1:A` becomes its children `1.1:A`.
            let offer = WorkItemID(net, id.task)
            let enabledAt = items[offer]?.enabledAt ?? recorded.at
            items[offer] = nil
            items[id] = WorkItem(id: id, net: net, status: .fired, data: input, enabledAt: enabledAt)
        case .itemStarted(let id):
            var net: CaseID?
            items.update(id) { item in
                item.status = .executing
                item.startedAt = recorded.at
                item.startedBy = recorded.actor
                net = item.net
            }
            if let net { nets.update(net) { $0.busy.update(id.task) { $0.start(id.caseID) } } }
        case .itemRolledBack(let id), .itemRestarted(let id): giveBack(id)
        case .itemCompleted(let id, let output): finish(id, .complete, output)
        case .itemForceCompleted(let id, let output): finish(id, .forcedComplete, output)
        case .itemFailed(let id, let output): finish(id, .failed, output)
        case .itemSuspended(let id):
            items.update(id) { item in
                item.suspendedFrom = item.status
                item.status = .suspended
            }
        case .itemUnsuspended(let id):
            items.update(id) { item in
                item.status = item.standing
                item.suspendedFrom = nil
            }
        case .itemDataChanged(let id, let data):
            items.update(id) { $0.data = data }
        case .itemDeadlocked(let id):
            items[id] = WorkItem(id: id, net: id.caseID, status: .deadlocked, enabledAt: recorded.at)
        default: break
        }
    }

    private mutating func giveBack(_ id: WorkItemID) {
        var net: CaseID?
        items.update(id) { item in
            item.status = .fired
            item.suspendedFrom = nil
            item.startedAt = nil
            item.startedBy = nil
            net = item.net
        }
        if let net { nets.update(net) { $0.busy.update(id.task) { $0.rollback(id.caseID) } } }
    }

    private mutating func finish(_ id: WorkItemID, _ status: ItemStatus, _ output: XMLDocument) {
        items.update(id) { item in
            item.status = status
            item.output = output
        }
    }

    private mutating func applyCase(_ event: CaseEvent) {
        switch event {
        case .caseSuspending: status = .suspending
        case .caseSuspended: status = .suspended
        case .caseResumed: status = .running
        case .caseCompleted(let output, let isProper):
            end(.completed)
            ending?.output = output
            ending?.isProper = isProper
        case .caseDeadlocked(let tasks):
            end(.deadlocked)
            ending?.deadlocked = tasks
        case .caseCancelled: end(.cancelled)
        case .caseMigrated(let specification, let variables):
            self.specification = specification
            for (net, values) in variables { nets[net]?.variables = values }
        default: break
        }
    }

    /// A net is gone, and with it the items that were live in it; what a deadlock left behind stays to be seen.
    private mutating func close(net id: CaseID) {
        nets[id] = nil
        items.removeAll { $1.net == id && $1.status != .deadlocked }
    }

    private mutating func end(_ status: CaseStatus) {
        self.status = status
        if ending == nil { ending = Ending(output: nil, variables: rootNet?.variables ?? [], isProper: false, deadlocked: []) }
        nets = [:]
        items = [:]
    }
}

extension BusyTask {
    fileprivate mutating func start(_ child: CaseID) { Self.move(child, from: &entered, to: &executing) }

    fileprivate mutating func rollback(_ child: CaseID) { Self.move(child, from: &executing, to: &entered) }

    fileprivate mutating func finish(_ child: CaseID) { Self.move(child, from: &executing, to: &complete) }

    fileprivate mutating func remove(_ child: CaseID) {
        active.removeAll { $0 == child }
        entered.removeAll { $0 == child }
        executing.removeAll { $0 == child }
    }

    private static func move(_ child: CaseID, from: inout [CaseID], to: inout [CaseID]) {
        guard let index = from.firstIndex(of: child) else { return }
        from.remove(at: index)
        to.append(child)
    }
}

extension [Variable] {
    /// Replaces the value of that name in its place, or adds it.
    mutating func set(_ variable: Variable) {
        if let index = firstIndex(where: { $0.name == variable.name }) { self[index] = variable } else { append(variable) }
    }

    public subscript(name: String) -> XMLDocument? { first { $0.name == name }?.value }
}
