extension CaseState {
    mutating func applyTimers(_ recorded: RecordedEvent) {
        if case .timerStarted(let item, let net, let due, let isInstant) = recorded.event {
            var timers = timers ?? CaseTimers()
            timers.start(item, in: net, due: due, isInstant: isInstant, heldSince: status == .running ? nil : recorded.at)
            self.timers = timers
        } else if timers != nil {
            timers?.apply(recorded)
        }
    }
}

extension CaseTimers {
    fileprivate mutating func start(_ item: WorkItemID, in net: CaseID, due: Int64, isInstant: Bool, heldSince: Int64?) {
        count += 1
        running[item] = RunningTimer(net: net, number: count, due: due, isInstant: isInstant, heldSince: heldSince)
        phases[WorkItemID(net, item.task)] = .active
    }

    /// A timer lasts as long as its owner: it is stopped by whatever ends that, without an event of its own.
    fileprivate mutating func apply(_ recorded: RecordedEvent) {
        switch recorded.event {
        case .timerExpired(let item):
            if let timer = running.removeValue(forKey: item) { phases[WorkItemID(timer.net, item.task)] = .expired }
        case .timerFailed(let item, let reason, let attempts, let retryAt):
            running[item]?.failure = RunningTimer.Failure(reason: reason, attempts: attempts, retryAt: retryAt)
        case .itemEnabled(let item, _):
            phases[item] = nil
        case .itemWithdrawn(let item):
            running[item] = nil
            close(item)
        case .itemCompleted(let item, _), .itemForceCompleted(let item, _), .itemFailed(let item, _), .itemCancelled(let item),
            .itemRolledBack(let item), .itemRestarted(let item):
            running[item] = nil
        case .taskExited(let net, let task), .taskCancelled(let net, let task):
            running = running.filter { $0.value.net != net || $0.key.task != task }
            close(WorkItemID(net, task))
        case .netCompleted(let net, _), .netCancelled(let net), .netDeadlocked(let net, _):
            running = running.filter { $0.value.net != net }
            phases = phases.filter { $0.key.caseID != net }
        case .caseSuspending:
            for item in running.keys { running[item]?.heldSince = recorded.at }
        case .caseResumed:
            for (item, timer) in running { running[item] = timer.goingOn(at: recorded.at) }
        case .caseCompleted, .caseDeadlocked, .caseCancelled:
            running = [:]
            phases = [:]
        default: break
        }
    }

    private mutating func close(_ task: WorkItemID) {
        if phases[task] == .active { phases[task] = .closed }
    }
}

extension RunningTimer {
    /// A span of time goes on where it stood; a moment that has come meanwhile is simply past.
    fileprivate func goingOn(at now: Int64) -> RunningTimer {
        guard let held = heldSince else { return self }
        var timer = self
        timer.heldSince = nil
        // A clock that was set back does not shorten the timer.
        if !isInstant { timer.due += max(0, now - held) }
        return timer
    }
}
