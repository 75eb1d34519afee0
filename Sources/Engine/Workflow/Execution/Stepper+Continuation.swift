import XMLTree

/// What follows by itself: after something has happened in a net, offers that lost their tokens go, newly enabled tasks are offered, and
/// those that need nobody are run.
extension Stepper {
    /// Everything that follows by itself in a net: withdraw, offer, run what needs nobody.
    mutating func resume(_ net: CaseID) throws(ExecutionError) {
        if state.nets.contains(key: net) { try proceed(net, graph(of: net)) }
        try settle()
    }

    /// Looks at a net anew: offers that lost their tokens go, newly enabled tasks are queued in groups by the condition that
    /// enables them. Nothing while the case is being suspended.
    ///
    /// `places` are where alone tokens have come and gone, or a task behind has ceased to be busy, since the net was last looked at; nil
    /// when anything may have happened.
    mutating func proceed(_ id: CaseID, _ graph: NetGraph, around places: [Int]? = nil) throws(ExecutionError) {
        guard state.status == .running else { return }
        guard var outlook = try outlook(on: id, graph, around: places) else { return }
        if !outlook.lost.isEmpty {
            for task in outlook.lost.sorted(by: { $0.rank < $1.rank }) { emit(.itemWithdrawn(item: WorkItemID(id, task.id))) }
        }
        outlook.sort()
        frames.append(Frame(net: id, graph: graph, enabled: outlook.enabled, moment: firings))
    }

    /// What a look at a net finds.
    private struct Outlook {
        /// On offer and no longer enabled.
        var lost: [GraphTask] = []
        /// Enabled and not on offer, once for each marked place before it.
        var enabled: [EnabledTask] = []

        mutating func add(_ task: GraphTask, in net: NetState) {
            for index in task.preset.indices where net.tokens.contains(key: task.preset[index]) {
                enabled.append(EnabledTask(place: task.presetPlaces[index], task: task))
            }
        }

        /// The smallest last.
        mutating func sort() {
            func isInOrder(_ a: EnabledTask, _ b: EnabledTask) -> Bool {
                a.place != b.place ? a.place > b.place : a.task.rank > b.task.rank
            }
            if enabled.indices.dropFirst().contains(where: { isInOrder(enabled[$0], enabled[$0 - 1]) }) { enabled.sort(by: isInOrder) }
        }
    }

    /// nil for a net that is not there or done.
    private func outlook(on id: CaseID, _ graph: NetGraph, around places: [Int]?) throws(ExecutionError) -> Outlook? {
        let found = try state.nets.look(at: id) { net throws(ExecutionError) -> Outlook? in
            isFinished(net, graph) ? nil : try outlook(on: net, graph, around: places)
        }
        return found ?? nil
    }

    private func outlook(on net: NetState, _ graph: NetGraph, around places: [Int]?) throws(ExecutionError) -> Outlook {
        var found = Outlook()
        // Between steps whatever is enabled in a running net is offered, so it is enough to look where something has changed since.
        // But a net with composites may hold tasks that are enabled and not offered (`withdrawOffersWithoutTokens`), and what waits
        // in a frame has to be dealt with in the order of a whole look.
        guard let places, !graph.hasComposites, !frames.contains(where: { $0.net == net.caseID && !$0.enabled.isEmpty }) else {
            try lookEverywhere(net, graph, &found)
            return found
        }
        for place in places.reversed() {
            for task in graph.tasksBehindPlace[place].reversed() where !task.isOrJoin { try look(at: task, in: net, graph, &found) }
        }
        for task in graph.orJoinTasks { try look(at: task, in: net, graph, &found) }
        return found
    }

    private func look(at task: GraphTask, in net: NetState, _ graph: NetGraph, _ found: inout Outlook) throws(ExecutionError) {
        // Whoever has several ways in may be come upon twice.
        if task.preset.count > 1, found.lost.contains(where: { $0 === task }) || found.enabled.contains(where: { $0.task === task }) {
            return
        }
        // What is busy is not on offer.
        if net.busy.contains(key: task.id) { return }
        let isEnabled = try isEnabled(task, in: net, graph)
        let isOffered = state.items.look(at: WorkItemID(net.caseID, task.id)) { $0.standing == .enabled } ?? false
        if isEnabled, !isOffered { found.add(task, in: net) } else if isOffered, !isEnabled { found.lost.append(task) }
    }

    private func lookEverywhere(_ net: NetState, _ graph: NetGraph, _ found: inout Outlook) throws(ExecutionError) {
        // By rank: on offer, or looked at already.
        var isSettled = [Bool](repeating: false, count: graph.tasks.count)
        for item in state.items.keys(where: { $0.caseID == net.caseID && $1.standing == .enabled }) {
            guard let task = graph.tasks[item.task] else { continue }
            isSettled[task.rank] = true
            if try !isEnabled(task, in: net, graph) { found.lost.append(task) }
        }
        // Only tasks behind a marked condition can be enabled.
        for marked in net.tokens.keys {
            for task in graph.tasksBehind[marked] ?? [] where !isSettled[task.rank] {
                isSettled[task.rank] = true
                if try isEnabled(task, in: net, graph) { found.add(task, in: net) }
            }
        }
    }

    /// Works off the queued groups, innermost net first, until nothing is left to do by itself.
    mutating func settle() throws(ExecutionError) {
        while let frame = frames.indices.last {
            guard events.count < Self.maxEvents, state.nets.count < Self.maxNets else {
                throw ExecutionError(
                    .invalid, "endless-step",
                    "case \(state.id) would go on for ever without anybody doing anything: "
                        + "a loop of empty tasks or a net inside itself, now at \(placeOfLastFiring)")
            }
            let net = frames[frame].net
            if state.nets.contains(key: net), let next = frames[frame].enabled.popLast() {
                let graph = frames[frame].graph
                var group = [next.task]
                while let other = frames[frame].enabled.last, other.place == next.place {
                    group.append(other.task)
                    frames[frame].enabled.removeLast()
                }
                // Tasks that have fired since the groups were made may have changed what is enabled.
                if frames[frame].moment != firings { try keepEnabled(&group, in: net, graph) }
                try fire(group, enabledBy: graph.places[next.place], in: net)
            } else {
                frames.removeLast()
                try checkDeadlock(net)
            }
        }
    }

    // MARK: What needs nobody

    /// One group of alternatives: a composite goes first, then an empty task; only if there is neither are people
    /// asked.
    private mutating func fire(_ tasks: [GraphTask], enabledBy condition: String, in id: CaseID) throws(ExecutionError) {
        let composites = tasks.filter(\.isComposite), empties = tasks.filter(\.isEmpty)
        if let chosen = context.choices.pick(composites) {
            try runComposite(chosen, in: id)
        } else if let chosen = context.choices.pick(empties) {
            try runEmpty(chosen, in: id)
        } else {
            let choice = tasks.count > 1 ? "\(id):\(condition)" : nil
            for task in tasks {
                let item = WorkItemID(id, task.id)
                guard state.items.look(at: item, { $0.standing }) != .enabled else { continue }
                emit(.itemEnabled(item: item, choice: choice))
                try startTimer(of: task, for: item, on: .enabled, in: id)
            }
        }
    }

    private func keepEnabled(_ tasks: inout [GraphTask], in id: CaseID, _ graph: NetGraph) throws(ExecutionError) {
        for place in tasks.indices.reversed() where try !isEnabled(tasks[place], in: id, graph) { tasks.remove(at: place) }
    }

    /// For people: `task E of net Main`.
    private var placeOfLastFiring: String {
        for recorded in events.reversed() {
            if case .taskFired(let id, let task, _) = recorded.event {
                return "task \(task) of net \(state.nets[id]?.net ?? id.description)"
            }
        }
        return "net \(specification.rootNet)"
    }

    private mutating func runComposite(_ task: GraphTask, in id: CaseID) throws(ExecutionError) {
        guard case .composite(let netID) = task.kind else { return }
        guard id.description.utf8.count(where: { $0 == UInt8(ascii: ".") }) < Self.maxDepth else {
            throw ExecutionError(
                .invalid, "nets-too-deep",
                "task \(task.id) would start the net \(netID) more than \(Self.maxDepth) nets deep; "
                    + "a net that contains itself needs a way out")
        }
        let net = try net(id), subnet = try graph(netID)
        var runs: [(child: CaseID, variables: [Variable])] = []
        for value in try instanceValues(of: task, in: net)?.map(Optional.some) ?? [nil] {
            let input = try inputDocument(for: task, signature: subnet.signature, in: net, omitsEmpty: false, instance: value)
            var variables = try subnet.initialVariables.get()
            for element in input.root?.elements ?? [] where variables[element.localName] != nil {
                variables.set(Variable(name: element.localName, value: element.detached()))
            }
            runs.append((id.child(net.children + runs.count + 1), variables))
        }
        let taken = consumed(by: task, in: id), graph = try graph(of: id)
        var waiting: [GraphTask] = []
        for join in graph.orJoinTasks where try !isEnabled(join, in: id, graph) { waiting.append(join) }
        firings += 1
        emit(.taskFired(case: id, task: task.id, children: runs.map(\.child)))
        for condition in taken { emit(.tokensRemoved(case: id, condition: condition, count: 1)) }
        try withdrawOffersWithoutTokens(in: id, graph)
        try queue(waiting, in: id, graph)
        for (child, variables) in runs {
            emit(.instanceStarted(case: id, task: task.id, child: child))
            emit(.netStarted(case: child, net: netID, parent: WorkItemID(id, task.id), variables: variables))
            emit(.tokenAdded(case: child, condition: subnet.inputCondition))
        }
        for (child, _) in runs.reversed() { try proceed(child, subnet) }
    }

    /// A composite task has just taken tokens that something on offer may have needed, and its net is looked at again only when
    /// something in it ends.
    private mutating func withdrawOffersWithoutTokens(in id: CaseID, _ graph: NetGraph) throws(ExecutionError) {
        for item in state.liveItems where item.net == id && item.status == .enabled {
            if let task = graph.tasks[item.id.task], try !isEnabled(task, in: id, graph) { emit(.itemWithdrawn(item: item.id)) }
        }
    }

    /// OR joins that waited for a token a composite task has just taken need not wait for the next look at their net.
    private mutating func queue(_ orJoins: [GraphTask], in id: CaseID, _ graph: NetGraph) throws(ExecutionError) {
        var outlook = Outlook()
        try state.nets.look(at: id) { net throws(ExecutionError) in
            for task in orJoins where try isEnabled(task, in: net, graph) { outlook.add(task, in: net) }
        }
        guard !outlook.enabled.isEmpty else { return }
        outlook.sort()
        frames.append(Frame(net: id, graph: graph, enabled: outlook.enabled, moment: firings))
    }

    private mutating func runEmpty(_ task: GraphTask, in id: CaseID) throws(ExecutionError) {
        let child = id.child((state.nets.look(at: id) { $0.children } ?? 0) + 1)
        let taken = consumed(by: task, in: id)
        firings += 1
        emit(.taskFired(case: id, task: task.id, children: [child]))
        for condition in taken { emit(.tokensRemoved(case: id, condition: condition, count: 1)) }
        emit(.instanceStarted(case: id, task: task.id, child: child))
        try completeInstance(of: task, child: child, results: [], contribution: nil, in: id)
    }
}
