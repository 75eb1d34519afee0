import Support
import Testing
@testable import Workflow

/// The pure core against the formal definition, on nets made by chance and along random runs: what is offered, every marking, and
/// the case rebuilt from its events.
@Suite struct EngineReferenceTests {
    struct Tally: Sendable {
        var runs = 0
        var steps = 0
        var orJoins = 0
        /// Runs that met a question the reference cannot decide within its bounds.
        var beyond = 0
        var differing: [String] = []

        static func add(_ a: inout Tally, _ b: Tally) {
            a.runs += b.runs
            a.steps += b.steps
            a.orJoins += b.orJoins
            a.beyond += b.beyond
            a.differing += b.differing
        }
    }

    static let runsPerNet = 10

    @Test func everyStepIsOneOfTheDefinition() async {
        let runs = RandomNetRuns(ordinary: 10_000 / Self.runsPerNet, soak: 1_000_000 / Self.runsPerNet)
        let tally = await runs.sum(Tally(), Tally.add) { seed, tally in
            let net = RandomNet(seed: seed)
            guard let formal = FormalNet(net),
                let specification = try? SpecificationReader.read(Array(net.text.utf8), file: "random.yawl").first,
                let executable = try? ExecutableSpecification(specification)
            else {
                tally.differing.append("seed \(seed): the file cannot be read\n\(net.text)")
                return
            }
            for number in 0 ..< UInt64(Self.runsPerNet) {
                var run = FormalRun(executable, formal, seed: seed &* 31 &+ number)
                let outcome = run.play()
                tally.runs += 1
                tally.steps += run.steps
                tally.orJoins += run.orJoins
                switch outcome {
                case .agrees: break
                case .beyond: tally.beyond += 1
                case .differs(let what):
                    tally.differing.append(
                        "seed \(seed), run \(number): \(what)\n\(net.tasks.map { "\($0)" }.joined(separator: "\n"))\n\(net.conditions)")
                }
            }
        }
        print(
            """
            engine: MIZZEN_SEED=\(runs.first), \(runs.count) nets, \(tally.runs) runs, \(tally.steps) commands, \
            \(tally.orJoins) OR joins fired, \(tally.beyond) runs beyond the reference
            """)
        #expect(tally.differing.isEmpty, "\(tally.differing.count): \(tally.differing.prefix(3).joined(separator: "\n\n"))")
        #expect(tally.beyond < tally.runs / 20)
    }
}
