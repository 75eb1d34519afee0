/// Decides one OR join again and again over many markings: only places from which one of its ways in can be reached
/// matter, a path without joint conditions or cancellation settles most questions at once, and answers are kept.
struct OrJoinAnalysis: Sendable {
    private let preset: [Int]
    /// By place: it can matter to the join.
    private let isRelevant: [Bool]
    /// By place: its number in the reset net.
    private let number: [Int]
    private let resetNet: ResetNet
    /// By place: the ways in that one token there can always reach by itself, as positions in `preset`.
    private let certain: [Set<Int>]
    private var known: [Marking: Bool] = [:]

    init(_ net: ControlNet, join: Int) {
        let joinWork = net.works[join]
        var transitions: [ResetNet.Transition] = []
        for (index, work) in net.works.enumerated() {
            if index != join, !work.preset.isEmpty {
                for taken in work.join == .and ? [work.preset] : work.preset.map({ [$0] }) {
                    transitions.append(ResetNet.Transition(consumes: taken, produces: [work.place], resets: []))
                }
            }
            for given in work.largestOutcomes {
                transitions.append(ResetNet.Transition(consumes: [work.place], produces: given, resets: work.resets))
            }
        }
        // Backwards from the ways in.
        var isRelevant = [Bool](repeating: false, count: net.names.count)
        for place in joinWork.preset { isRelevant[place] = true }
        var grew = true
        while grew {
            grew = false
            for transition in transitions where transition.produces.contains(where: { isRelevant[$0] }) {
                for place in transition.consumes where !isRelevant[place] {
                    isRelevant[place] = true
                    grew = true
                }
            }
        }
        var number = [Int](repeating: -1, count: net.names.count), count = 0
        for place in net.names.indices where isRelevant[place] {
            number[place] = count
            count += 1
        }
        func renumbered(_ places: [Int]) -> [Int] { places.filter { isRelevant[$0] }.map { number[$0] } }
        let kept = transitions.filter { $0.produces.contains { isRelevant[$0] } }
        resetNet = ResetNet(
            placeCount: count,
            transitions: kept.map {
                ResetNet.Transition(consumes: renumbered($0.consumes), produces: renumbered($0.produces), resets: renumbered($0.resets))
            }, preset: renumbered(joinWork.preset))

        var certain = [Set<Int>](repeating: [], count: net.names.count)
        for (way, place) in joinWork.preset.enumerated() {
            var open = [place]
            certain[place].insert(way)
            while let target = open.popLast() {
                for transition in kept
                where transition.consumes.count == 1 && transition.resets.isEmpty && transition.produces.contains(target) {
                    if certain[transition.consumes[0]].insert(way).inserted { open.append(transition.consumes[0]) }
                }
            }
        }
        preset = joinWork.preset
        self.isRelevant = isRelevant
        self.number = number
        self.certain = certain
    }

    /// Nil when the search would take more than the effort that is left.
    mutating func isEnabled(in marking: Marking, effort: inout Int) -> Bool? {
        var marked: Set<Int> = []
        for (way, place) in preset.enumerated() where marking.contains(place) { marked.insert(way) }
        if marked.isEmpty { return false }
        if marked.count == preset.count { return true }
        let relevant = marking.restricted(to: isRelevant)
        effort -= relevant.count
        if let answer = known[relevant] { return answer }
        var last = -1
        for token in relevant.tokens {
            let place = Int(token)
            // The token that marks a way in has to stay there; a second one may move on.
            if certain[place].isSubset(of: marked) || (last != place && preset.contains(place)) {
                last = place
                continue
            }
            known[relevant] = false
            return false
        }
        var counts = [Int](repeating: 0, count: resetNet.placeCount)
        for token in relevant.tokens { counts[number[Int(token)]] += 1 }
        let answer = resetNet.isEnabled(counts, effort: &effort)
        if let answer { known[relevant] = answer }
        return answer
    }
}

extension ControlNet.Work {
    /// Going backward, a set asks for no more than any part of it: of an OR split only the largest counts.
    fileprivate var largestOutcomes: [[Int]] {
        guard let outcomes else { return [] }
        return outcomes.filter { set in !outcomes.contains { $0.count > set.count && Set($0).isSuperset(of: set) } }
    }
}
