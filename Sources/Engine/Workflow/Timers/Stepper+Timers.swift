import XMLTree
import XQuery

/// Timers in a step: they start with an offer or with work, and what happens when one runs out depends on the task.
extension Stepper {
    /// Starts the timer of an item that has just been offered or started, when its task has one for that moment.
    mutating func startTimer(of task: GraphTask, for item: WorkItemID, on moment: TimerTrigger, in net: CaseID) throws(ExecutionError) {
        guard let rule = task.timer, let (trigger, span) = try bound(rule, task, in: net), trigger == moment else { return }
        guard let due = span.due(in: context) else {
            throw ExecutionError(
                .invalid, "timer-out-of-range", "the timer of task \(task.id) would run out beyond the end of the calendar")
        }
        emit(.timerStarted(item: item, net: net, due: due, isInstant: span.isInstant))
    }

    /// Carries out the expiry of a timer that is due. Nobody has done the work: an offer of manual work is skipped, started work
    /// is completed with the data it has, all instances of it when the timer is the task's. Automated work goes on.
    mutating func expire(_ id: WorkItemID) throws(ExecutionError) {
        let timer = try dueTimer(id)
        emit(.timerExpired(item: id))
        // Rules about timeouts decide what becomes of the item.
        let subject = try? named(id).first(where: \.status.isUnfinished)
        if raise(.itemTimeout, item: subject?.id ?? id) { return }
        guard let task = try graph(of: timer.net).tasks[id.task], case .atomic(let gateway) = task.kind, !gateway.isAutomated else {
            return
        }
        let offer = WorkItemID(timer.net, id.task)
        guard state.items[offer]?.standing == .enabled else { return try endAll(id, as: .forced, verb: "completed") }
        if state.items[offer]?.status == .suspended { emit(.itemUnsuspended(item: offer)) }
        try skip(offer)
    }

    /// Notes that an expiry could not be carried out, and when to try again.
    mutating func postpone(_ id: WorkItemID, reason: String) throws(ExecutionError) {
        let timer = try dueTimer(id)
        let attempts = (timer.failure?.attempts ?? 0) + 1
        emit(.timerFailed(item: id, reason: reason, attempts: attempts, retryAt: context.now + Self.pause(after: attempts)))
    }

    /// A second, then four times as long each time, an hour at most.
    private static func pause(after attempts: Int) -> Int64 { attempts > 6 ? 3_600_000 : 1000 << (2 * Int64(attempts - 1)) }

    private func dueTimer(_ id: WorkItemID) throws(ExecutionError) -> RunningTimer {
        guard let timer = state.timers?.running[id] else {
            throw ExecutionError(.conflict, "timer-not-running", "no timer of item \(id) is running")
        }
        guard timer.heldSince == nil else {
            throw ExecutionError(.conflict, "timer-held", "the timer of item \(id) stands still while case \(state.id) is suspended")
        }
        guard timer.due <= context.now else {
            throw ExecutionError(.conflict, "timer-not-due", "the timer of item \(id) has not run out yet")
        }
        return timer
    }

    // MARK: Late binding

    /// A rule with its variable read. Nothing in the variable: no timer.
    private func bound(_ rule: TimerRule, _ task: GraphTask, in id: CaseID) throws(ExecutionError) -> (TimerTrigger, TimerSpan)? {
        guard case .variable(let name) = rule else {
            if case .fixed(let trigger, let span) = rule { return (trigger, span) }
            return nil
        }
        let net = try net(id)
        guard let value = net.variables[name]?.root, !value.isEmpty else { return nil }
        func text(_ field: String) throws(ExecutionError) -> String {
            try evaluated(value.element(field)?.stringValue ?? "", task, name, in: net)
        }
        let trigger = try text("trigger"), expiry = try text("expiry")
        let inWorkingDays = value.element("workdays") == nil ? false : TimerSpan.isYes(try text("workdays"))
        if trigger.isEmpty, expiry.isEmpty { return nil }
        guard let moment = TimerTrigger(rawValue: trigger) else {
            throw unreadable(task, name, "its trigger is \"\(trigger)\", which is neither OnEnabled nor OnExecuting")
        }
        guard let span = TimerSpan(expiry: expiry, inWorkingDays: inWorkingDays, timeZoneMinutes: context.timeZoneMinutes) else {
            throw unreadable(task, name, "its expiry is \"\(expiry)\", which is no duration, date and time, or milliseconds since 1970")
        }
        return (moment, span)
    }

    /// A field may have queries over the net's data in braces, as an element constructor has.
    private func evaluated(_ text: String, _ task: GraphTask, _ variable: String, in net: NetState) throws(ExecutionError) -> String {
        guard text.contains("{") else { return text.trimmingXMLSpace() }
        do {
            let query = try Query.compile("<text>\(text)</text>")
            return try query.element(over: data(of: net), in: context.environment).root?.stringValue.trimmingXMLSpace() ?? ""
        } catch {
            throw unreadable(task, variable, "\(error) in \(text)")
        }
    }

    private func unreadable(_ task: GraphTask, _ variable: String, _ why: String) -> ExecutionError {
        ExecutionError(.invalid, "timer-unreadable", "the timer of task \(task.id) cannot be read from the variable \(variable): \(why)")
    }
}
