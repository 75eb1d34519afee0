import XMLTree

/// One command being carried out: a private copy of the case that only changes by the events it emits. Dropped when anything
/// fails, so that every operation is all or nothing (the reference engine's are not: yawl.md 2.2).
struct Stepper {
    private(set) var state: CaseState
    private(set) var events: [RecordedEvent] = []
    let specification: ExecutableSpecification
    let context: StepContext
    /// Nets whose newly enabled tasks are still being dealt with, innermost last: the depth-first order of the reference
    /// engine without its recursion.
    private var frames: [Frame] = []

    /// A safe case needs far fewer; a loop of empty tasks whose condition never changes would go on for ever.
    static let maxEvents = 100_000
    static let maxNets = 10_000

    struct Frame {
        let net: CaseID
        /// Groups of enabled tasks, each with its enabling condition, the next one last.
        var groups: [(condition: String, tasks: [String])]
    }

    init(state: CaseState, specification: ExecutableSpecification, context: StepContext) {
        self.state = state
        self.specification = specification
        self.context = context
    }

    mutating func emit(_ event: CaseEvent) {
        let recorded = RecordedEvent(event: event, at: context.now, actor: context.actor)
        state.apply(recorded)
        events.append(recorded)
    }

    // MARK: Commands

    mutating func launch(_ id: CaseID, parameters: XMLDocument?) throws(ExecutionError) {
        emit(.caseStarted(case: id, specification: specification.id))
        let graph = try graph(specification.rootNet)
        var variables = try initialVariables(of: graph)
        if let parameters { try load(parameters, into: &variables, of: graph) }
        emit(.netStarted(case: id, net: graph.id, parent: nil, variables: variables))
        emit(.tokenAdded(case: id, condition: graph.inputCondition))
        try resume(id)
    }

    mutating func perform(_ command: CaseCommand) throws(ExecutionError) {
        switch command {
        case .launch: break
        case .start(let id): try start(id)
        case .complete(let id, let output): try complete(id, output: output)
        case .skip(let id): try skip(id)
        case .rollback(let id):
            let item = try item(id)
            guard item.status == .executing else { throw refusal(item, "rolled back", needs: .executing) }
            emit(.itemRolledBack(item: id))
        case .addInstance(let id, let value): try addInstance(to: id, value: value)
        case .suspend:
            guard state.status == .running else {
                throw ExecutionError(.conflict, "case-not-running", "case \(state.id) is \(state.status.text) already")
            }
            emit(.caseSuspending)
        case .resume:
            guard state.status != .running else {
                throw ExecutionError(.conflict, "case-not-suspended", "case \(state.id) is not suspended")
            }
            emit(.caseResumed)
            for net in state.nets.keys.sorted() { try resume(net) }
        case .cancel:
            emit(.caseCancelled)
        }
        if state.status == .suspending, state.liveItems.isEmpty { emit(.caseSuspended) }
    }

    private mutating func start(_ id: WorkItemID) throws(ExecutionError) {
        let item = try item(id)
        switch item.status {
        case .enabled:
            let (net, graph) = try runner(item.net)
            guard let task = graph.tasks[id.task], try isEnabled(task, in: net) else {
                throw ExecutionError(.conflict, "item-not-enabled", "item \(id) can no longer be started: its tokens were taken")
            }
            let child = try fire(task, in: net)
            emit(.itemStarted(item: WorkItemID(child, id.task)))
        case .fired:
            emit(.itemStarted(item: id))
        default:
            throw refusal(item, "started", needs: .enabled)
        }
        try resume(item.net)
    }

    private mutating func complete(_ id: WorkItemID, output: XMLDocument?) throws(ExecutionError) {
        let item = try item(id)
        guard item.status == .executing else { throw refusal(item, "completed", needs: .executing) }
        let (net, graph) = try runner(item.net)
        guard let task = graph.tasks[id.task], let signature = task.decomposition else {
            throw ExecutionError(.notFound, "item-not-found", "there is no item \(id)")
        }
        let document: XMLDocument
        if let output {
            document = try withDefaults(output.withoutAttributes(), for: signature)
        } else {
            document = try withDefaults(ownOutput(of: item, for: signature), for: signature)
        }
        try finish(id, document, task: task, in: net)
    }

    private mutating func skip(_ id: WorkItemID) throws(ExecutionError) {
        let offered = try item(id)
        guard offered.status == .enabled else { throw refusal(offered, "skipped", needs: .enabled) }
        try start(id)
        let (net, graph) = try runner(offered.net)
        guard let task = graph.tasks[id.task], let signature = task.decomposition,
              let busy = net.busy[id.task], let child = busy.executing.first, let started = state.items[WorkItemID(child, id.task)] else {
            throw ExecutionError(.conflict, "item-not-enabled", "item \(id) can no longer be skipped")
        }
        guard busy.active.count == 1 else {
            throw ExecutionError(.conflict, "skip-of-many", "item \(id) stands for \(busy.active.count) instances and cannot be skipped as one; start it")
        }
        try finish(started.id, try skippedOutput(of: started, for: signature), task: task, in: net)
    }

    private mutating func finish(_ id: WorkItemID, _ document: XMLDocument, task: GraphTask, in net: NetState) throws(ExecutionError) {
        let results = try completionResults(of: task, output: document, in: net)
        let contribution = try contribution(of: task, output: document)
        emit(.itemCompleted(item: id, output: document))
        try completeInstance(of: task, child: id.caseID, results: results, contribution: contribution, in: net.caseID)
        try settle()
    }

    /// Everything that follows by itself in a net: withdraw, offer, run what needs nobody.
    mutating func resume(_ net: CaseID) throws(ExecutionError) {
        try proceed(net)
        try settle()
    }

    // MARK: Continuation

    /// Looks at a net anew: offers that lost their tokens go, newly enabled tasks are queued in groups by the condition that
    /// enables them (yawl.md 2.4). Nothing while the case is being suspended.
    mutating func proceed(_ id: CaseID) throws(ExecutionError) {
        guard state.status == .running, let net = state.nets[id] else { return }
        let graph = try graph(net.net)
        guard !isFinished(net, graph) else { return }
        // Only tasks behind a marked condition can be enabled, and only tasks on offer can lose their offer.
        let offered = state.items.values.filter { $0.net == id && $0.status == .enabled }.map(\.id.task)
        let behindTokens = net.tokens.keys.flatMap { graph.conditions[$0] ?? [] }
        var groups: [String: [String]] = [:]
        for taskID in Set(offered).union(behindTokens).sorted(by: { $0.precedes($1) }) {
            guard let task = graph.tasks[taskID] else { continue }
            let isOffered = offered.contains(taskID)
            if try isEnabled(task, in: net) {
                guard !isOffered else { continue }
                for condition in task.preset where net.tokens[condition] != nil { groups[condition, default: []].append(taskID) }
            } else if isOffered {
                emit(.itemWithdrawn(item: WorkItemID(id, taskID)))
            }
        }
        let ordered = groups.sorted { $1.key.precedes($0.key) }.map { (condition: $0.key, tasks: $0.value) }
        frames.append(Frame(net: id, groups: ordered))
    }

    /// Works off the queued groups, innermost net first, until nothing is left to do by itself.
    private mutating func settle() throws(ExecutionError) {
        while let frame = frames.last {
            guard events.count < Self.maxEvents, state.nets.count < Self.maxNets else {
                throw ExecutionError(.invalid, "endless-step", "case \(state.id) would go on for ever without anybody doing anything: "
                    + "a loop of empty tasks or a net inside itself")
            }
            if let group = frame.groups.last, state.nets[frame.net] != nil {
                frames[frames.count - 1].groups.removeLast()
                try fire(group, in: frame.net)
            } else {
                frames.removeLast()
                try checkDeadlock(frame.net)
            }
        }
    }

    /// One group of alternatives: a composite goes first, then an empty task; only if there is neither are people asked
    /// (yawl.md 2.5).
    private mutating func fire(_ group: (condition: String, tasks: [String]), in id: CaseID) throws(ExecutionError) {
        guard let net = state.nets[id] else { return }
        let graph = try graph(net.net)
        // Tasks dealt with since the groups were made may have changed what is enabled.
        var tasks: [GraphTask] = []
        for taskID in group.tasks { if let task = graph.tasks[taskID], try isEnabled(task, in: net) { tasks.append(task) } }
        let composites = tasks.filter { if case .composite = $0.kind { true } else { false } }
        let empties = tasks.filter { if case .empty = $0.kind { true } else { false } }
        if let chosen = context.choices.pick(composites.map(\.id)), let task = graph.tasks[chosen] {
            try runComposite(task, in: net)
        } else if let chosen = context.choices.pick(empties.map(\.id)), let task = graph.tasks[chosen] {
            try runEmpty(task, in: net)
        } else {
            let choice = tasks.count > 1 ? "\(id):\(group.condition)" : nil
            for task in tasks where state.items[WorkItemID(id, task.id)]?.status != .enabled {
                emit(.itemEnabled(item: WorkItemID(id, task.id), choice: choice))
            }
        }
    }

    private mutating func runComposite(_ task: GraphTask, in net: NetState) throws(ExecutionError) {
        guard case .composite(let netID) = task.kind else { return }
        let subnet = try graph(netID)
        var runs: [(child: CaseID, variables: [Variable])] = []
        for value in try instanceValues(of: task, in: net)?.map(Optional.some) ?? [nil] {
            let input = try inputDocument(for: task, signature: subnet.net.common, in: net, omitsEmpty: false, instance: value)
            var variables = try initialVariables(of: subnet)
            for element in input.root?.elements ?? [] where variables[element.localName] != nil {
                variables.set(Variable(name: element.localName, value: element.detached()))
            }
            runs.append((net.caseID.child(net.children + runs.count + 1), variables))
        }
        emit(.taskFired(case: net.caseID, task: task.id, children: runs.map(\.child)))
        consume(for: task, in: net)
        for (child, variables) in runs {
            emit(.instanceStarted(case: net.caseID, task: task.id, child: child))
            emit(.netStarted(case: child, net: netID, parent: WorkItemID(net.caseID, task.id), variables: variables))
            emit(.tokenAdded(case: child, condition: subnet.inputCondition))
        }
        for (child, _) in runs.reversed() { try proceed(child) }
    }

    private mutating func runEmpty(_ task: GraphTask, in net: NetState) throws(ExecutionError) {
        let child = net.caseID.child(net.children + 1)
        emit(.taskFired(case: net.caseID, task: task.id, children: [child]))
        consume(for: task, in: net)
        emit(.instanceStarted(case: net.caseID, task: task.id, child: child))
        try completeInstance(of: task, child: child, results: [], contribution: nil, in: net.caseID)
    }

    // MARK: Firing and exit

    /// Fires an atomic task for somebody to work on: input first, then the tokens go (yawl.md 2.2). Gives the first child.
    private mutating func fire(_ task: GraphTask, in net: NetState) throws(ExecutionError) -> CaseID {
        guard let signature = task.decomposition else {
            throw ExecutionError(.invalid, "task-without-work", "task \(task.id) is not worked on by people")
        }
        var inputs: [XMLDocument] = []
        for value in try instanceValues(of: task, in: net)?.map(Optional.some) ?? [nil] {
            inputs.append(try inputDocument(for: task, signature: signature, in: net, omitsEmpty: true, instance: value))
        }
        let children = inputs.indices.map { net.caseID.child(net.children + $0 + 1) }
        guard let first = children.first else {
            throw ExecutionError(.invalid, "instance-count", "task \(task.id) would run no instance at all")
        }
        emit(.taskFired(case: net.caseID, task: task.id, children: children))
        for (child, input) in zip(children, inputs) { emit(.itemFired(item: WorkItemID(child, task.id), net: net.caseID, input: input)) }
        consume(for: task, in: net)
        return first
    }

    private mutating func consume(for task: GraphTask, in net: NetState) {
        let marked = task.preset.filter { net.tokens[$0] != nil }
        let taken = task.task.join == .xor ? context.choices.pick(marked).map { [$0] } ?? [] : marked
        for condition in taken { emit(.tokensRemoved(case: net.caseID, condition: condition, count: 1)) }
    }

    private mutating func completeInstance(of task: GraphTask, child: CaseID, results: [Variable], contribution: XMLDocument?,
                                           in id: CaseID) throws(ExecutionError) {
        emit(.instanceCompleted(case: id, task: task.id, child: child, results: results, contribution: contribution))
        guard let net = state.nets[id], let busy = net.busy[task.id], try isDone(task, busy, in: net) else { return }
        try exit(task, busy, in: net)
    }

    /// The order matters: data first so that predicates see them, then cancellation, then the new tokens (yawl.md 2.2).
    private mutating func exit(_ task: GraphTask, _ busy: BusyTask, in runner: NetState) throws(ExecutionError) {
        let id = runner.caseID
        let joined = try joinedResult(of: task, busy, in: runner)
        let assigned = busy.results + (joined.map { [$0] } ?? [])
        if !assigned.isEmpty { emit(.variablesAssigned(case: id, variables: assigned)) }
        // At the threshold the rest is withdrawn.
        for child in busy.entered + busy.executing { try cancelInstance(child, of: task.id) }
        emit(.taskExited(case: id, task: task.id))
        for removed in task.removedTasks { try cancel(task: removed, in: id) }
        for condition in task.removedConditions {
            if let count = state.nets[id]?.tokens[condition] { emit(.tokensRemoved(case: id, condition: condition, count: count)) }
        }
        for condition in try split(task, in: id) { emit(.tokenAdded(case: id, condition: condition)) }
        guard let net = state.nets[id] else { return }
        let graph = try graph(net.net)
        if isFinished(net, graph) { try completeNet(net, graph) } else { try proceed(id) }
    }

    private func split(_ task: GraphTask, in id: CaseID) throws(ExecutionError) -> [String] {
        guard let net = state.nets[id], task.task.split != .and else { return task.postset.map(\.condition) }
        let input = data(of: net)
        var chosen: [String] = []
        for flow in task.postset {
            if flow.isDefault, task.task.split == .xor || flow.predicate == nil {
                return chosen.isEmpty ? [flow.condition] : chosen
            }
            if let predicate = flow.predicate, try holds(predicate, over: input, task: task, flow: flow) {
                chosen.append(flow.condition)
                if task.task.split == .xor { return chosen }
            }
        }
        if chosen.isEmpty, let fallback = task.postset.last(where: \.isDefault) { chosen = [fallback.condition] }
        guard !chosen.isEmpty else {
            throw ExecutionError(.invalid, "no-flow-taken", "task \(task.id): none of its predicates is true and it has no default flow")
        }
        return chosen
    }

    private mutating func cancel(task: String, in id: CaseID) throws(ExecutionError) {
        guard let busy = state.nets[id]?.busy[task] else { return }
        for child in busy.active { try cancelInstance(child, of: task) }
        emit(.taskCancelled(case: id, task: task))
    }

    private mutating func cancelInstance(_ child: CaseID, of task: String) throws(ExecutionError) {
        if state.nets[child] != nil { try cancelNet(child) }
        let item = WorkItemID(child, task)
        if state.items[item]?.status.isLive == true { emit(.itemCancelled(item: item)) }
    }

    private mutating func cancelNet(_ id: CaseID) throws(ExecutionError) {
        guard let net = state.nets[id] else { return }
        emit(.netCancelled(case: id))
        try cancelSubnets(of: net)
    }

    private mutating func cancelSubnets(of net: NetState) throws(ExecutionError) {
        for (_, busy) in net.busy.sorted(by: { $0.key.precedes($1.key) }) {
            for child in busy.active { try cancelNet(child) }
        }
    }

    // MARK: Ends

    /// A token in the output condition, or none left anywhere: the net is done, whatever else is marked (yawl.md 2.6).
    func isFinished(_ net: NetState, _ graph: NetGraph) -> Bool { net.tokens[graph.outputCondition] != nil || net.isEmpty }

    private mutating func completeNet(_ net: NetState, _ graph: NetGraph) throws(ExecutionError) {
        let output = outputDocument(of: net, graph)
        let isProper = net.busy.isEmpty && net.tokens == [graph.outputCondition: 1]
        emit(.netCompleted(case: net.caseID, output: output))
        try cancelSubnets(of: net)
        guard let parent = net.parent else {
            emit(.caseCompleted(output: output, isProper: isProper))
            return
        }
        let (outer, outerGraph) = try runner(parent.caseID)
        guard let task = outerGraph.tasks[parent.task] else { return }
        let results = try completionResults(of: task, output: output, in: outer)
        let contribution = try contribution(of: task, output: output)
        try completeInstance(of: task, child: net.caseID, results: results, contribution: contribution, in: parent.caseID)
    }

    /// Tokens that nothing can move: the root case ends; a subnet is emptied and its composite task waits for ever, as in the
    /// reference engine, with a Deadlocked item to show for it (yawl.md 2.7).
    private mutating func checkDeadlock(_ id: CaseID) throws(ExecutionError) {
        guard state.status == .running, let net = state.nets[id], net.busy.isEmpty else { return }
        let graph = try graph(net.net)
        guard !isFinished(net, graph), !frames.contains(where: { $0.net == id }) else { return }
        guard !state.items.contains(where: { $0.value.net == id && $0.value.status.isLive }) else { return }
        let waiting = Set(net.tokens.keys.flatMap { graph.conditions[$0] ?? [] }).sorted { $0.precedes($1) }
        emit(.netDeadlocked(case: id, tasks: waiting))
        if net.parent == nil {
            emit(.caseDeadlocked(tasks: waiting))
        } else {
            for task in waiting { emit(.itemDeadlocked(item: WorkItemID(id, task))) }
        }
    }

    // MARK: Look-ups

    func isEnabled(_ task: GraphTask, in net: NetState) throws(ExecutionError) -> Bool {
        guard net.busy[task.id] == nil, !task.preset.isEmpty else { return false }
        switch task.task.join {
        case .and: return task.preset.allSatisfy { net.tokens[$0] != nil }
        case .xor: return task.preset.contains { net.tokens[$0] != nil }
        case .or:
            guard let join = try graph(net.net).orJoins[task.id] else { return task.preset.contains { net.tokens[$0] != nil } }
            guard let isEnabled = join.isEnabled(in: net) else {
                throw ExecutionError(.invalid, "or-join-undecided", "task \(task.id): deciding its OR join would take more than "
                    + "\(ResetNet.maxMarkings) markings; simplify the loops before it")
            }
            return isEnabled
        }
    }

    func graph(_ id: String) throws(ExecutionError) -> NetGraph {
        guard let graph = specification.nets[id] else {
            throw ExecutionError(.invalid, "net-not-found", "the specification has no net \(id)")
        }
        return graph
    }

    func runner(_ id: CaseID) throws(ExecutionError) -> (NetState, NetGraph) {
        guard let net = state.nets[id] else { throw ExecutionError(.notFound, "net-not-found", "no net runs as \(id)") }
        return (net, try graph(net.net))
    }

    func item(_ id: WorkItemID) throws(ExecutionError) -> WorkItem {
        if let item = state.items[id] { return item }
        if let busy = state.nets[id.caseID]?.busy[id.task] {
            let children = busy.active.map { WorkItemID($0, id.task).description }.joined(separator: ", ")
            throw ExecutionError(.conflict, "item-is-parent", "item \(id) has been started already; work on \(children)")
        }
        // The id was given out, or the task is there but not on offer: it is too late or too early, not a wrong name.
        if let parent = id.caseID.parent, let last = id.caseID.lastNumber, let net = state.nets[parent], (1...max(1, net.children)).contains(last) {
            throw ExecutionError(.conflict, "item-closed", "item \(id) is done, withdrawn or cancelled already")
        }
        if let net = state.nets[id.caseID], try graph(net.net).tasks[id.task] != nil {
            throw ExecutionError(.conflict, "item-not-offered", "task \(id.task) is not on offer in case \(id.caseID) now")
        }
        throw ExecutionError(.notFound, "item-not-found", "there is no item \(id) in case \(state.id)")
    }

    private func refusal(_ item: WorkItem, _ verb: String, needs status: ItemStatus) -> ExecutionError {
        let hint = item.status == .enabled && status == .executing ? "; start it first" : ""
        return ExecutionError(.conflict, "item-not-\(status.text.lowercased())",
                              "item \(item.id) is \(item.status.text) and cannot be \(verb)\(hint)")
    }
}
