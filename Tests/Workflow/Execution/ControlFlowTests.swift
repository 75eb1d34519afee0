import Support
import Testing
import Workflow

@Suite struct ControlFlowTests {
    @Test func aSequenceOffersOneTaskAfterTheOther() throws {
        var run = try RunningCase(
            YAWLText.set(
                "seq",
                YAWLText.net(
                    start: "A",
                    YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        #expect(run.offered == ["1:A"])
        try run.work("1:A")
        #expect(run.offered == ["1:B"])
        try run.work("1:B")
        #expect(run.state.status == .completed)
        #expect(run.state.ending?.isProper == true)
    }

    @Test func childrenAreNumberedPerCaseNotPerTask() throws {
        var run = try RunningCase(
            YAWLText.set(
                "seq",
                YAWLText.net(
                    start: "A",
                    YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:A")
        try run.perform(.start(WorkItemID(CaseID("1"), "B")))
        #expect(run.items(.executing) == ["1.2:B"])
    }

    @Test func anAndSplitOffersAllAndItsJoinWaitsForAll() throws {
        var run = try RunningCase(
            YAWLText.set(
                "and",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["A", "B"], does: "Work"), YAWLText.task("A", to: ["J"], does: "Work"),
                    YAWLText.task("B", to: ["J"], does: "Work"), YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
                YAWLText.gateway("Work")))
        try run.work("1:S")
        #expect(run.offered == ["1:A", "1:B"])
        try run.work("1:A")
        #expect(run.offered == ["1:B"])
        try run.work("1:B")
        #expect(run.offered == ["1:J"])
    }

    /// Flows are looked at by ordering, not by place in the file; the default one is taken when no predicate is true.
    @Test(arguments: [("1", "1:High"), ("2", "1:Low"), ("9", "1:Other")])
    func anXorSplitTakesTheFirstTrueFlow(value: String, offered: String) throws {
        var run = try RunningCase(
            YAWLText.set(
                "xor",
                YAWLText.net(
                    locals: [YAWLText.local("n", "integer", initial: "0")], start: "S",
                    YAWLText.task(
                        "S",
                        to: [
                            YAWLText.flow(to: "Other", isDefault: true),
                            YAWLText.flow(to: "Low", if: "/Net/n < 5", order: 2),
                            YAWLText.flow(to: "High", if: "/Net/n < 2", order: 1),
                        ],
                        split: "xor", completed: [("<n>{/Ask/n/text()}</n>", "n")], does: "Ask"),
                    YAWLText.task("High", to: ["o"], does: "Work"), YAWLText.task("Low", to: ["o"], does: "Work"),
                    YAWLText.task("Other", to: ["o"], does: "Work")),
                YAWLText.gateway("Ask", outputs: [YAWLText.output("n", "integer")]), YAWLText.gateway("Work")))
        try run.work("1:S", "<Ask><n>\(value)</n></Ask>")
        #expect(run.offered == [offered])
    }

    @Test func startingOneOfADeferredChoiceWithdrawsTheOthers() throws {
        var run = try RunningCase(
            YAWLText.set(
                "choice",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["c"], does: "Work"), YAWLText.condition("c", to: "A", "B"),
                    YAWLText.task("A", to: ["o"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:S")
        #expect(run.offered == ["1:A", "1:B"])
        let choices = Set(run.state.items.values.map(\.choice))
        #expect(choices.count == 1 && choices.first != .some(nil))
        let events = try run.perform(.start(WorkItemID(CaseID("1"), "B")))
        #expect(events.contains(.itemWithdrawn(item: WorkItemID(CaseID("1"), "A"))))
        #expect(run.offered.isEmpty)
    }

    @Test func aCancellationSetEmptiesTasksAndConditions() throws {
        var run = try RunningCase(
            YAWLText.set(
                "cancel",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["A", "B", "C"], does: "Work"),
                    YAWLText.task("A", to: ["J"], does: "Work"), YAWLText.task("B", to: ["J"], does: "Work"),
                    YAWLText.task(
                        "C", to: ["J"],
                        removes:
                            """
                            <removesTokens id="A"/><removesTokensFromFlow><flowSource id="S"/>\
                            <flowDestination id="B"/></removesTokensFromFlow>
                            """,
                        does: "Work"),
                    YAWLText.task("J", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:S")
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        try run.work("1:C")
        #expect(run.offered == ["1:J"])
        #expect(run.items(.executing).isEmpty)
        #expect(run.state.nets[CaseID("1")]?.tokens == ["c{C_J}": 1])
    }

    @Test func aCompositeTaskRunsItsNetUnderAChildOfTheCase() throws {
        var run = try RunningCase(
            YAWLText.set(
                "composite",
                YAWLText.net(
                    locals: [YAWLText.local("v", initial: "left")], start: "P",
                    YAWLText.task(
                        "P", to: ["Z"], starting: [("<v>{/Net/v/text()}</v>", "v")], completed: [("<v>{/Sub/r/text()}</v>", "v")],
                        does: "Sub"),
                    YAWLText.task("Z", to: ["o"], does: "Work")),
                YAWLText.net(
                    "Sub", isRoot: false, inputs: [YAWLText.input("v")], outputs: [YAWLText.output("r", index: 1)],
                    locals: [YAWLText.local("r", index: 1, initial: "none")], start: "A",
                    YAWLText.task("A", to: ["o"], completed: [("<r>{/Ask/r/text()}</r>", "r")], does: "Ask")),
                YAWLText.gateway("Ask", outputs: [YAWLText.output("r")]), YAWLText.gateway("Work")))
        #expect(run.offered == ["1.1:A"])
        #expect(run.value("v", in: "1.1") == "<v>left</v>")
        try run.work("1.1:A", "<Ask><r>right</r></Ask>")
        #expect(run.value("v") == "<v>right</v>")
        #expect(run.offered == ["1:Z"])
    }

    @Test func emptyTasksRunByThemselvesHoweverMany() throws {
        let count = 3_000
        let chain = (1 ... count).map { YAWLText.task("E\($0)", to: [$0 == count ? "Z" : "E\($0 + 1)"]) }.joined()
        let run = try RunningCase(
            YAWLText.set(
                "empty", YAWLText.net(start: "E1", chain, YAWLText.task("Z", to: ["o"], does: "Work")),
                YAWLText.gateway("Work")))
        #expect(run.offered == ["1:Z"])
    }

    @Test func aTokenInTheOutputConditionEndsTheNetWhateverIsLeft() throws {
        var run = try RunningCase(
            YAWLText.set(
                "eager",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["A", "B"], does: "Work"), YAWLText.task("A", to: ["o"], does: "Work"),
                    YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:S")
        try run.work("1:A")
        #expect(run.state.status == .completed)
        #expect(run.state.ending?.isProper == false)
        #expect(run.state.items.isEmpty)
    }

    @Test func aNetWhoseTokensNothingCanMoveIsDeadlocked() throws {
        var run = try RunningCase(
            YAWLText.set(
                "deadlock",
                YAWLText.net(
                    locals: [YAWLText.local("n", initial: "1")], start: "S",
                    YAWLText.task(
                        "S", to: [YAWLText.flow(to: "A", if: "/Net/n = '1'", order: 1), YAWLText.flow(to: "B", isDefault: true)],
                        split: "xor", does: "Work"),
                    YAWLText.task("A", to: ["J"], does: "Work"), YAWLText.task("B", to: ["J"], does: "Work"),
                    YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:S")
        try run.work("1:A")
        #expect(run.state.status == .deadlocked)
        #expect(run.state.ending?.deadlocked == ["J"])
    }

    @Test func whatAStepDidRebuildsTheCase() throws {
        var run = try RunningCase(
            YAWLText.set(
                "and",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["A", "B"], does: "Work"), YAWLText.task("A", to: ["J"], does: "Work"),
                    YAWLText.task("B", to: ["J"], does: "Work"), YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
                YAWLText.gateway("Work")))
        try run.work("1:S")
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        #expect(CaseState(replaying: run.log) == run.state)
    }
}
