/// The control flow of a net alone, in numbers: what a soundness proof walks through. Data are left out, so an XOR split may take
/// any one of its flows and an OR split any of them together, unless a predicate is literally `true()` or `false()`.
///
/// A place is a condition (implicit ones included) or, from `conditionCount` on, the inside of a task that is busy.
struct ControlNet: Sendable {
    struct Work: Sendable {
        let id: String
        /// The place that is marked while the task is busy.
        let place: Int
        let join: ControlType
        let preset: [Int]
        /// The sets of places its split may mark; nil when there are too many to list.
        let outcomes: [[Int]]?
        /// Places that are emptied when the task ends.
        let resets: [Int]

        var isWaitingJoin: Bool { join == .or && preset.count > 1 }
    }

    /// By place.
    let names: [String]
    let conditionCount: Int
    let input: Int
    let output: Int
    let works: [Work]
    /// The tasks behind each condition.
    let consumers: [[Int]]
    /// Places in the cancellation set of some task other than themselves.
    let isCancelled: [Bool]
    /// OR joins with several ways in, by task.
    let waitingJoins: [Int]

    /// More open flows of one OR split than this are not listed: 2^n sets.
    static let maxOpenFlows = 14

    /// Nil when the net lacks its input or output condition, which verification reports.
    init?(_ net: Net) {
        guard let first = net.inputCondition, let last = net.outputCondition else { return nil }
        let tasks = net.tasks
        let taskNumbers = Dictionary(tasks.enumerated().map { ($1.id, $0) }) { $1 }
        var names = net.conditions.map(\.id)
        var places = Dictionary(names.enumerated().map { ($1, $0) }) { $1 }
        for task in tasks {
            for flow in NetElement.task(task).effectiveFlows where taskNumbers[flow.target] != nil {
                places[implicitCondition(from: task.id, to: flow.target)] = names.count
                names.append(implicitCondition(from: task.id, to: flow.target))
            }
        }
        guard let input = places[first.id], let output = places[last.id] else { return nil }
        let conditionCount = names.count
        var consumers = [[Int]](repeating: [], count: conditionCount)
        for condition in net.conditions {
            guard let place = places[condition.id] else { continue }
            for flow in condition.flows {
                if let task = taskNumbers[flow.target], !consumers[place].contains(task) { consumers[place].append(task) }
            }
        }
        for task in tasks {
            for flow in NetElement.task(task).effectiveFlows {
                guard let target = taskNumbers[flow.target], let place = places[implicitCondition(from: task.id, to: flow.target)] else {
                    continue
                }
                consumers[place] = [target]
            }
        }
        var presets = [[Int]](repeating: [], count: tasks.count)
        for (place, behind) in consumers.enumerated() { for task in behind { presets[task].append(place) } }

        var works: [Work] = []
        for (number, task) in tasks.enumerated() {
            let flows = NetElement.task(task).effectiveFlows.compactMap { flow -> (flow: Flow, place: Int)? in
                let target = taskNumbers[flow.target] == nil ? flow.target : implicitCondition(from: task.id, to: flow.target)
                return places[target].map { (flow, $0) }
            }
            let removed =
                task.removesTokens.compactMap { taskNumbers[$0.id].map { conditionCount + $0 } ?? places[$0.id] }
                + task.removesTokensFromFlows.compactMap { places[implicitCondition(from: $0.source, to: $0.destination)] }
            works.append(
                Work(
                    id: task.id, place: conditionCount + number, join: task.join, preset: presets[number],
                    outcomes: Self.outcomes(of: task.split, flows), resets: Set(removed).sorted()))
        }
        var isCancelled = [Bool](repeating: false, count: conditionCount + works.count)
        for work in works { for place in work.resets where place != work.place { isCancelled[place] = true } }
        self.names = names + works.map(\.id)
        self.conditionCount = conditionCount
        self.input = input
        self.output = output
        self.works = works
        self.consumers = consumers
        self.isCancelled = isCancelled
        waitingJoins = works.indices.filter { works[$0].isWaitingJoin }
    }

    /// Nothing but AND and XOR joins and no cancellation: more tokens never make less possible.
    var isMonotone: Bool { waitingJoins.isEmpty && !isCancelled.contains(true) }

    /// What a split may mark, each set of places ascending.
    private static func outcomes(of split: ControlType, _ flows: [(flow: Flow, place: Int)]) -> [[Int]]? {
        let ordered = flows.enumerated().sorted { a, b in
            let (x, y) = (a.element.flow.isDefault ? 1 : 0, b.element.flow.isDefault ? 1 : 0)
            if x != y { return x < y }
            let (m, n) = (a.element.flow.predicate?.order ?? 0, b.element.flow.predicate?.order ?? 0)
            return m != n ? m < n : a.offset < b.offset
        }.map(\.element)
        switch split {
        case .and:
            return [ordered.map(\.place).sorted()]
        case .xor:
            var taken: [[Int]] = []
            for (flow, place) in ordered {
                let truth = flow.isDefault ? true : flow.predicate?.literalTruth
                if truth != false { taken.append([place]) }
                if truth == true { break }
            }
            return taken
        case .or:
            let certain = ordered.filter { $0.flow.predicate?.literalTruth == true }.map(\.place)
            let open = ordered.filter { $0.flow.predicate != nil && $0.flow.predicate?.literalTruth == nil }.map(\.place)
            guard open.count <= maxOpenFlows else { return nil }
            var sets: [[Int]] = []
            for choice in 0 ..< 1 << open.count {
                let chosen = certain + open.indices.filter { choice >> $0 & 1 == 1 }.map { open[$0] }
                if !chosen.isEmpty { sets.append(chosen.sorted()) }
            }
            let fallback = ordered.filter(\.flow.isDefault).map { [$0.place] }
            if certain.isEmpty { for set in fallback.suffix(1) where !sets.contains(set) { sets.append(set) } }
            return sets
        }
    }
}

extension Flow.Predicate {
    /// What it says whatever the data; nil when that depends on them.
    fileprivate var literalTruth: Bool? {
        switch query.filter({ !$0.isWhitespace }) {
        case "true()": true
        case "false()": false
        default: nil
        }
    }
}
