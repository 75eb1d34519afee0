/// Decides the soundness of every net of a specification (the formal definition over the markings of a reset net with OR
/// joins). A marking with a token in the output condition is the end, whatever else is marked.
public func proveSoundness(of specification: Specification, budget: SoundnessBudget) -> SpecificationSoundness {
    SpecificationSoundness(nets: specification.nets.map { proveSoundness(of: $0, budget: budget) })
}

/// Changes whenever the same net may get another verdict.
public let soundnessProverVersion = 1

public func proveSoundness(of net: Net, budget: SoundnessBudget) -> NetSoundness {
    guard let control = ControlNet(net) else {
        return NetSoundness(
            net: net.id, verdict: .undecided, failures: [], reducibleCancellations: [], needlessOrJoins: [], states: 0,
            limit: "the net lacks its input or output condition")
    }
    var space = StateSpace(control, budget: budget)
    space.explore()
    return SoundnessProof(space).result(for: net.id)
}

/// Reads the verdict off the explored markings.
private struct SoundnessProof {
    let space: StateSpace
    var net: ControlNet { space.net }
    /// By state: it leads to the end, or to where exploring stopped.
    private let canComplete: [Bool]
    /// The end is reached somewhere.
    private let hasEnd: Bool

    init(_ space: StateSpace) {
        self.space = space
        var backward = [[Int32]](repeating: [], count: space.markings.count)
        for arc in space.arcs { backward[arc.to].append(Int32(arc.from)) }
        var canComplete = space.markings.indices.map { $0 >= space.followed || space.isFinal($0) }
        var open = canComplete.indices.filter { canComplete[$0] }
        while let state = open.popLast() {
            for before in backward[state] where !canComplete[Int(before)] {
                canComplete[Int(before)] = true
                open.append(Int(before))
            }
        }
        self.canComplete = canComplete
        hasEnd = space.markings.indices.contains { space.isFinal($0) }
    }

    func result(for name: String) -> NetSoundness {
        let failures = stuck + improper + unbounded + dead
        let verdict: SoundnessVerdict =
            if failures.isEmpty {
                space.isComplete ? .sound : .undecided
            } else if hasEnd, space.isComplete, !failures.contains(where: { $0.kind != .deadlock && $0.kind != .livelock }) {
                .weaklySound
            } else { .unsound }
        return NetSoundness(
            net: name, verdict: verdict, failures: failures, reducibleCancellations: space.isComplete ? reducible : [],
            needlessOrJoins: space.isComplete ? needless : [], states: space.markings.count,
            limit: space.limit ?? (space.growth == nil ? nil : "tokens pile up without end"))
    }

    // MARK: Failures

    /// The nearest deadlock and, apart from those, the nearest marking that goes on without ever completing.
    private var stuck: [SoundnessFailure] {
        var moves = [Bool](repeating: false, count: space.markings.count)
        for arc in space.arcs { moves[arc.from] = true }
        let lost = space.markings.indices.filter { !canComplete[$0] }
        if let state = lost.first(where: { !moves[$0] }) {
            return [
                SoundnessFailure(
                    kind: .deadlock, message: "it can get stuck with \(marking(space.markings[state]))", sequence: run(to: state))
            ]
        }
        return lost.prefix(1).map { state in
            SoundnessFailure(
                kind: .livelock, message: "with \(marking(space.markings[state])) it goes on, but can no longer complete",
                sequence: run(to: state))
        }
    }

    private var improper: [SoundnessFailure] {
        space.markings.indices.lazy.filter { space.isFinal($0) && space.markings[$0].count > 1 }.prefix(1).map { state in
            SoundnessFailure(
                kind: .improperCompletion, message: "it can complete with more than its end marked: \(marking(space.markings[state]))",
                sequence: run(to: state))
        }
    }

    private var unbounded: [SoundnessFailure] {
        guard let growth = space.growth else { return [] }
        let excess = space.markings[growth.state].excess(over: space.markings[growth.base]) ?? []
        return [
            SoundnessFailure(
                kind: .unbounded,
                message: "it can come back to \(marking(space.markings[growth.base])) with more tokens in "
                    + Set(excess).sorted().map { net.names[$0] }.joined(separator: ", ") + ", again and again",
                sequence: run(to: growth.state))
        ]
    }

    private var dead: [SoundnessFailure] {
        guard space.isComplete else { return [] }
        return net.works.indices.filter { !space.hasRun[$0] }.map { number in
            SoundnessFailure(kind: .deadTask, message: "task \(net.works[number].id) can never start", sequence: [])
        }
    }

    // MARK: What is not needed

    private var reducible: [NetSoundness.ReducibleCancellation] {
        net.works.indices.filter { space.hasRun[$0] }.flatMap { number in
            net.works[number].resets.filter { !space.cancelled[number].contains($0) }.map {
                NetSoundness.ReducibleCancellation(task: net.works[number].id, element: net.names[$0])
            }
        }
    }

    private var needless: [NetSoundness.NeedlessOrJoin] {
        net.waitingJoins.compactMap { number in
            let work = net.works[number]
            switch space.waysTaken[number] {
            case [work.preset.count]: return NetSoundness.NeedlessOrJoin(task: work.id, replacement: .and)
            case [1]: return NetSoundness.NeedlessOrJoin(task: work.id, replacement: .xor)
            default: return nil
            }
        }
    }

    // MARK: Runs

    private func run(to state: Int) -> [FiringStep] {
        var states: [Int] = []
        var at = state
        while at >= 0, space.origins[at].state >= 0 {
            states.append(at)
            at = space.origins[at].state
        }
        return states.reversed().flatMap { steps(from: space.origins[$0].state, by: space.origins[$0].action, to: $0) }
    }

    private func steps(from before: Int, by action: StateSpace.Action, to after: Int) -> [FiringStep] {
        let work = net.works[action.work]
        var middle = space.markings[before]
        var steps: [FiringStep] = []
        if action.kind != .end {
            let taken = space.taken(work, action.way, middle)
            for place in taken { middle.remove(place) }
            middle.add(work.place)
            steps.append(
                FiringStep(
                    task: work.id, phase: .start, takes: taken.map { net.names[$0] }, gives: [], removes: [], marking: marking(middle)))
        }
        if action.kind != .start {
            let removed = work.resets.filter { $0 != work.place && middle.contains($0) }
            steps.append(
                FiringStep(
                    task: work.id, phase: .end, takes: [], gives: (work.outcomes?[action.outcome] ?? []).map { net.names[$0] },
                    removes: removed.map { net.names[$0] }, marking: marking(space.markings[after])))
        }
        return steps
    }

    private func marking(_ marking: Marking) -> NetMarking {
        var tokens: [String: Int] = [:], busy: [String] = []
        for token in marking.tokens {
            let place = Int(token)
            if place < net.conditionCount { tokens[net.names[place], default: 0] += 1 } else { busy.append(net.names[place]) }
        }
        return NetMarking(tokens: tokens, busy: busy)
    }
}
