/// The markings a net can get into, explored breadth first within a budget.
///
/// Two things keep it small without touching the verdicts. A task starts and ends in one go when nobody can tell: no cancellation
/// set reaches it or its ways in, and no OR join sees those ways in through another task. And of all that could happen in a
/// marking only one thing is followed when it is independent of everything else: it takes tokens nobody else could take, its
/// places are in no cancellation set, it cancels nothing and does not end the net. Whatever else happens can as well happen after
/// it, and no OR join is disabled by it: a token that it brings to a way in could arrive before, so the join was not enabled. What
/// is put off is not forgotten, because a marking that leads back to a known one is always followed in full.
struct StateSpace {
    struct Action {
        enum Kind { case start, end, both }

        let work: Int
        let kind: Kind
        /// The place an XOR join takes from; -1 where all marked ways in lose a token.
        let way: Int
        let outcome: Int
    }

    let net: ControlNet
    let budget: SoundnessBudget
    private(set) var markings: [Marking] = []
    /// By state: where it was first reached from, -1 for the beginning, and how.
    private(set) var origins: [(state: Int, action: Action)] = []
    private(set) var arcs: [(from: Int, to: Int)] = []
    /// States before this one were followed.
    private(set) var followed = 0
    private(set) var effort: Int
    /// A state with more tokens than one it came from, by steps that can be repeated for ever.
    private(set) var growth: (base: Int, state: Int)?
    /// Why exploring stopped early; nil when it did not.
    private(set) var limit: String?

    private(set) var hasRun: [Bool]
    /// By task, the places of its cancellation set that once held something when it ended.
    private(set) var cancelled: [Set<Int>]
    /// By OR join, how many of its ways in were marked when it started.
    private(set) var waysTaken: [Int: Set<Int>] = [:]

    private var numbers: [Marking: Int] = [:]
    private var joins: [Int: OrJoinAnalysis]
    /// By state: the most tokens on the way to it.
    private var records: [Int] = []
    private let isWhole: [Bool]
    private let isIndependentEnd: [Bool]

    init(_ net: ControlNet, budget: SoundnessBudget) {
        self.net = net
        self.budget = budget
        effort = budget.effort
        hasRun = Array(repeating: false, count: net.works.count)
        cancelled = Array(repeating: [], count: net.works.count)
        joins = Dictionary(uniqueKeysWithValues: net.waitingJoins.map { ($0, OrJoinAnalysis(net, join: $0)) })
        isWhole = net.works.map { work in
            !work.isWaitingJoin && !net.isCancelled[work.place]
                && work.preset.allSatisfy { place in
                    !net.isCancelled[place] && (net.waitingJoins.isEmpty || net.consumers[place].count == 1)
                }
        }
        isIndependentEnd = net.works.map { work in
            work.resets.isEmpty && !net.isCancelled[work.place]
                && (work.outcomes ?? []).joined().allSatisfy { !net.isCancelled[$0] && $0 != net.output }
        }
    }

    /// All markings have been followed.
    var isComplete: Bool { limit == nil && growth == nil }

    func isFinal(_ state: Int) -> Bool { markings[state].contains(net.output) }

    mutating func explore() {
        if let work = net.works.first(where: { $0.outcomes == nil }) {
            limit = "the OR split of \(work.id) has more than \(ControlNet.maxOpenFlows) flows that may be taken together"
        }
        visit(Marking(net.input), from: -1, by: Action(work: 0, kind: .start, way: -1, outcome: 0))
        while isComplete, followed < markings.count {
            if markings.count > budget.states {
                limit = "more than \(budget.states) markings"
            } else if effort <= 0 {
                limit = "more work than the budget of \(budget.effort) allows"
            } else {
                follow(followed)
                if isComplete { followed += 1 }
            }
        }
    }

    // MARK: One state

    private struct Choice {
        let work: Int
        let kind: Action.Kind
        let way: Int
        let isIndependent: Bool
    }

    private mutating func follow(_ state: Int) {
        guard !isFinal(state), let choices = choices(in: state) else { return }
        for choice in choices where choice.isIndependent {
            let results = results(of: choice, in: markings[state])
            guard results.allSatisfy({ numbers[$0.marking] == nil }) else { continue }
            take(choice, results, from: state)
            return
        }
        for choice in choices { take(choice, results(of: choice, in: markings[state]), from: state) }
    }

    /// What can happen in a state; nil when an OR join could not be decided.
    private mutating func choices(in state: Int) -> [Choice]? {
        let marking = markings[state]
        var choices: [Choice] = []
        var seen: Set<Int> = []
        for place in marking.places {
            effort -= 1
            if place >= net.conditionCount {
                let work = place - net.conditionCount
                choices.append(Choice(work: work, kind: .end, way: -1, isIndependent: isIndependentEnd[work]))
                continue
            }
            for number in net.consumers[place] where !marking.contains(net.works[number].place) {
                let work = net.works[number]
                let kind: Action.Kind = isWhole[number] ? .both : .start
                let isIndependent = isWhole[number] && isIndependentEnd[number]
                effort -= work.preset.count
                if work.isWaitingJoin {
                    guard seen.insert(number).inserted else { continue }
                    guard let isEnabled = joins[number]?.isEnabled(in: marking, effort: &effort) else {
                        limit = "deciding the OR join of \(work.id) takes more work than the budget allows"
                        return nil
                    }
                    if isEnabled { choices.append(Choice(work: number, kind: kind, way: -1, isIndependent: false)) }
                } else if work.join == .and {
                    guard seen.insert(number).inserted, work.preset.allSatisfy({ marking.contains($0) }) else { continue }
                    choices.append(
                        Choice(
                            work: number, kind: kind, way: -1,
                            isIndependent: isIndependent && work.preset.allSatisfy { net.consumers[$0].count == 1 }))
                } else {
                    choices.append(
                        Choice(work: number, kind: kind, way: place, isIndependent: isIndependent && net.consumers[place].count == 1))
                }
            }
        }
        return choices
    }

    private mutating func results(of choice: Choice, in marking: Marking) -> [(marking: Marking, action: Action)] {
        let work = net.works[choice.work]
        var after = marking
        if choice.kind != .end { for place in taken(work, choice.way, marking) { after.remove(place) } }
        if choice.kind == .start {
            after.add(work.place)
            effort -= after.count
            return [(after, Action(work: choice.work, kind: .start, way: choice.way, outcome: 0))]
        }
        if choice.kind == .end { after.remove(work.place) }
        if !work.resets.isEmpty { after.clear(work.resets) }
        let outcomes = work.outcomes ?? []
        effort -= outcomes.count * (after.count + 4)
        return outcomes.enumerated().map { number, places in
            var result = after
            for place in places { result.add(place) }
            return (result, Action(work: choice.work, kind: choice.kind, way: choice.way, outcome: number))
        }
    }

    func taken(_ work: ControlNet.Work, _ way: Int, _ marking: Marking) -> [Int] {
        way >= 0 ? [way] : work.preset.filter { marking.contains($0) }
    }

    private mutating func take(_ choice: Choice, _ results: [(marking: Marking, action: Action)], from state: Int) {
        let work = net.works[choice.work]
        if choice.kind != .end {
            hasRun[choice.work] = true
            if work.isWaitingJoin { waysTaken[choice.work, default: []].insert(taken(work, -1, markings[state]).count) }
        }
        if choice.kind != .start {
            // Its own tokens are gone by now: it has ended.
            for place in work.resets where place != work.place && markings[state].contains(place) { cancelled[choice.work].insert(place) }
        }
        for result in results { arcs.append((state, visit(result.marking, from: state, by: result.action))) }
    }

    @discardableResult
    private mutating func visit(_ marking: Marking, from origin: Int, by action: Action) -> Int {
        if let known = numbers[marking] { return known }
        let number = markings.count
        numbers[marking] = number
        markings.append(marking)
        origins.append((origin, action))
        let record = origin < 0 ? 0 : records[origin]
        records.append(max(record, marking.count))
        // A net that grows without end sets a new record every now and then.
        if marking.count > record, growth == nil, net.isMonotone, !marking.contains(net.output), let base = growthBase(of: number) {
            growth = (base, number)
        }
        return number
    }

    /// The nearest state on the way to this one that has the same tokens but fewer.
    private mutating func growthBase(of state: Int) -> Int? {
        var base = origins[state].state
        while base >= 0 {
            effort -= 1
            if markings[base].count < markings[state].count, let excess = markings[state].excess(over: markings[base]) {
                effort -= markings[base].count
                if excess.allSatisfy({ $0 < net.conditionCount }) { return base }
            }
            base = origins[base].state
        }
        return nil
    }
}
