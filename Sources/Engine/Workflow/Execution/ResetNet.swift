/// A net as a reset net, to answer one question: can more tokens still arrive at an OR join?
///
/// Places are the net's conditions and one busy place per task. A task is a start transition (one per way in, unless its join is
/// AND) and an end transition (one per way out for an XOR split); its cancellation set becomes reset arcs of the end. Other OR
/// joins count as XOR joins, the join in question never starts. An OR split is one transition to all its ways out: going backward,
/// the full set asks for no more than any part of it.
struct ResetNet: Sendable {
    struct Transition: Sendable {
        let consumes: [Int]
        let produces: [Int]
        let resets: [Int]
    }

    /// Index of a place by condition id; busy places by task id.
    private let conditionPlaces: [String: Int]
    private let busyPlaces: [String: Int]
    private let transitions: [Transition]
    private let preset: [Int]
    private let ways: WaysIn?
    let placeCount: Int

    /// Markings kept at most while searching; small nets need a handful.
    static let maxMarkings = 20_000

    /// A net whose places are numbered already.
    init(placeCount: Int, transitions: [Transition], preset: [Int]) {
        conditionPlaces = [:]
        busyPlaces = [:]
        self.placeCount = placeCount
        self.transitions = transitions
        self.preset = preset
        ways = WaysIn(to: preset, by: transitions, placeCount: placeCount)
    }

    init(_ tasks: [String: GraphTask], conditions: some Collection<String>, join: String) {
        var places: [String: Int] = [:]
        for condition in conditions.sorted(by: { $0.precedes($1) }) { places[condition] = places.count }
        var busy: [String: Int] = [:]
        for task in tasks.keys.sorted(by: { $0.precedes($1) }) { busy[task] = places.count + busy.count }
        var transitions: [Transition] = []
        for (id, task) in tasks.sorted(by: { $0.key.precedes($1.key) }) {
            guard let own = busy[id] else { continue }
            let ins = task.preset.compactMap { places[$0] }
            if id != join, !ins.isEmpty {
                for taken in task.task.join == .and ? [ins] : ins.map({ [$0] }) {
                    transitions.append(Transition(consumes: taken, produces: [own], resets: []))
                }
            }
            let outs = task.postset.compactMap { places[$0.condition] }
            let resets = Set(task.removedConditions.compactMap { places[$0] } + task.removedTasks.compactMap { busy[$0] }).sorted()
            for given in task.task.split == .xor ? outs.map({ [$0] }) : [outs] {
                transitions.append(Transition(consumes: [own], produces: given, resets: resets))
            }
        }
        conditionPlaces = places
        busyPlaces = busy
        placeCount = places.count + busy.count
        self.transitions = transitions
        preset = (tasks[join]?.preset ?? []).compactMap { places[$0] }
        ways = WaysIn(to: preset, by: transitions, placeCount: placeCount)
    }

    /// `true` when the join has a token and no further way in can get one without taking one away that it has. `nil` when the search
    /// would be too large.
    func isEnabled(in net: NetState) -> Bool? {
        var effort = Int.max
        return isEnabled(marking(of: net), effort: &effort)
    }

    /// The same for tokens by place. `effort` is what the search may cost, in places compared; nil when that is used up.
    func isEnabled(_ marking: [Int], effort: inout Int) -> Bool? {
        let marked = preset.filter { marking[$0] > 0 }
        if marked.isEmpty { return false }
        if marked.count == preset.count { return true }
        if let answer = ways?.answer(marking, preset) { return answer }
        let (reachable, live) = activePart(from: marking)
        for place in preset where marking[place] == 0 && reachable[place] {
            var target = [Int](repeating: 0, count: placeCount)
            for place in marked { target[place] = 1 }
            target[place] = 1
            guard let canArrive = isCoverable(target, from: marking, by: live, effort: &effort) else { return nil }
            if canArrive { return false }
        }
        return true
    }

    /// Whether a token can get from here to a condition if none were ever taken away: `false` is certain.
    func mayMark(_ condition: String, from net: NetState) -> Bool {
        guard let place = conditionPlaces[condition] else { return false }
        return activePart(from: marking(of: net)).places[place]
    }

    private func marking(of net: NetState) -> [Int] {
        var marking = [Int](repeating: 0, count: placeCount)
        for (condition, count) in net.tokens { if let place = conditionPlaces[condition] { marking[place] = count } }
        for task in net.busy.keys { if let place = busyPlaces[task] { marking[place] = 1 } }
        return marking
    }

    /// Places that can ever get a token from here, and the transitions whose every input is among them.
    private func activePart(from marking: [Int]) -> (places: [Bool], transitions: [Transition]) {
        var reachable = marking.map { $0 > 0 }
        var dormant = transitions
        var live: [Transition] = []
        while true {
            let ready = dormant.filter { $0.consumes.allSatisfy { reachable[$0] } }
            if ready.isEmpty { return (reachable, live) }
            dormant.removeAll { $0.consumes.allSatisfy { reachable[$0] } }
            live += ready
            for transition in ready { for place in transition.produces { reachable[place] = true } }
        }
    }

    /// Backward search over minimal markings: is there a run from `marking` to one that has at least `target`?
    private func isCoverable(_ target: [Int], from marking: [Int], by transitions: [Transition], effort: inout Int) -> Bool? {
        if covers(marking, target) { return true }
        var basis = [target]
        var frontier = [target]
        while let wanted = frontier.popLast() {
            // A smaller marking found since makes this one superfluous.
            guard basis.contains(wanted) else { continue }
            for transition in transitions where transition.produces.contains(where: { wanted[$0] > 0 }) {
                effort -= basis.count * placeCount
                guard effort > 0 else { return nil }
                guard let before = predecessor(of: wanted, by: transition), !basis.contains(where: { covers(before, $0) }) else { continue }
                if covers(marking, before) { return true }
                basis.removeAll { covers($0, before) }
                basis.append(before)
                frontier.append(before)
                guard basis.count <= Self.maxMarkings else { return nil }
            }
        }
        return false
    }

    /// The least marking from which the transition leads to at least `wanted`; nil when its resets make that impossible.
    private func predecessor(of wanted: [Int], by transition: Transition) -> [Int]? {
        for place in transition.resets where wanted[place] > (transition.produces.contains(place) ? 1 : 0) { return nil }
        var before = wanted
        for place in transition.produces { before[place] = transition.resets.contains(place) ? 0 : max(0, before[place] - 1) }
        for place in transition.consumes { before[place] = transition.resets.contains(place) ? 1 : before[place] + 1 }
        return before
    }

    private func covers(_ marking: [Int], _ target: [Int]) -> Bool {
        for place in marking.indices where marking[place] < target[place] { return false }
        return true
    }
}

/// What the shape of the net alone says about tokens on their way to an OR join: nearly every question is answered by it.
private struct WaysIn: Sendable {
    /// For each place of the preset: where a token can walk from to get there all by itself, past no cancellation.
    private let alone: [[Bool]]
    /// The same when others help and nothing is ever cancelled: from nowhere else can a token get there.
    private let atAll: [[Bool]]

    /// Larger nets do without.
    private static let maxEntries = 1 << 18

    init?(to preset: [Int], by transitions: [ResetNet.Transition], placeCount: Int) {
        guard preset.count * placeCount <= Self.maxEntries else { return nil }
        var producers = [[Int]](repeating: [], count: placeCount)
        for (number, transition) in transitions.enumerated() { for place in transition.produces { producers[place].append(number) } }
        func origins(of place: Int, where fits: (ResetNet.Transition) -> Bool) -> [Bool] {
            var isOrigin = [Bool](repeating: false, count: placeCount), open = [place]
            isOrigin[place] = true
            while let next = open.popLast() {
                for transition in producers[next].lazy.map({ transitions[$0] }) where fits(transition) {
                    for source in transition.consumes where !isOrigin[source] {
                        isOrigin[source] = true
                        open.append(source)
                    }
                }
            }
            return isOrigin
        }
        alone = preset.map { origins(of: $0) { $0.consumes.count == 1 && $0.resets.isEmpty } }
        atAll = preset.map { origins(of: $0) { _ in true } }
    }

    /// Whether the join may fire; nil when that takes a search.
    func answer(_ marking: [Int], _ preset: [Int]) -> Bool? {
        var isCertain = true
        for (number, place) in preset.enumerated() where marking[place] == 0 {
            for source in marking.indices where marking[source] > 0 && atAll[number][source] {
                // A token the join has must not be the one that walks.
                if alone[number][source], marking[source] > 1 || !preset.contains(source) { return false }
                isCertain = false
            }
        }
        return isCertain ? true : nil
    }
}
