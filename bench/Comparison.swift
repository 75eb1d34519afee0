import Foundation

/// Two ways of doing the same, measured in turn in one run: A, B, A, B … Only the ratio of a round counts, and only where the disk was the
/// same before and after it.
struct Comparison {
    /// What a ratio should be at least, or at most.
    enum Goal {
        case least(Double)
        case most(Double)

        var text: String {
            switch self {
            case .least(let goal): "≥ \(goal)";
            case .most(let goal): "≤ \(goal)"
            }
        }
        func isMet(by ratio: Double) -> Bool {
            switch self {
            case .least(let goal): ratio >= goal;
            case .most(let goal): ratio <= goal
            }
        }
    }

    let name: String
    let unit: String
    let a: String
    let b: String
    let goal: Goal
    private static let rounds = 5
    /// Where the disk does not hold still, more rounds are tried.
    private static let mostRounds = 8

    /// Prints raw numbers, ratios (A to B) and the verdict.
    func run(_ measureA: () async throws -> Double, _ measureB: () async throws -> Double) async throws {
        print(
            """
            ### \(name)\n\n\(unit). Goal: A÷B \(goal.text).\n
            | round | fsync ms | load | A: \(a) | B: \(b) | A÷B |\n|---|---|---|---|---|---|
            """
        )
        var first = Samples(), second = Samples(), ratios = Samples()
        for round in 1 ... Self.mostRounds where round <= Self.rounds || ratios.count < Self.rounds {
            let before = try await EngineBench.fsyncProbe().quantile(0.5), load = Machine.load
            // Whoever comes second finds what the first left behind; so they take turns.
            let isFirst = round % 2 == 1
            let early = try await isFirst ? measureA() : measureB(), late = try await isFirst ? measureB() : measureA()
            let (one, two) = isFirst ? (early, late) : (late, early)
            let after = try await EngineBench.fsyncProbe().quantile(0.5)
            first.add(one)
            second.add(two)
            let isSteady = abs(before - after) <= 0.25 * max(before, after)
            if isSteady { ratios.add(one / two) }
            print(
                """
                | \(round) | \(Samples.number(before))–\(Samples.number(after)) | \(load) | \(Samples.number(one)) | \
                \(Samples.number(two)) | \(isSteady ? Samples.number(one / two) : "disk moved") |
                """
            )
            // A run takes minutes, and somebody waits.
            fflush(nil)
        }
        print("| all | | | \(first.text) | \(second.text) | \(ratios.count == 0 ? "none" : ratios.text) |\n")
        guard ratios.count > 0 else { return print("**\(name): no ratio, the disk never held still.**\n") }
        let ratio = ratios.quantile(0.5)
        print(
            """
            **\(name): \(Samples.number(ratio)), goal \(goal.text): \
            \(goal.isMet(by: ratio) ? "met" : "missed")\
            \(ratios.count < Self.rounds ? " (only \(ratios.count) steady rounds)" : "").**

            """
        )
    }
}
