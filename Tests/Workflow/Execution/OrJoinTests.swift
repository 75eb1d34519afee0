import Support
import Testing
@testable import Workflow

/// When an OR join may fire: the eight cases the reference engine's own tests settle, and what follows from them.
@Suite struct OrJoinTests {
    /// i→q; q(xor, and)→{cC, cA, f, cB}; cA→a→d; cB→b→w→d; d(and)→f; cC→c→q; f(OR join: q, d)→o.
    static let longLoops = YAWLText.set(
        "loops",
        YAWLText.net(
            start: "q",
            YAWLText.task("q", to: ["cC", "cA", "f", "cB"], does: "Work"),
            YAWLText.condition("cA", to: "a"), YAWLText.condition("cB", to: "b"), YAWLText.condition("cC", to: "c"),
            YAWLText.task("a", to: ["d"], join: "or", does: "Work"), YAWLText.task("b", to: ["w"], does: "Work"),
            YAWLText.task("w", to: ["d"], does: "Work"), YAWLText.task("d", to: ["f"], join: "and", does: "Work"),
            YAWLText.task("c", to: [YAWLText.flow(to: "q", isDefault: true)], split: "xor", does: "Work"),
            YAWLText.task("f", to: ["o"], join: "or", does: "Work")), YAWLText.gateway("Work"))

    @Test(
        arguments: [
            (["c{d_f}": 2, "cC": 1], [], false), (["c{d_f}": 1, "cA": 1], [], true), (["cC": 1], [], false),
            (["i": 1, "c{d_f}": 1], [], false),
            (["c{d_f}": 1, "c{b_w}": 1], [], true), (["c{d_f}": 1], ["d"], true), (["cA": 1, "cB": 1, "c{q_f}": 1], [], false),
            (["cA": 1, "cB": 1, "cC": 1, "c{q_f}": 1], [], false),
        ] as [([String: Int], [String], Bool)])
    func theOracle(tokens: [String: Int], busy: [String], isEnabled: Bool) throws {
        let specification = try #require(SpecificationReader.read(Array(Self.longLoops.utf8), file: "loops.yawl").first)
        let join = try #require(ExecutableSpecification(specification).nets["Net"]?.orJoins["f"])
        var net = NetState(caseID: CaseID("1"), net: "Net", parent: nil, variables: [])
        net.tokens = SmallDictionary(tokens.map { ($0, $1) })
        for task in busy { net.busy[task] = BusyTask(active: [CaseID("1.1")]) }
        #expect(join.isEnabled(in: net) == isEnabled)
    }

    /// S splits to A, B, C by predicates; J waits for just those that were taken.
    @Test(arguments: [("a", ["1:A"]), ("ab", ["1:A", "1:B"]), ("abc", ["1:A", "1:B", "1:C"])])
    func itWaitsForWhatWasTakenAndNoMore(branches: String, offered: [String]) throws {
        var run = try RunningCase(
            YAWLText.set(
                "or",
                YAWLText.net(
                    locals: [YAWLText.local("v", initial: branches)], start: "S",
                    YAWLText.task(
                        "S",
                        to: [
                            YAWLText.flow(to: "A", if: "contains(/Net/v, 'a')"), YAWLText.flow(to: "B", if: "contains(/Net/v, 'b')"),
                            YAWLText.flow(to: "C", if: "contains(/Net/v, 'c')", isDefault: true),
                        ], split: "or", does: "Work"),
                    YAWLText.task("A", to: ["J"], does: "Work"), YAWLText.task("B", to: ["J"], does: "Work"),
                    YAWLText.task("C", to: ["J"], does: "Work"),
                    YAWLText.task("J", to: ["o"], join: "or", does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:S")
        #expect(run.offered == offered)
        for item in offered.dropLast() {
            try run.work(item)
            #expect(!run.offered.contains("1:J"))
        }
        try run.work(offered[offered.count - 1])
        #expect(run.offered == ["1:J"])
    }
}
