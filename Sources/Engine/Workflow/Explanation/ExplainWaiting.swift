import XMLTree
import XQuery

/// Why each task of each running net is where it is: what is going on first, then what waits for it, then the rest. Pure: the
/// same state gives the same reasons.
///
/// Whether a token can still come is asked of the net without its cancellations, so "nothing can bring one" is certain, while "one
/// may come" need not come true.
public func explainWaiting(_ state: CaseState, in specification: ExecutableSpecification, context: StepContext) -> [TaskStanding] {
    state.nets.values.sorted { $0.caseID < $1.caseID }.flatMap { net -> [TaskStanding] in
        guard let graph = specification.nets[net.net] else { return [] }
        let explanation = Explanation(
            net, of: state, in: graph, stepper: Stepper(state: state, specification: specification, context: context))
        return graph.tasks.values.sorted { $0.rank < $1.rank }.map { task in
            TaskStanding(net: net.caseID, netName: net.net, task: task.id, reason: explanation.reason(task))
        }.stablySorted { $0.reason.rank < $1.reason.rank }
    }
}

/// One net at one moment.
private struct Explanation {
    let state: CaseState
    let net: NetState
    let graph: NetGraph
    let stepper: Stepper
    /// Tasks by the conditions they put tokens into.
    private let producers: [String: [GraphTask]]

    init(_ net: NetState, of state: CaseState, in graph: NetGraph, stepper: Stepper) {
        self.state = state
        self.net = net
        self.graph = graph
        self.stepper = stepper
        var producers: [String: [GraphTask]] = [:]
        for task in graph.tasks.values.sorted(by: { $0.rank < $1.rank }) {
            for out in task.postset { producers[out.condition, default: []].append(task) }
        }
        self.producers = producers
    }

    func reason(_ task: GraphTask) -> TaskStanding.Reason {
        if let busy = net.busy[task.id] { return busyReason(task, busy) }
        let offer = WorkItemID(net.caseID, task.id)
        if let item = state.items[offer], item.status.isUnfinished { return .items([offer], item.status, owner: item.startedBy) }
        let present = task.preset.filter { net.tokens.contains(key: $0) }
        let absent = task.preset.filter { !net.tokens.contains(key: $0) }
        // An OR join whose decision would take too long counts as waiting.
        if (try? stepper.isEnabled(task, in: net, graph)) == true { return state.status == .running ? .about : .caseStands(state.status) }
        if !present.isEmpty {
            guard task.task.join == .or else { return .missing(missing(absent, before: task), present: present) }
            let ways = absent.compactMap { way(to: $0, notThrough: task.id) }
            return .mayStillCome(way: ways.min { $0.count < $1.count } ?? [], present: present)
        }
        if task.task.join == .and, task.preset.count > 1 {
            let missing = missing(absent, before: task)
            if missing.contains(where: \.way.isEmpty) { return .missing(missing.filter(\.way.isEmpty), present: []) }
        }
        let ways = absent.compactMap { condition in way(to: condition, notThrough: task.id).map { (condition, $0) } }
        guard let (_, way) = ways.min(by: { $0.1.count < $1.1.count }) else {
            return .unreachable(closed: absent.lazy.compactMap { closedFlow(into: $0) }.first)
        }
        return .notReached(way: way, closed: closedFlow(along: way))
    }

    private func busyReason(_ task: GraphTask, _ busy: BusyTask) -> TaskStanding.Reason {
        let items = busy.active.map { WorkItemID($0, task.id) }.filter { state.items[$0]?.status.isUnfinished == true }
        guard let status = items.compactMap({ state.items[$0]?.status }).min(by: { $0.restlessness < $1.restlessness }) else {
            return .subnets(busy.active.filter { state.nets.contains(key: $0) })
        }
        let same = items.filter { state.items[$0]?.status == status }
        return .items(same, status, owner: same.lazy.compactMap { state.items[$0]?.startedBy }.first)
    }

    private func missing(_ conditions: [String], before task: GraphTask) -> [TaskStanding.MissingToken] {
        conditions.map { condition in
            let way = way(to: condition, notThrough: task.id) ?? []
            return TaskStanding.MissingToken(
                condition: condition, way: way, closed: way.isEmpty ? closedFlow(into: condition) : closedFlow(along: way + [condition]))
        }
    }

    // MARK: Ways

    /// The shortest way a token could come to a condition: from a token or a busy task, over tasks and explicit conditions. Nil when
    /// there is none.
    private func way(to condition: String, notThrough task: String) -> [String]? {
        // From each element the next one towards the condition.
        var next: [String: String] = [:]
        var queue = [condition], seen: Set<String> = [condition], place = 0
        func path(from element: String) -> [String] {
            var path: [String] = [], at: String? = element
            while let element = at {
                if isNamed(element) { path.append(element) }
                at = next[element]
            }
            return path.isEmpty ? [element] : path
        }
        while place < queue.count {
            let here = queue[place]
            place += 1
            for producer in producers[here] ?? [] where producer.id != task && seen.insert(producer.id).inserted {
                next[producer.id] = here
                if net.busy.contains(key: producer.id) { return path(from: producer.id) }
                // An AND join gets nowhere without all of its tokens; whether it will is not asked again here.
                for before in producer.preset where seen.insert(before).inserted {
                    next[before] = producer.id
                    if net.tokens.contains(key: before) { return path(from: before) }
                    queue.append(before)
                }
            }
        }
        return nil
    }

    /// Implicit conditions are of no use to a reader.
    private func isNamed(_ element: String) -> Bool { !element.hasPrefix("c{") }

    // MARK: Predicates

    private func closedFlow(into condition: String) -> TaskStanding.ClosedFlow? {
        (producers[condition] ?? []).lazy.compactMap { task in
            task.postset.first { $0.condition == condition }.flatMap { closed($0, of: task) }
        }.first
    }

    /// The first closed flow on a way of tasks and conditions.
    private func closedFlow(along way: [String]) -> TaskStanding.ClosedFlow? {
        for (element, following) in zip(way, way.dropFirst()) {
            guard let task = graph.tasks[element] else { continue }
            let flow = task.postset.first { $0.flow.target == following || $0.condition == following }
            if let flow, let closed = closed(flow, of: task) { return closed }
        }
        return nil
    }

    private func closed(_ out: OutFlow, of task: GraphTask) -> TaskStanding.ClosedFlow? {
        guard task.task.split != .and, !out.isDefault, let predicate = out.predicate, let text = out.flow.predicate?.query,
            (try? stepper.holds(predicate, in: net, task: task, flow: out)) == false
        else { return nil }
        var values = net.variables.filter { Self.mentions(text, $0.name) }.map { variable in
            TaskStanding.ClosedFlow.Value(name: variable.name, value: Self.shortened(variable.value.root?.stringValue ?? ""))
        }
        if case .timer(let question) = predicate {
            values = [
                .init(name: "timer(\(question.task))", value: (state.timers?.phase(of: question.task, in: net.caseID) ?? .dormant).rawValue)
            ]
        }
        return TaskStanding.ClosedFlow(task: task.id, predicate: text, values: values)
    }

    /// Whether a query names a variable: its letters, with none on either side.
    private static func mentions(_ query: String, _ name: String) -> Bool {
        func isNameLike(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || character == "_" || character == "-" || character == "."
        }
        var rest = query[...]
        while let first = rest.indices.first(where: { rest[$0...].hasPrefix(name) }) {
            let after = rest[first...].dropFirst(name.count)
            let before = first == query.startIndex ? nil : query[query.index(before: first)]
            if !(before.map(isNameLike) ?? false), !(after.first.map(isNameLike) ?? false) { return true }
            rest = rest[rest.index(after: first)...]
        }
        return false
    }

    private static func shortened(_ value: String) -> String { value.count > 40 ? value.prefix(39) + "…" : value }
}

extension TaskStanding.Reason {
    /// What an operator can do something about comes first.
    fileprivate var rank: Int {
        switch self {
        case .items: 0
        case .about, .caseStands: 1
        case .missing(_, let present): present.isEmpty ? 5 : 2
        case .mayStillCome: 2
        case .subnets: 3
        case .notReached: 4
        case .unreachable: 5
        }
    }
}

extension ItemStatus {
    /// Of several items of a task the one that somebody should look at first.
    fileprivate var restlessness: Int {
        switch self {
        case .deadlocked, .failed: 0
        case .suspended: 1
        case .executing: 2
        default: 3
        }
    }
}

extension Array {
    fileprivate func stablySorted(by comesBefore: (Element, Element) -> Bool) -> [Element] {
        enumerated().sorted { comesBefore($0.element, $1.element) || !comesBefore($1.element, $0.element) && $0.offset < $1.offset }.map(
            \.element)
    }
}
