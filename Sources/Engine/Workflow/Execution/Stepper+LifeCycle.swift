import XMLTree

/// How an item ends that somebody worked on, or was to.
enum ItemEnding {
    case completed, forced, failed

    func event(of id: WorkItemID, output: XMLDocument) -> CaseEvent {
        switch self {
        case .completed: .itemCompleted(item: id, output: output)
        case .forced: .itemForceCompleted(item: id, output: output)
        case .failed: .itemFailed(item: id, output: output)
        }
    }
}

/// What may happen to an item besides being started and completed.
extension Stepper {
    /// Starts and completes every instance with the data it has; at the threshold the rest is withdrawn as ever.
    mutating func skip(_ id: WorkItemID) throws(ExecutionError) {
        let offered = try item(id)
        guard offered.status == .enabled else { throw refusal(offered, "skipped", needs: .enabled) }
        try start(id)
        try endInstances(of: id, as: .completed, verb: "skipped")
    }

    /// Starts and ends what is left of a task that was offered as `id`; the threshold may withdraw some on the way.
    mutating func endInstances(of id: WorkItemID, as ending: ItemEnding, verb: String) throws(ExecutionError) {
        for child in state.nets[id.caseID]?.busy[id.task]?.active ?? [] {
            guard let item = state.items[WorkItemID(child, id.task)] else { break }
            guard item.status.isLive else { continue }
            if item.status == .fired { emit(.itemStarted(item: item.id)) }
            let (task, signature) = try work(of: item)
            try finish(item.id, try filledOutput(of: item, for: signature, verb: verb), as: ending, task: task, in: item.net)
        }
    }

    /// Ends an executing item by decision: what output is missing is filled in.
    mutating func end(_ id: WorkItemID, output: XMLDocument?, as ending: ItemEnding) throws(ExecutionError) {
        let item = try item(id)
        let verb = ending == .failed ? "failed" : "completed"
        guard item.status == .executing else { throw refusal(item, verb, needs: .executing) }
        let (task, signature) = try work(of: item)
        let document = try filledOutput(of: item, for: signature, supplied: output?.withoutAttributes(), verb: verb)
        try finish(id, document, as: ending, task: task, in: item.net)
    }

    /// A rule about aborts decides what becomes of the item; without one the case goes on as after a forced completion.
    mutating func fail(_ id: WorkItemID, output: XMLDocument?) throws(ExecutionError) {
        let item = try item(id)
        guard item.status == .executing else { throw refusal(item, "failed", needs: .executing) }
        if raise(.itemAbort, item: id) { return }
        try end(id, output: output, as: .failed)
    }

    /// Ends an item whatever it is doing: unsuspended and started first, all instances of an offer.
    mutating func endAll(_ id: WorkItemID, as ending: ItemEnding, verb: String) throws(ExecutionError) {
        for item in try named(id) where item.status == .suspended { emit(.itemUnsuspended(item: item.id)) }
        guard let item = state.items[id] else { return try endInstances(of: id, as: ending, verb: verb) }
        switch item.status {
        case .enabled:
            try start(id)
            try endInstances(of: id, as: ending, verb: verb)
        case .fired:
            emit(.itemStarted(item: id))
            try end(id, output: nil, as: ending)
        default: try end(id, output: nil, as: ending)
        }
    }

    mutating func suspendItem(_ id: WorkItemID) throws(ExecutionError) {
        let items = try named(id)
        let live = items.filter(\.status.isLive)
        guard !live.isEmpty else {
            throw ExecutionError(.conflict, "item-not-live", "item \(id) is \(items.first?.status.text ?? "done") and cannot be suspended")
        }
        for item in live { emit(.itemSuspended(item: item.id)) }
    }

    mutating func unsuspendItem(_ id: WorkItemID) throws(ExecutionError) {
        let items = try named(id)
        let suspended = items.filter { $0.status == .suspended }
        guard !suspended.isEmpty else {
            throw ExecutionError(.conflict, "item-not-suspended", "item \(id) is \(items.first?.status.text ?? "done"), not suspended")
        }
        for item in suspended { emit(.itemUnsuspended(item: item.id)) }
        // A suspended case has nothing anybody can work on; now it has.
        if state.status == .suspended { emit(.caseSuspending) }
    }

    /// To fired, as if nobody had begun; an offer to enabled. What was consumed when the task fired stays consumed.
    mutating func restart(_ id: WorkItemID) throws(ExecutionError) {
        let item = try item(id)
        if item.status == .suspended, item.standing == .enabled { return emit(.itemUnsuspended(item: id)) }
        guard item.status == .suspended || item.status == .executing else {
            throw ExecutionError(.conflict, "item-not-started", "item \(id) is \(item.status.text) and has nothing to restart")
        }
        emit(.itemRestarted(item: id))
    }

    /// Takes one item away. An offer takes its tokens with it; of several instances only the one goes, and the task exits if
    /// the rest is enough (the reference engine cancels the whole task).
    mutating func cancelItem(_ id: WorkItemID) throws(ExecutionError) {
        let item = try item(id)
        guard item.status.isUnfinished else {
            throw ExecutionError(.conflict, "item-not-live", "item \(id) is \(item.status.text) and cannot be cancelled")
        }
        let (task, _) = try work(of: item), net = try net(item.net)
        if item.standing == .enabled {
            emit(.itemCancelled(item: id))
            for condition in consumed(by: task, in: item.net) { emit(.tokensRemoved(case: item.net, condition: condition, count: 1)) }
            try continueNet(item.net)
        } else if let busy = net.busy[task.id], busy.active.count > 1 {
            emit(.itemCancelled(item: id))
            emit(.instanceRemoved(case: item.net, task: task.id, child: id.caseID))
            if try isDone(task, in: item.net) { try exit(task, in: item.net) }
        } else {
            try cancel(task: task.id, in: item.net)
            try continueNet(item.net)
        }
        try settle()
    }

    /// The item, or the children of one that was started.
    func named(_ id: WorkItemID) throws(ExecutionError) -> [WorkItem] {
        if let children = state.nets[id.caseID]?.busy[id.task]?.active {
            let items = children.compactMap { state.items[WorkItemID($0, id.task)] }
            if !items.isEmpty { return items }
        }
        return [try item(id)]
    }

    /// The task an item is for.
    func work(of item: WorkItem) throws(ExecutionError) -> (GraphTask, Signature) {
        guard let task = try graph(of: item.net).tasks[item.id.task], let signature = task.decomposition else {
            throw ExecutionError(.notFound, "item-not-found", "there is no item \(item.id)")
        }
        return (task, signature)
    }
}
