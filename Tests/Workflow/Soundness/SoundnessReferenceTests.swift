import Support
import Testing
import Workflow

/// The proof of soundness against a search through all markings, on nets made by chance.
@Suite struct SoundnessReferenceTests {
    struct Tally: Sendable {
        var compared = 0
        /// Larger than the reference can look at one by one.
        var beyond = 0
        /// The reference had an answer, the proof gave up.
        var undecided = 0
        var byVerdict: [String: Int] = [:]
        var differing: [String] = []

        static func add(_ a: inout Tally, _ b: Tally) {
            a.compared += b.compared
            a.beyond += b.beyond
            a.undecided += b.undecided
            a.byVerdict.merge(b.byVerdict) { $0 + $1 }
            a.differing += b.differing
        }
    }

    @Test func verdictsAreThoseOfTheDefinition() async {
        let runs = RandomNetRuns(ordinary: 2_000, soak: 100_000)
        let tally = await runs.sum(Tally(), Tally.add) { seed, tally in Self.compare(seed: seed, &tally) }
        print(
            """
            soundness: MIZZEN_SEED=\(runs.first), \(runs.count) nets, \(tally.compared) compared, \(tally.beyond) \
            beyond the reference, \(tally.undecided) undecided; \
            \(tally.byVerdict.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
            """
        )
        #expect(tally.differing.isEmpty, "\(tally.differing.prefix(3).joined(separator: "\n\n"))")
        // A net may be too much for the budget, but one in 100,000 is what is usual.
        #expect(tally.undecided <= max(1, runs.count / 20_000))
        #expect(tally.compared > runs.count / 2)
    }

    private static func compare(seed: UInt64, _ tally: inout Tally) {
        let random = RandomNet(seed: seed, kinds: false)
        guard let formal = FormalNet(random), let expected = formal.soundness() else {
            tally.beyond += 1
            return
        }
        let found = proveSoundness(of: Net(random), budget: SoundnessBudget(states: 20_000, effort: 50_000_000))
        if found.limit != nil, !found.failures.contains(where: { $0.kind == .unbounded }) {
            tally.undecided += 1
            return
        }
        tally.compared += 1
        tally.byVerdict[found.verdict.rawValue, default: 0] += 1
        let dead = found.failures.filter { $0.kind == .deadTask }.map(\.message)
        var differences: [String] = []
        func expect(_ what: String, _ a: some Equatable, _ b: some Equatable) {
            if "\(a)" != "\(b)" { differences.append("\(what): proof \(a), definition \(b)") }
        }
        expect("sound", found.verdict == .sound, expected.isSound)
        expect("weakly sound", found.verdict == .sound || found.verdict == .weaklySound, expected.isWeaklySound)
        expect("dead tasks", dead.sorted(), expected.deadTasks.map { "task \($0) can never start" }.sorted())
        let busy = Set(random.tasks.map(\.id))
        expect(
            "reducible",
            found.reducibleCancellations.map { "\($0.task) removes \(busy.contains($0.element) ? "busy " : "")\($0.element)" }.sorted(),
            expected.reducible)
        expect("needless", found.needlessOrJoins.map { "\($0.task) \($0.replacement.rawValue)" }.sorted(), expected.needless)
        for failure in found.failures {
            if let wrong = firstWrongStep(of: failure.sequence, formal) {
                differences.append("\(failure.kind.rawValue): step \(wrong) of its run is not possible")
            }
        }
        if !differences.isEmpty {
            tally.differing.append("seed \(seed): \(differences.joined(separator: "; "))\n\(random.tasks)\n\(random.conditions)\n\(found)")
        }
    }

    /// A run shown to people must be one of the definition's, step by step.
    private static func firstWrongStep(of sequence: [FiringStep], _ formal: FormalNet) -> Int? {
        var bag = formal.initial
        for (number, step) in sequence.enumerated() {
            var next = FormalNet.Bag()
            for (condition, count) in step.marking.tokens { if let place = formal.number[condition] { next[place] = count } }
            for task in step.marking.busy { if let place = formal.number["busy " + task] { next[place] += 1 } }
            guard let index = formal.tasks.firstIndex(where: { $0.id == step.task }),
                formal.next(bag, task: index, isStart: step.phase == .start)?.contains(next) == true
            else { return number }
            bag = next
        }
        return nil
    }
}

extension Net {
    /// Without a file in between.
    fileprivate init(_ random: RandomNet) {
        var elements: [NetElement] = random.conditions.map { condition in
            .condition(
                NetCondition(
                    id: condition.id, kind: condition.id == "i" ? .input : condition.id == "o" ? .output : .plain,
                    flows: condition.targets.map { Flow(target: $0) }))
        }
        for task in random.tasks {
            var written = NetTask(
                id: task.id, join: ControlType(rawValue: task.join.rawValue) ?? .and,
                split: ControlType(rawValue: task.split.rawValue) ?? .and)
            written.flows = task.targets.enumerated().map { number, target in
                let isDefault = task.split != .and && number == task.targets.count - 1
                let predicate =
                    task.split == .and || task.split == .xor && isDefault
                    ? nil : Flow.Predicate("/Net/v = '\(number)'", ordering: "\(number)")
                return Flow(target: target, predicate: predicate, isDefault: isDefault)
            }
            written.removesTokens = task.removes.map { RemovedElement(id: $0) }
            written.removesTokensFromFlows = task.removedFlows.map { RemovedFlow(source: $0.source, destination: $0.target) }
            elements.append(.task(written))
        }
        self.init(common: DecompositionCommon(id: random.id), isRoot: true, elements: elements)
    }
}
