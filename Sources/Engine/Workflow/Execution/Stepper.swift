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
    /// How many of the context's gateway answers have been used.
    var answersUsed = 0

    /// A safe case needs far fewer; a loop of empty tasks whose condition never changes would go on for ever.
    static let maxEvents = 100_000
    static let maxNets = 10_000
    /// Nets within nets.
    static let maxDepth = 200
    /// Instances of one firing.
    static let maxInstances = 10_000

    struct Frame {
        let net: CaseID
        /// Enabled tasks, each with the condition that enables it, the next one last. Those of one condition stand together and are
        /// dealt with as a group.
        var enabled: [(condition: String, task: GraphTask)]
    }

    init(state: consuming CaseState, specification: ExecutableSpecification, context: StepContext) {
        self.state = state
        self.specification = specification
        self.context = context
        events.reserveCapacity(8)
    }

    /// What it all came to.
    func outcome() -> CaseStep { CaseStep(state: state, events: events) }

    mutating func emit(_ event: CaseEvent) {
        let texts = specification.logsTexts ? logTexts(for: event) : []
        record(event)
        for text in texts { record(text) }
    }

    private mutating func record(_ event: CaseEvent) {
        let recorded = RecordedEvent(event: event, at: context.now, actor: context.actor)
        state.apply(recorded)
        events.append(recorded)
    }

    // MARK: Commands

    mutating func launch(_ id: CaseID, parameters: XMLDocument?, service: WorkletService?) throws(ExecutionError) {
        emit(.caseStarted(case: id, specification: specification.id))
        if let service { emit(.workletStarted(service)) }
        let graph = try graph(specification.rootNet)
        var variables = try initialVariables(of: graph)
        if let parameters { try load(parameters, into: &variables, of: graph) }
        try populate(&variables, of: graph, case: id, supplied: parameters)
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
        case .expire(let id): try expire(id)
        case .postponeExpiry(let id, let reason): try postpone(id, reason: reason)
        case .suspend:
            guard state.status == .running else {
                throw ExecutionError(.conflict, "case-not-running", "case \(state.id) is \(state.status.text) already")
            }
            emit(.caseSuspending)
        case .resume:
            guard state.status != .running else {
                throw ExecutionError(.conflict, "case-not-suspended", "case \(state.id) is not suspended")
            }
            try resumeCase()
        case .cancel:
            emit(.caseCancelled)
        case .suspendItem(let id): try suspendItem(id)
        case .unsuspendItem(let id): try unsuspendItem(id)
        case .forceComplete(let id, let output): try end(id, output: output, as: .forced)
        case .fail(let id, let output): try fail(id, output: output)
        case .restart(let id): try restart(id)
        case .cancelItem(let id): try cancelItem(id)
        case .raise(let kind, let item, let trigger): try raiseFromOutside(kind, item: item, trigger: trigger)
        case .holdAll: try holdAll()
        case .releaseAll: try releaseAll()
        case .advanceExlet(let id, let step, let progress): try advance(id, step: step, progress)
        }
        noteSuspension()
    }

    mutating func noteSuspension() {
        if state.status == .suspending, state.liveItems.isEmpty { emit(.caseSuspended) }
    }

    mutating func resumeCase() throws(ExecutionError) {
        emit(.caseResumed)
        for net in state.nets.keys.sorted() { try resume(net) }
    }

    mutating func start(_ id: WorkItemID) throws(ExecutionError) {
        let item = try item(id)
        switch item.status {
        case .enabled:
            guard let task = try graph(of: item.net).tasks[id.task], try isEnabled(task, in: net(item.net)) else {
                throw ExecutionError(.conflict, "item-not-enabled", "item \(id) can no longer be started: its tokens were taken")
            }
            let child = try fire(task, in: item.net)
            try begin(WorkItemID(child, id.task), of: task, in: item.net)
        case .fired:
            guard let task = try graph(of: item.net).tasks[id.task] else { break }
            try begin(id, of: task, in: item.net)
        default:
            throw refusal(item, "started", needs: .enabled)
        }
        try resume(item.net)
    }

    mutating func begin(_ item: WorkItemID, of task: GraphTask, in net: CaseID) throws(ExecutionError) {
        emit(.itemStarted(item: item))
        try startTimer(of: task, for: item, on: .executing, in: net)
    }

    private mutating func complete(_ id: WorkItemID, output: XMLDocument?) throws(ExecutionError) {
        let item = try item(id)
        guard item.status == .executing else { throw refusal(item, "completed", needs: .executing) }
        guard let task = try graph(of: item.net).tasks[id.task], let signature = task.decomposition else {
            throw ExecutionError(.notFound, "item-not-found", "there is no item \(id)")
        }
        let document: XMLDocument
        if let output {
            document = try withDefaults(withFlags(output.withoutAttributes(), as: output, for: signature.outputs), for: signature)
        } else {
            document = try withDefaults(ownOutput(of: item, for: signature), for: signature)
        }
        try finish(id, document, task: task, in: item.net)
    }

    mutating func finish(_ id: WorkItemID, _ document: XMLDocument, as ending: ItemEnding = .completed, task: GraphTask, in net: CaseID) throws(ExecutionError) {
        let results = try completionResults(of: task, output: document, in: self.net(net))
        let contribution = try contribution(of: task, output: document)
        emit(ending.event(of: id, output: document))
        handOver(document, of: task, in: net)
        try completeInstance(of: task, child: id.caseID, results: results, contribution: contribution, in: net)
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
        // By rank: on offer, or looked at already.
        var isSettled = [Bool](repeating: false, count: graph.tasks.count)
        var lost: [GraphTask] = []
        for item in state.items.keys(where: { $0.caseID == id && $1.standing == .enabled }) {
            guard let task = graph.tasks[item.task] else { continue }
            isSettled[task.rank] = true
            if try !isEnabled(task, in: net) { lost.append(task) }
        }
        for task in lost.sorted(by: { $0.rank < $1.rank }) { emit(.itemWithdrawn(item: WorkItemID(id, task.id))) }
        // Only tasks behind a marked condition can be enabled.
        var enabled: [(condition: String, task: GraphTask)] = []
        for marked in net.tokens.keys {
            for task in graph.tasksBehind[marked] ?? [] where !isSettled[task.rank] {
                isSettled[task.rank] = true
                guard try isEnabled(task, in: net) else { continue }
                for condition in task.preset where net.tokens.contains(key: condition) { enabled.append((condition, task)) }
            }
        }
        if enabled.count > 1 {
            enabled.sort { a, b in a.condition != b.condition ? b.condition.precedes(a.condition) : a.task.rank > b.task.rank }
        }
        frames.append(Frame(net: id, enabled: enabled))
    }

    /// Works off the queued groups, innermost net first, until nothing is left to do by itself.
    mutating func settle() throws(ExecutionError) {
        while let frame = frames.indices.last {
            guard events.count < Self.maxEvents, state.nets.count < Self.maxNets else {
                throw ExecutionError(.invalid, "endless-step", "case \(state.id) would go on for ever without anybody doing anything: "
                    + "a loop of empty tasks or a net inside itself, now at \(placeOfLastFiring)")
            }
            let net = frames[frame].net
            if let condition = frames[frame].enabled.last?.condition, state.nets.contains(key: net) {
                var group: [GraphTask] = []
                while let next = frames[frame].enabled.last, next.condition == condition {
                    group.append(next.task)
                    frames[frame].enabled.removeLast()
                }
                try fire(group, enabledBy: condition, in: net)
            } else {
                frames.removeLast()
                try checkDeadlock(net)
            }
        }
    }

    /// One group of alternatives: a composite goes first, then an empty task; only if there is neither are people asked
    /// (yawl.md 2.5).
    private mutating func fire(_ group: [GraphTask], enabledBy condition: String, in id: CaseID) throws(ExecutionError) {
        let net = try net(id)
        // Tasks dealt with since the groups were made may have changed what is enabled.
        var tasks: [GraphTask] = []
        for task in group { if try isEnabled(task, in: net) { tasks.append(task) } }
        let composites = tasks.filter { if case .composite = $0.kind { true } else { false } }
        let empties = tasks.filter { if case .empty = $0.kind { true } else { false } }
        if let chosen = context.choices.pick(composites) {
            try runComposite(chosen, in: id)
        } else if let chosen = context.choices.pick(empties) {
            try runEmpty(chosen, in: id)
        } else {
            let choice = tasks.count > 1 ? "\(id):\(condition)" : nil
            for task in tasks {
                let item = WorkItemID(id, task.id)
                guard state.items[item]?.standing != .enabled else { continue }
                emit(.itemEnabled(item: item, choice: choice))
                try startTimer(of: task, for: item, on: .enabled, in: id)
            }
        }
    }

    /// For people: `task E of net Main`.
    private var placeOfLastFiring: String {
        for recorded in events.reversed() {
            if case .taskFired(let id, let task, _) = recorded.event { return "task \(task) of net \(state.nets[id]?.net ?? id.description)" }
        }
        return "net \(specification.rootNet)"
    }

    private mutating func runComposite(_ task: GraphTask, in id: CaseID) throws(ExecutionError) {
        guard case .composite(let netID) = task.kind else { return }
        guard id.description.utf8.count(where: { $0 == UInt8(ascii: ".") }) < Self.maxDepth else {
            throw ExecutionError(.invalid, "nets-too-deep", "task \(task.id) would start the net \(netID) more than \(Self.maxDepth) nets deep; "
                + "a net that contains itself needs a way out")
        }
        let net = try net(id), subnet = try graph(netID)
        var runs: [(child: CaseID, variables: [Variable])] = []
        for value in try instanceValues(of: task, in: net)?.map(Optional.some) ?? [nil] {
            let input = try inputDocument(for: task, signature: subnet.signature, in: net, omitsEmpty: false, instance: value)
            var variables = try initialVariables(of: subnet)
            for element in input.root?.elements ?? [] where variables[element.localName] != nil {
                variables.set(Variable(name: element.localName, value: element.detached()))
            }
            runs.append((id.child(net.children + runs.count + 1), variables))
        }
        let taken = consumed(by: task, in: net)
        emit(.taskFired(case: id, task: task.id, children: runs.map(\.child)))
        for condition in taken { emit(.tokensRemoved(case: id, condition: condition, count: 1)) }
        try withdrawOffersWithoutTokens(in: id)
        for (child, variables) in runs {
            emit(.instanceStarted(case: id, task: task.id, child: child))
            emit(.netStarted(case: child, net: netID, parent: WorkItemID(id, task.id), variables: variables))
            emit(.tokenAdded(case: child, condition: subnet.inputCondition))
        }
        for (child, _) in runs.reversed() { try proceed(child) }
    }

    /// A composite task has just taken tokens that something on offer may have needed, and its net is looked at again only when
    /// something in it ends.
    private mutating func withdrawOffersWithoutTokens(in id: CaseID) throws(ExecutionError) {
        let net = try net(id), graph = try graph(net.net)
        for item in state.liveItems where item.net == id && item.status == .enabled {
            if let task = graph.tasks[item.id.task], try !isEnabled(task, in: net) { emit(.itemWithdrawn(item: item.id)) }
        }
    }

    private mutating func runEmpty(_ task: GraphTask, in id: CaseID) throws(ExecutionError) {
        let net = try net(id)
        let child = id.child(net.children + 1)
        let taken = consumed(by: task, in: net)
        emit(.taskFired(case: id, task: task.id, children: [child]))
        for condition in taken { emit(.tokensRemoved(case: id, condition: condition, count: 1)) }
        emit(.instanceStarted(case: id, task: task.id, child: child))
        try completeInstance(of: task, child: child, results: [], contribution: nil, in: id)
    }

    // MARK: Firing and exit

    /// Fires an atomic task for somebody to work on: input first, then the tokens go (yawl.md 2.2). Gives the first child.
    private mutating func fire(_ task: GraphTask, in id: CaseID) throws(ExecutionError) -> CaseID {
        guard let signature = task.decomposition else {
            throw ExecutionError(.invalid, "task-without-work", "task \(task.id) is not worked on by people")
        }
        let net = try net(id)
        var inputs: [XMLDocument] = []
        for value in try instanceValues(of: task, in: net)?.map(Optional.some) ?? [nil] {
            inputs.append(try inputDocument(for: task, signature: signature, in: net, omitsEmpty: true, instance: value))
        }
        let children = inputs.indices.map { id.child(net.children + $0 + 1) }
        guard let first = children.first else {
            throw ExecutionError(.invalid, "instance-count", "task \(task.id) would run no instance at all")
        }
        let taken = consumed(by: task, in: net)
        emit(.taskFired(case: id, task: task.id, children: children))
        for (child, input) in zip(children, inputs) { emit(.itemFired(item: WorkItemID(child, task.id), net: id, input: input)) }
        for condition in taken { emit(.tokensRemoved(case: id, condition: condition, count: 1)) }
        return first
    }

    /// The conditions a task takes a token from when it fires.
    func consumed(by task: GraphTask, in net: NetState) -> [String] {
        let marked = task.preset.filter { net.tokens.contains(key: $0) }
        return task.task.join == .xor ? context.choices.pick(marked).map { [$0] } ?? [] : marked
    }

    private mutating func completeInstance(of task: GraphTask, child: CaseID, results: [Variable], contribution: XMLDocument?,
                                           in id: CaseID) throws(ExecutionError) {
        emit(.instanceCompleted(case: id, task: task.id, child: child, results: results, contribution: contribution))
        guard let busy = state.nets.look(at: id, { $0.busy[task.id] }) ?? nil, try isDone(task, busy, in: id) else { return }
        try exit(task, in: id)
    }

    /// The order matters: data first so that predicates see them, then cancellation, then the new tokens (yawl.md 2.2).
    mutating func exit(_ task: GraphTask, in id: CaseID) throws(ExecutionError) {
        guard let busy = state.nets.look(at: id, { $0.busy[task.id] }) ?? nil else { return }
        let joined = try joinedResult(of: task, busy, in: id)
        let assigned = joined.map { busy.results + [$0] } ?? busy.results
        if !assigned.isEmpty { emit(.variablesAssigned(case: id, variables: assigned)) }
        // At the threshold the rest is withdrawn.
        for children in [busy.entered, busy.executing] {
            for child in children { try cancelInstance(child, of: task.id) }
        }
        emit(.taskExited(case: id, task: task.id))
        for removed in task.removedTasks { try cancel(task: removed, in: id) }
        for condition in task.removedConditions {
            if let count = state.nets[id]?.tokens[condition] { emit(.tokensRemoved(case: id, condition: condition, count: count)) }
        }
        for condition in try split(task, in: id) { emit(.tokenAdded(case: id, condition: condition)) }
        try continueNet(id)
    }

    /// After a task is gone: the net is done, or looked at anew.
    mutating func continueNet(_ id: CaseID) throws(ExecutionError) {
        guard state.nets.contains(key: id) else { return }
        let output = try graph(of: id).outputCondition
        if state.nets.look(at: id, { $0.isFinished(output) }) == true { try completeNet(id) } else { try proceed(id) }
    }

    private func split(_ task: GraphTask, in id: CaseID) throws(ExecutionError) -> [String] {
        guard task.task.split != .and, let net = state.nets[id] else { return task.outConditions }
        var chosen: [String] = []
        for flow in task.postset {
            if flow.isDefault, task.task.split == .xor || flow.predicate == nil {
                return chosen.isEmpty ? [flow.condition] : chosen
            }
            if let predicate = flow.predicate, try holds(predicate, in: net, task: task, flow: flow) {
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

    mutating func cancel(task: String, in id: CaseID) throws(ExecutionError) {
        guard let busy = state.nets[id]?.busy[task] else { return }
        for child in busy.active { try cancelInstance(child, of: task) }
        emit(.taskCancelled(case: id, task: task))
    }

    private mutating func cancelInstance(_ child: CaseID, of task: String) throws(ExecutionError) {
        if state.nets[child] != nil { try cancelNet(child) }
        let item = WorkItemID(child, task)
        if state.items[item]?.status.isUnfinished == true { emit(.itemCancelled(item: item)) }
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
    func isFinished(_ net: NetState, _ graph: NetGraph) -> Bool { net.isFinished(graph.outputCondition) }

    private mutating func completeNet(_ id: CaseID) throws(ExecutionError) {
        let net = try net(id), graph = try graph(net.net)
        let output = outputDocument(of: net, graph)
        let isProper = net.busy.isEmpty && net.tokens == [graph.outputCondition: 1]
        handOver(caseData: net, of: graph)
        emit(.netCompleted(case: id, output: output))
        try cancelSubnets(of: net)
        guard let parent = net.parent else {
            emit(.caseCompleted(output: output, isProper: isProper))
            return
        }
        let outer = try self.net(parent.caseID)
        guard let task = try self.graph(outer.net).tasks[parent.task] else { return }
        let results = try completionResults(of: task, output: output, in: outer)
        handOver(output, of: task, in: outer.caseID)
        let contribution = try contribution(of: task, output: output)
        try completeInstance(of: task, child: id, results: results, contribution: contribution, in: parent.caseID)
    }

    /// Tokens that nothing can move: the root case ends; a subnet is emptied and its composite task waits for ever, as in the
    /// reference engine, with a Deadlocked item to show for it (yawl.md 2.7).
    private mutating func checkDeadlock(_ id: CaseID) throws(ExecutionError) {
        guard state.status == .running, state.nets.look(at: id, { $0.busy.isEmpty }) == true, let net = state.nets[id] else { return }
        let graph = try graph(net.net)
        guard !isFinished(net, graph), !frames.contains(where: { $0.net == id }) else { return }
        guard !state.items.contains(where: { $1.status.isUnfinished && $1.net == id }) else { return }
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
        guard !task.preset.isEmpty, !net.busy.contains(key: task.id) else { return false }
        switch task.task.join {
        case .and: return task.preset.allSatisfy { net.tokens.contains(key: $0) }
        case .xor: return task.preset.contains { net.tokens.contains(key: $0) }
        case .or:
            guard let join = try graph(net.net).orJoins[task.id] else { return task.preset.contains { net.tokens.contains(key: $0) } }
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

    /// A net as it stands at this moment.
    func net(_ id: CaseID) throws(ExecutionError) -> NetState {
        guard let net = state.nets[id] else { throw ExecutionError(.notFound, "net-not-found", "no net runs as \(id)") }
        return net
    }

    func graph(of id: CaseID) throws(ExecutionError) -> NetGraph {
        guard let net = state.nets.look(at: id, { $0.net }) else { throw ExecutionError(.notFound, "net-not-found", "no net runs as \(id)") }
        return try graph(net)
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

    func refusal(_ item: WorkItem, _ verb: String, needs status: ItemStatus) -> ExecutionError {
        let hint = item.status == .suspended ? "; unsuspend it first" : item.status == .enabled && status == .executing ? "; start it first" : ""
        return ExecutionError(.conflict, "item-not-\(status.text.lowercased())",
                              "item \(item.id) is \(item.status.text) and cannot be \(verb)\(hint)")
    }
}
