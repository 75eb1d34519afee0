import XMLTree

/// One command being carried out: a private copy of the case that only changes by the events it emits. Dropped when anything
/// fails, so that every operation is all or nothing (the reference engine's are not).
struct Stepper {
    private(set) var state: CaseState
    private(set) var events: [RecordedEvent] = []
    let specification: ExecutableSpecification
    let context: StepContext
    /// Nets whose newly enabled tasks are still being dealt with, innermost last: the depth-first order of the reference
    /// engine without its recursion.
    var frames: [Frame] = []
    /// Tasks fired in this step.
    var firings = 0
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
        let graph: NetGraph
        /// Enabled tasks, each with the place that enables it, the next one last. Those of one place stand together and are dealt
        /// with as a group.
        var enabled: [EnabledTask]
        /// How many tasks had fired when they were found enabled.
        let moment: Int
    }

    struct EnabledTask {
        let place: Int
        let task: GraphTask
    }

    init(state: consuming CaseState, specification: ExecutableSpecification, context: StepContext) {
        self.state = state
        self.specification = specification
        self.context = context
        events.reserveCapacity(8)
    }

    /// What it all came to.
    consuming func outcome() -> CaseStep { CaseStep(state: state, events: events) }

    mutating func emit(_ event: consuming CaseEvent) {
        let texts = specification.logsTexts ? logTexts(for: event) : []
        record(event)
        for text in texts { record(text) }
    }

    private mutating func record(_ event: consuming CaseEvent) {
        let recorded = RecordedEvent(event: event, at: context.now, actor: context.actor)
        state.apply(recorded)
        events.append(recorded)
    }

    // MARK: Commands

    mutating func launch(_ id: CaseID, parameters: XMLDocument?, service: WorkletService?) throws(ExecutionError) {
        emit(.caseStarted(case: id, specification: specification.id))
        if let service { emit(.workletStarted(service)) }
        let graph = try graph(specification.rootNet)
        var variables = try graph.initialVariables.get()
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
        let (status, net) = try item(id) { ($0.status, $0.net) }
        guard status == .enabled || status == .fired else { throw refusal(try item(id), "started", needs: .enabled) }
        let graph = try graph(of: net)
        guard let task = graph.tasks[id.task], try status == .fired ? true : isEnabled(task, in: net, graph) else {
            throw ExecutionError(.conflict, "item-not-enabled", "item \(id) can no longer be started: its tokens were taken")
        }
        try begin(status == .fired ? id : WorkItemID(try fire(task, in: net), id.task), of: task, in: net)
        try proceed(net, graph, around: task.presetPlaces)
        try settle()
    }

    mutating func begin(_ item: WorkItemID, of task: GraphTask, in net: CaseID) throws(ExecutionError) {
        emit(.itemStarted(item: item))
        try startTimer(of: task, for: item, on: .executing, in: net)
    }

    private mutating func complete(_ id: WorkItemID, output: XMLDocument?) throws(ExecutionError) {
        let (status, net, data) = try item(id) { ($0.status, $0.net, $0.data) }
        guard status == .executing else { throw refusal(try item(id), "completed", needs: .executing) }
        guard let task = try graph(of: net).tasks[id.task], let signature = task.decomposition else {
            throw ExecutionError(.notFound, "item-not-found", "there is no item \(id)")
        }
        let document: XMLDocument
        if let output {
            document = try withDefaults(withFlags(output.withoutAttributes(), as: output, for: signature.outputs), for: signature)
        } else {
            document = try withDefaults(ownOutput(from: data, for: signature), for: signature)
        }
        try finish(id, document, task: task, in: net)
    }

    mutating func finish(
        _ id: WorkItemID, _ document: XMLDocument, as ending: ItemEnding = .completed, task: GraphTask, in net: CaseID
    ) throws(ExecutionError) {
        let results = try completionResults(of: task, output: document)
        let contribution = try contribution(of: task, output: document)
        emit(ending.event(of: id, output: document))
        handOver(document, of: task, in: net)
        try completeInstance(of: task, child: id.caseID, results: results, contribution: contribution, in: net)
        try settle()
    }

    // MARK: Firing and exit

    /// Fires an atomic task for somebody to work on: input first, then the tokens go. Gives the first child.
    private mutating func fire(_ task: GraphTask, in id: CaseID) throws(ExecutionError) -> CaseID {
        guard let signature = task.decomposition else {
            throw ExecutionError(.invalid, "task-without-work", "task \(task.id) is not worked on by people")
        }
        let inputs = try inputs(of: task, signature, in: id), made = state.nets.look(at: id) { $0.children } ?? 0
        let children = inputs.indices.map { id.child(made + $0 + 1) }
        guard let first = children.first else {
            throw ExecutionError(.invalid, "instance-count", "task \(task.id) would run no instance at all")
        }
        let taken = consumed(by: task, in: id)
        firings += 1
        emit(.taskFired(case: id, task: task.id, children: children))
        for (child, input) in zip(children, inputs) { emit(.itemFired(item: WorkItemID(child, task.id), net: id, input: input)) }
        for condition in taken { emit(.tokensRemoved(case: id, condition: condition, count: 1)) }
        return first
    }

    /// The input of each instance of a firing; an ordinary task has one.
    private mutating func inputs(of task: GraphTask, _ signature: Signature, in id: CaseID) throws(ExecutionError) -> [XMLDocument] {
        if task.instances == nil, task.inputs.isEmpty, signature.attributes.isEmpty { return signature.emptyInputs }
        let net = try net(id)
        guard let values = try instanceValues(of: task, in: net) else {
            return [try inputDocument(for: task, signature: signature, in: net, omitsEmpty: true, instance: nil)]
        }
        var inputs: [XMLDocument] = []
        for value in values {
            inputs.append(try inputDocument(for: task, signature: signature, in: net, omitsEmpty: true, instance: value))
        }
        return inputs
    }

    /// The conditions a task takes a token from when it fires.
    func consumed(by task: GraphTask, in id: CaseID) -> [String] {
        // Whoever has all its ways marked, as an AND join has, takes from all.
        if task.task.join == .and { return task.preset }
        let marked =
            state.nets.look(at: id) { net in
                task.preset.allSatisfy { net.tokens.contains(key: $0) } ? task.preset : task.preset.filter { net.tokens.contains(key: $0) }
            } ?? []
        return marked.count > 1 && task.task.join == .xor ? context.choices.pick(marked).map { [$0] } ?? [] : marked
    }

    mutating func completeInstance(
        of task: GraphTask, child: CaseID, results: [Variable], contribution: XMLDocument?,
        in id: CaseID
    ) throws(ExecutionError) {
        emit(.instanceCompleted(case: id, task: task.id, child: child, results: results, contribution: contribution))
        if try isDone(task, in: id) { try exit(task, in: id) }
    }

    /// The order matters: data first so that predicates see them, then cancellation, then the new tokens.
    mutating func exit(_ task: GraphTask, in id: CaseID) throws(ExecutionError) {
        guard let (results, rest) = busy(task.id, in: id, { ($0.results, $0.unfinished) }) else { return }
        let joined = try joinedResult(of: task, in: id)
        let assigned = joined.map { results + [$0] } ?? results
        if !assigned.isEmpty { emit(.variablesAssigned(case: id, variables: assigned)) }
        // At the threshold the rest is withdrawn.
        for child in rest { try cancelInstance(child, of: task.id) }
        emit(.taskExited(case: id, task: task.id))
        for removed in task.removedTasks { try cancel(task: removed, in: id) }
        for condition in task.removedConditions {
            if let count = state.nets[id]?.tokens[condition] { emit(.tokensRemoved(case: id, condition: condition, count: count)) }
        }
        for condition in try split(task, in: id) { emit(.tokenAdded(case: id, condition: condition)) }
        try continueNet(id, around: task.cancels ? nil : task.surroundings)
    }

    /// After a task is gone: the net is done, or looked at anew.
    mutating func continueNet(_ id: CaseID, around places: [Int]? = nil) throws(ExecutionError) {
        guard let net = state.nets.look(at: id, { $0.net }) else { return }
        let graph = try graph(net)
        if state.nets.look(at: id, { isFinished($0, graph) }) == true {
            try completeNet(id)
        } else {
            try proceed(id, graph, around: places)
        }
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

    /// A token in the output condition, or none left anywhere: the net is done, whatever else is marked.
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
        guard let task = try self.graph(of: parent.caseID).tasks[parent.task] else { return }
        let results = try completionResults(of: task, output: output)
        handOver(output, of: task, in: parent.caseID)
        let contribution = try contribution(of: task, output: output)
        try completeInstance(of: task, child: id, results: results, contribution: contribution, in: parent.caseID)
    }

    /// Tokens that nothing can move: the root case ends; a subnet is emptied and its composite task waits for ever, as in the
    /// reference engine, with a Deadlocked item to show for it.
    mutating func checkDeadlock(_ id: CaseID) throws(ExecutionError) {
        guard state.status == .running, state.nets.look(at: id, { $0.busy.isEmpty }) == true,
            !state.items.contains(where: { $1.status.isUnfinished && $1.net == id }), let net = state.nets[id]
        else { return }
        let graph = try graph(net.net)
        guard !isFinished(net, graph), !frames.contains(where: { $0.net == id }) else { return }
        let waiting = Set(net.tokens.keys.flatMap { graph.conditions[$0] ?? [] }).sorted { $0.precedes($1) }
        emit(.netDeadlocked(case: id, tasks: waiting))
        if net.parent == nil {
            emit(.caseDeadlocked(tasks: waiting))
        } else {
            for task in waiting { emit(.itemDeadlocked(item: WorkItemID(id, task))) }
        }
    }

    // MARK: Look-ups

    func isEnabled(_ task: GraphTask, in id: CaseID, _ graph: NetGraph) throws(ExecutionError) -> Bool {
        let answer = try state.nets.look(at: id) { net throws(ExecutionError) in try isEnabled(task, in: net, graph) }
        guard let answer else { throw Self.missing(id) }
        return answer
    }

    func isEnabled(_ task: GraphTask, in net: NetState, _ graph: NetGraph) throws(ExecutionError) -> Bool {
        guard !task.preset.isEmpty, !net.busy.contains(key: task.id) else { return false }
        switch task.task.join {
        case .and: return task.preset.allSatisfy { net.tokens.contains(key: $0) }
        case .xor: return task.preset.contains { net.tokens.contains(key: $0) }
        case .or:
            // With a token at every way in, or at none, there is nothing to find out.
            let marked = task.preset.count { net.tokens.contains(key: $0) }
            guard marked > 0, marked < task.preset.count, let join = graph.orJoins[task.id] else { return marked > 0 }
            guard let isEnabled = join.isEnabled(in: net) else {
                throw ExecutionError(
                    .invalid, "or-join-undecided",
                    "task \(task.id): deciding its OR join would take more than "
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
        guard let net = state.nets[id] else { throw Self.missing(id) }
        return net
    }

    private static func missing(_ net: CaseID) -> ExecutionError { ExecutionError(.notFound, "net-not-found", "no net runs as \(net)") }

    func graph(of id: CaseID) throws(ExecutionError) -> NetGraph {
        guard let net = state.nets.look(at: id, { $0.net }) else { throw Self.missing(id) }
        return try graph(net)
    }

    /// What there is to say of a fired task; nil when it is not.
    func busy<Answer>(_ task: String, in id: CaseID, _ answer: (BusyTask) -> Answer) -> Answer? {
        state.nets.look(at: id) { $0.busy.look(at: task, answer) } ?? nil
    }

    func item(_ id: WorkItemID) throws(ExecutionError) -> WorkItem { try item(id) { $0 } }

    /// What there is to say of an item.
    func item<Answer>(_ id: WorkItemID, _ answer: (WorkItem) -> Answer) throws(ExecutionError) -> Answer {
        if let answer = state.items.look(at: id, answer) { return answer }
        if let busy = state.nets[id.caseID]?.busy[id.task] {
            let children = busy.active.map { WorkItemID($0, id.task).description }.joined(separator: ", ")
            throw ExecutionError(.conflict, "item-is-parent", "item \(id) has been started already; work on \(children)")
        }
        // The id was given out, or the task is there but not on offer: it is too late or too early, not a wrong name.
        if let parent = id.caseID.parent, let last = id.caseID.lastNumber, let net = state.nets[parent],
            (1 ... max(1, net.children)).contains(last)
        {
            throw ExecutionError(.conflict, "item-closed", "item \(id) is done, withdrawn or cancelled already")
        }
        if let net = state.nets[id.caseID], try graph(net.net).tasks[id.task] != nil {
            throw ExecutionError(.conflict, "item-not-offered", "task \(id.task) is not on offer in case \(id.caseID) now")
        }
        throw ExecutionError(.notFound, "item-not-found", "there is no item \(id) in case \(state.id)")
    }

    func refusal(_ item: WorkItem, _ verb: String, needs status: ItemStatus) -> ExecutionError {
        let hint =
            item.status == .suspended ? "; unsuspend it first" : item.status == .enabled && status == .executing ? "; start it first" : ""
        return ExecutionError(
            .conflict, "item-not-\(status.text.lowercased())",
            "item \(item.id) is \(item.status.text) and cannot be \(verb)\(hint)")
    }
}
