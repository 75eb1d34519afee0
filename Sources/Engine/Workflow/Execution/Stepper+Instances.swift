import XMLTree
import XQuery

/// Multiple instances: how many, with what, until when, and what becomes of their results.
extension Stepper {
    /// The values for the instances of a firing, one element each; nil for an ordinary task. Refused when their number is out of bounds.
    func instanceValues(of task: GraphTask, in net: NetState) throws(ExecutionError) -> [XMLDocument]? {
        guard let instances = task.instances else { return nil }
        let whole = try element(instances.input, over: data(of: net), task: task, target: instances.formalInput)
        let splitting = try instances.splitting.get(), values: [XMLDocument]
        do {
            values = try splitting.elements(over: .document(whole), in: context.environment)
        } catch {
            throw ExecutionError(.invalid, "splitting-failed", "task \(task.id), splitting query: \(error) in \(splitting.text)")
        }
        let minimum = try number(instances.minimum, "minimum", of: task, in: net)
        let maximum = try number(instances.maximum, "maximum", of: task, in: net)
        guard (minimum ... max(minimum, maximum)).contains(values.count) else {
            throw ExecutionError(
                .invalid, "instance-count", "task \(task.id) would run \(values.count) times; its bounds are \(minimum) to \(maximum)")
        }
        guard values.count <= Self.maxInstances else {
            throw ExecutionError(
                .invalid, "too-many-instances",
                "task \(task.id) would run \(values.count) times at once; "
                    + "\(Self.maxInstances) are the most that are started together")
        }
        return values
    }

    /// Whether enough children are done for the task to exit.
    func isDone(_ task: GraphTask, in id: CaseID) throws(ExecutionError) -> Bool {
        guard let (complete, all) = busy(task.id, in: id, { ($0.completeCount, $0.active.count) }) else { return false }
        if complete == all { return true }
        guard let instances = task.instances else { return false }
        if case .literal(let threshold) = instances.threshold { return complete >= threshold }
        return complete >= (try number(instances.threshold, "threshold", of: task, in: net(id)))
    }

    /// What a completed instance adds to the result.
    func contribution(of task: GraphTask, output: XMLDocument) throws(ExecutionError) -> XMLDocument? {
        guard let gathering = task.instances?.output else { return nil }
        return try element(gathering.formal, over: .document(output), task: task, target: gathering.variable)
    }

    /// All contributions joined into the variable they are for, in the order of completion; its type is checked.
    func joinedResult(of task: GraphTask, in id: CaseID) throws(ExecutionError) -> Variable? {
        guard let gathering = task.instances?.output, let decomposition = task.task.decomposition else { return nil }
        let all = XMLDocument(element: specification.dataRoot(decomposition), children: busy(task.id, in: id, \.gathered) ?? [])
        let value = try element(gathering.joining, over: .document(all), task: task, target: gathering.variable)
        return try checked(value, for: gathering.variable, graph(of: id).slots[gathering.variable], of: task)
    }

    /// One more instance of a running dynamic task; it is fired and waits to be started.
    mutating func addInstance(to id: WorkItemID, value: XMLDocument) throws(ExecutionError) {
        let item = try item(id)
        let net = try net(item.net)
        guard let task = try graph(net.net).tasks[id.task], let signature = task.decomposition, let instances = task.instances,
            instances.isDynamic,
            item.status == .executing, let busy = net.busy[id.task]
        else {
            throw ExecutionError(
                .conflict, "no-more-instances", "item \(id) does not allow further instances: it must be executing and its task dynamic")
        }
        let maximum = try number(instances.maximum, "maximum", of: task, in: net)
        guard busy.active.count < maximum else {
            throw ExecutionError(
                .conflict, "no-more-instances", "task \(task.id) has had \(busy.active.count) instances, which is its maximum")
        }
        guard value.root?.localName == instances.formalInput else {
            throw ExecutionError(
                .invalid, "bad-instance-value", "the value of a new instance must be an element <\(instances.formalInput)>")
        }
        let child = net.caseID.child(net.children + 1)
        let input = try inputDocument(for: task, signature: signature, in: net, omitsEmpty: true, instance: value)
        emit(.instanceAdded(case: net.caseID, task: task.id, child: child))
        emit(.itemFired(item: WorkItemID(child, task.id), net: net.caseID, input: input))
    }

    private func number(_ bound: GraphInstances.Bound, _ role: String, of task: GraphTask, in net: NetState) throws(ExecutionError) -> Int {
        switch bound {
        case .literal(let number): return number
        case .query(let unchecked):
            let query = try unchecked.get(), text: String
            do {
                text = try query.string(over: data(of: net), in: context.environment)
            } catch {
                throw ExecutionError(.invalid, "bad-instance-bound", "task \(task.id), \(role): \(error) in \(query.text)")
            }
            // A path gives its element, as the reference engine reads it.
            let plain = (try? XMLDocument.parse(text))?.root?.stringValue ?? text
            guard let number = Int(plain.filter { !$0.isWhitespace }) else {
                throw ExecutionError(
                    .invalid, "bad-instance-bound", "task \(task.id), \(role): \(query.text) gives \"\(plain)\", not a whole number")
            }
            return number
        }
    }
}
