import Foundation
import Support
import Testing
import Workflow

/// What the proof says of nets that were drawn to be sound or not.
@Suite struct SoundnessTests {
    private func prove(_ text: String, budget: SoundnessBudget = .thorough) throws -> NetSoundness {
        let specification = try #require(SpecificationReader.read(Array(text.utf8), file: "test.yawl").first)
        return proveSoundness(of: try #require(specification.rootNet), budget: budget)
    }

    private func set(_ tasks: String...) -> String {
        YAWLText.set("test", YAWLText.net(start: "S", tasks.joined()), YAWLText.gateway("Work"))
    }

    private func task(_ id: String, _ targets: String..., join: String = "xor", split: String = "and", removes: String = "") -> String {
        let flows = targets.enumerated().map { number, target in
            let test = target.contains("?") ? String(target.drop { $0 != "?" }.dropFirst()) : "/Net/v = '\(number)'"
            let name = target.prefix { $0 != "?" }, isLast = number == targets.count - 1
            return switch split {
            case "xor": isLast ? YAWLText.flow(to: String(name), isDefault: true) : YAWLText.flow(to: String(name), if: test, order: number)
            case "or": YAWLText.flow(to: String(name), if: test, isDefault: isLast)
            default: YAWLText.flow(to: String(name))
            }
        }
        return YAWLText.task(id, to: flows, join: join, split: split, removes: removes, does: "Work")
    }

    @Test func parallelBranchesThatAreJoinedAreSound() throws {
        let proof = try prove(set(task("S", "A", "B"), task("A", "J"), task("B", "J"), task("J", "o", join: "and")))
        #expect(proof.verdict == .sound && proof.failures.isEmpty && proof.limit == nil)
    }

    /// The run that shows it names every start and end, the split that was chosen and each marking.
    @Test func aChoiceThatIsJoinedAsIfParallelGetsStuck() throws {
        let proof = try prove(set(task("S", "A", "B", split: "xor"), task("A", "J"), task("B", "J"), task("J", "o", join: "and")))
        #expect(proof.verdict == .unsound)
        let failure = try #require(proof.failures.first)
        #expect(failure.kind == .deadlock)
        #expect(
            failure.sequence.map { "\($0.text) [\($0.marking)]" } == [
                "start S ← i [busy S]", "end S → c{S_A} [c{S_A}]", "start A ← c{S_A} [busy A]", "end A → c{A_J} [c{A_J}]",
            ])
        #expect(proof.failures.contains { $0.kind == .deadTask && $0.message.contains("task J ") })
    }

    @Test func parallelBranchesThatAreNotJoinedCompleteImproperly() throws {
        let proof = try prove(set(task("S", "A", "B"), task("A", "o"), task("B", "o")))
        #expect(proof.verdict == .unsound)
        #expect(proof.failures.map(\.kind) == [.improperCompletion])
        #expect(proof.failures.first?.sequence.last?.marking.tokens["o"] == 1)
    }

    @Test func whatMayGetStuckButCanCompleteIsWeaklySound() throws {
        let proof = try prove(
            YAWLText.set(
                "test",
                YAWLText.net(
                    start: "S", task("S", "A", "B"), task("A", "c", "d", split: "xor"), task("B", "e"),
                    YAWLText.condition("c", to: "J"), YAWLText.condition("d", to: "K"), YAWLText.condition("e", to: "J"),
                    task("J", "o", join: "and"), task("K", "o", removes: "<removesTokens id=\"e\"/>")), YAWLText.gateway("Work")))
        // K may end while B is still at work: then c, d, e are not all that is left.
        #expect(proof.verdict == .unsound && proof.failures.contains { $0.kind == .improperCompletion })

        let weak = try prove(
            YAWLText.set(
                "test",
                YAWLText.net(
                    start: "S", task("S", "A", "B", split: "xor"), task("A", "o"), task("B", "c", "d", split: "or"),
                    YAWLText.condition("c", to: "J"), YAWLText.condition("d", to: "J"), task("J", "o", join: "and")),
                YAWLText.gateway("Work")))
        #expect(weak.verdict == .weaklySound)
        #expect(weak.failures.map(\.kind) == [.deadlock])
    }

    @Test func tokensWithoutEndAreFound() throws {
        let proof = try prove(set(task("S", "A"), task("A", "A", "B", join: "xor"), task("B", "C"), task("C", "o")))
        #expect(proof.verdict == .unsound)
        #expect(proof.failures.contains { $0.kind == .unbounded || $0.kind == .improperCompletion })
    }

    @Test func whatGoesOnWithoutEverCompletingIsALivelock() throws {
        let proof = try prove(set(task("S", "A", "o", split: "xor"), task("A", "B"), task("B", "A")))
        #expect(proof.verdict == .weaklySound && proof.failures.map(\.kind) == [.livelock])
    }

    /// With `true()` the first flow is always taken, so B is never reached.
    @Test func literalPredicatesCount() throws {
        let proof = try prove(set(task("S", "A?true()", "B", split: "xor"), task("A", "o"), task("B", "o")))
        #expect(proof.failures.map(\.message) == ["task B can never start"])
        #expect(
            try prove(set(task("S", "A?false()", "B", split: "xor"), task("A", "o"), task("B", "o"))).failures.map(\.message) == [
                "task A can never start"
            ])
        #expect(
            try prove(set(task("S", "A?true()", "B?true()", split: "or"), task("A", "J"), task("B", "J"), task("J", "o", join: "and")))
                .verdict == .sound)
    }

    @Test func orJoinsThatNeedNotWaitAreNamed() throws {
        func needless(_ split: String) throws -> [String] {
            try prove(set(task("S", "A", "B", split: split), task("A", "J"), task("B", "J"), task("J", "o", join: "or")))
                .needlessOrJoins.map { "\($0.task) \($0.replacement.rawValue)" }
        }
        #expect(try needless("and") == ["J and"])
        #expect(try needless("xor") == ["J xor"])
        #expect(try needless("or") == [])
    }

    /// A runs beside B; only while B is at work or waits is there anything to cancel.
    @Test func cancellationOfWhatIsNeverThereIsNamed() throws {
        let proof = try prove(
            YAWLText.set(
                "test",
                YAWLText.net(
                    start: "S", task("S", "A", "B"),
                    task(
                        "A", "J",
                        removes:
                            """
                            <removesTokens id="B"/><removesTokens id="J"/><removesTokensFromFlow>\
                            <flowSource id="S"/><flowDestination id="B"/></removesTokensFromFlow>
                            """
                    ),
                    task("B", "J"), task("J", "o", join: "or")), YAWLText.gateway("Work")))
        #expect(proof.verdict == .sound)
        #expect(proof.reducibleCancellations.map(\.element) == ["J"])
    }

    @Test func theBudgetEndsAProofThatWouldTakeTooLong() throws {
        let names = (1 ... 30).map { "B\($0)" }
        let branches = names.map { YAWLText.task($0, to: ["J"], removes: "<removesTokens id=\"X\"/>", does: "Work") }.joined()
        let proof = try prove(
            YAWLText.set(
                "test",
                YAWLText.net(
                    start: "S", YAWLText.task("S", to: names + ["X"], does: "Work"), branches,
                    YAWLText.task("X", to: ["J"], removes: names.map { "<removesTokens id=\"\($0)\"/>" }.joined(), does: "Work"),
                    YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work")),
            budget: SoundnessBudget(states: 500, effort: 1_000_000))
        #expect(proof.verdict == .undecided || proof.verdict == .unsound)
        #expect(proof.states <= 600 && proof.limit?.contains("500 markings") == true)
    }

    /// Ten blocks of nineteen tasks, choices and parallel branches inside, an OR join at the end of each: 200 tasks and more.
    @Test(.timeLimit(.minutes(5))) func twoHundredTasksWithOrJoinsAreDecided() throws {
        var tasks: [String] = []
        for block in 0 ..< 10 {
            let next = block == 9 ? "o" : "S\(block + 1)"
            let branches = (0 ..< 6).map { "B\(block)_\($0)" }
            tasks.append(
                YAWLText.task(
                    "S\(block)", to: branches.enumerated().map { YAWLText.flow(to: $1, if: "/Net/v = '\($0)'", isDefault: $0 == 5) },
                    split: "or", does: "Work"))
            for branch in branches {
                tasks.append(YAWLText.task(branch, to: ["\(branch)x"], does: "Work"))
                tasks.append(YAWLText.task("\(branch)x", to: ["\(branch)y"], does: "Work"))
                tasks.append(YAWLText.task("\(branch)y", to: ["J\(block)"], does: "Work"))
            }
            tasks.append(YAWLText.task("J\(block)", to: [next], join: "or", does: "Work"))
        }
        let text = YAWLText.set("test", YAWLText.net(start: "S0", tasks.joined()), YAWLText.gateway("Work"))
        let clock = ContinuousClock(), begin = clock.now
        let proof = try prove(text)
        print("soundness: \(tasks.count) tasks, \(proof.states) markings, \(clock.now - begin)")
        #expect(proof.verdict == .sound, "\(proof.reasons)")
    }
}
