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
        switch recorded.event {
        case .caseStarted:
            status = .running
        case .netStarted(let id, let net, let parent, let variables):
            nets[id] = NetState(caseID: id, net: net, parent: parent, variables: variables)
        case .tokenAdded(let id, let condition):
            nets[id]?.tokens[condition, default: 0] += 1
        case .tokensRemoved(let id, let condition, let count):
            let left = (nets[id]?.tokens[condition] ?? 0) - count
            nets[id]?.tokens[condition] = left > 0 ? left : nil
        case .taskFired(let id, let task, let children):
            nets[id]?.busy[task] = BusyTask(active: children)
            nets[id]?.children += children.count
        case .instanceStarted(let id, let task, let child):
            nets[id]?.busy[task]?.move(child, from: \.entered, to: \.executing)
        case .instanceAdded(let id, let task, let child):
            nets[id]?.busy[task]?.active.append(child)
            nets[id]?.busy[task]?.entered.append(child)
            nets[id]?.children += 1
        case .instanceCompleted(let id, let task, let child, let results, let contribution):
            nets[id]?.busy[task]?.move(child, from: \.executing, to: \.complete)
            for result in results { nets[id]?.busy[task]?.results.set(result) }
            if let contribution { nets[id]?.busy[task]?.gathered.append(contribution) }
        case .variablesAssigned(let id, let variables):
            for variable in variables { nets[id]?.variables.set(variable) }
        case .taskExited(let id, let task), .taskCancelled(let id, let task):
            nets[id]?.busy[task] = nil
            items = items.filter { !($0.value.net == id && $0.key.task == task && $0.value.status != .deadlocked) }
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
            let offer = items.removeValue(forKey: WorkItemID(net, id.task))
            items[id] = WorkItem(id: id, net: net, status: .fired, data: input, enabledAt: offer?.enabledAt ?? recorded.at)
        case .itemStarted(let id):
            items[id]?.status = .executing
            items[id]?.startedAt = recorded.at
            items[id]?.startedBy = recorded.actor
            if let net = items[id]?.net { nets[net]?.busy[id.task]?.move(id.caseID, from: \.entered, to: \.executing) }
        case .itemRolledBack(let id):
            items[id]?.status = .fired
            items[id]?.startedAt = nil
            items[id]?.startedBy = nil
            if let net = items[id]?.net { nets[net]?.busy[id.task]?.move(id.caseID, from: \.executing, to: \.entered) }
        case .itemCompleted(let id, let output):
            items[id]?.status = .complete
            items[id]?.output = output
        case .itemDeadlocked(let id):
            items[id] = WorkItem(id: id, net: id.caseID, status: .deadlocked, enabledAt: recorded.at)
        default: break
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
        items = items.filter { !($0.value.net == id && $0.value.status != .deadlocked) }
    }

    private mutating func end(_ status: CaseStatus) {
        self.status = status
        if ending == nil { ending = Ending(output: nil, variables: rootNet?.variables ?? [], isProper: false, deadlocked: []) }
        nets = [:]
        items = [:]
    }
}

extension BusyTask {
    fileprivate mutating func move(_ child: CaseID, from: WritableKeyPath<BusyTask, [CaseID]>, to: WritableKeyPath<BusyTask, [CaseID]>) {
        guard let index = self[keyPath: from].firstIndex(of: child) else { return }
        self[keyPath: from].remove(at: index)
        self[keyPath: to].append(child)
    }
}

extension [Variable] {
    /// Replaces the value of that name in its place, or adds it.
    mutating func set(_ variable: Variable) {
        if let index = firstIndex(where: { $0.name == variable.name }) { self[index] = variable } else { append(variable) }
    }

    public subscript(name: String) -> XMLDocument? { first { $0.name == name }?.value }
}
