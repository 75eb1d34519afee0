import Support
import Testing
import Workflow
import XMLTree

@Suite struct LifeCycleTests {
    /// One task that asks for a whole number, with a default; then the end.
    static let asking = YAWLText.set(
        "ask",
        YAWLText.net(
            outputs: [YAWLText.output("n", "integer")], locals: [YAWLText.local("n", "integer", initial: "0")], start: "A",
            YAWLText.task(
                "A", to: ["o"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")], does: "Ask")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]))

    static let item = WorkItemID(CaseID("1"), "A")
    static let started = WorkItemID(CaseID("1.1"), "A")

    @Test func whatIsHandedInReachesTheCaseOutput() throws {
        var run = try RunningCase(Self.asking)
        try run.work("1:A", "<Ask><n>42</n></Ask>")
        #expect(run.state.ending?.output?.serialized() == "<Net><n>42</n></Net>")
    }

    @Test func wrongOutputIsRefusedWithTheReasonAndChangesNothing() throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.start(Self.item))
        let error = try run.refusal(of: .complete(Self.started, output: try XMLDocument.parse("<Ask><n>many</n></Ask>")))
        #expect(error.code == "data-invalid")
        #expect(error.message.contains("many"))
        try run.perform(.complete(Self.started, output: try XMLDocument.parse("<Ask><n>7</n></Ask>")))
        #expect(run.state.status == .completed)
    }

    @Test(arguments: ["<Ask/>", "<Ask><n>1</n><more>2</more></Ask>", "<Ask><more>2</more></Ask>"])
    func missingAndUnknownOutputsAreRefused(output: String) throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.start(Self.item))
        #expect(try run.refusal(of: .complete(Self.started, output: try XMLDocument.parse(output))).code == "data-invalid")
    }

    @Test func anItemIsCompletedOnce() throws {
        var run = try RunningCase(
            YAWLText.set(
                "two",
                YAWLText.net(
                    start: "A",
                    YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:A")
        #expect(try run.refusal(of: .complete(Self.started, output: nil)).code == "item-closed")
    }

    @Test func theOfferCannotBeCompletedAndTheStartedCannotBeStarted() throws {
        var run = try RunningCase(Self.asking)
        #expect(try run.refusal(of: .complete(Self.item, output: nil)).message.contains("start it first"))
        try run.perform(.start(Self.item))
        #expect(try run.refusal(of: .start(Self.started)).kind == .conflict)
        #expect(try run.refusal(of: .complete(Self.item, output: nil)).code == "item-is-parent")
    }

    @Test func rollbackGivesAFiredItemWithItsData() throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.start(Self.item))
        try run.perform(.rollback(Self.started))
        #expect(run.items(.fired) == ["1.1:A"])
        #expect(run.state.items[Self.started]?.data?.serialized() == "<Ask><n>0</n></Ask>")
        try run.perform(.start(Self.started), by: "bob")
        #expect(run.state.items[Self.started]?.startedBy == "bob")
    }

    @Test func skippingHandsInWhatTheItemHas() throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.skip(Self.item))
        #expect(run.state.ending?.output?.serialized() == "<Net><n>0</n></Net>")
    }

    @Test func aSuspendedCaseFinishesWhatIsThereAndOffersNothingNew() throws {
        var run = try RunningCase(
            YAWLText.set(
                "two",
                YAWLText.net(
                    start: "A",
                    YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.perform(.suspend)
        #expect(run.state.status == .suspending)
        try run.work("1:A")
        #expect(run.state.status == .suspended)
        #expect(run.offered.isEmpty)
        try run.perform(.resume)
        #expect(run.offered == ["1:B"])
    }

    @Test func nothingCanBeDoneWithACancelledCase() throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.cancel)
        #expect(run.state.status == .cancelled)
        #expect(run.state.items.isEmpty)
        #expect(try run.refusal(of: .start(Self.item)).code == "case-closed")
    }

    static let twoBranches = YAWLText.set(
        "branches",
        YAWLText.net(
            start: "S",
            YAWLText.task("S", to: ["A", "B"], does: "Work"), YAWLText.task("A", to: ["J"], does: "Work"),
            YAWLText.task("B", to: ["J"], does: "Work"),
            YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work"))

    static func id(_ text: String) throws -> WorkItemID { try #require(WorkItemID(text)) }

    @Test(arguments: ["offered", "executing", "fired"])
    func aSuspendedItemWaitsAndGoesBackToWhatItWas(standing: String) throws {
        var run = try RunningCase(Self.asking)
        var id = Self.item
        if standing != "offered" {
            try run.perform(.start(id))
            id = Self.started
        }
        if standing == "fired" { try run.perform(.rollback(id)) }
        let before = run.state
        try run.perform(.suspendItem(id))
        #expect(run.items(.suspended) == [id.description])
        for command in [
            CaseCommand.start(id), .complete(id, output: nil), .skip(id), .rollback(id), .forceComplete(id, output: nil), .suspendItem(id),
        ] {
            #expect(try run.refusal(of: command).kind == .conflict)
        }
        try run.perform(.unsuspendItem(id))
        #expect(run.state == before)
        #expect(try run.refusal(of: .unsuspendItem(id)).code == "item-not-suspended")
    }

    @Test func aSuspendedOfferIsNoDeadlockAndIsWithdrawnWithItsTokens() throws {
        var run = try RunningCase(
            YAWLText.set(
                "choice",
                YAWLText.net(
                    start: "S", YAWLText.task("S", to: ["p"], does: "Work"),
                    YAWLText.condition("p", to: "A", "B"), YAWLText.task("A", to: ["o"], does: "Work"),
                    YAWLText.task("B", to: ["o"], does: "Work")),
                YAWLText.gateway("Work")))
        try run.work("1:S")
        try run.perform(.suspendItem(Self.id("1:A")))
        #expect(run.state.status == .running)
        #expect(run.offered == ["1:B"])
        let events = try run.perform(.start(Self.id("1:B")))
        #expect(events.contains(.itemWithdrawn(item: try Self.id("1:A"))))
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test func forcedCompletionFillsInWhatIsMissing() throws {
        var run = try RunningCase(Self.asking)
        #expect(try run.refusal(of: .forceComplete(Self.item, output: nil)).message.contains("start it first"))
        try run.perform(.start(Self.item))
        let events = try run.perform(.forceComplete(Self.started, output: nil))
        #expect(events.first?.kind == "itemForceCompleted")
        #expect(run.state.ending?.output?.serialized() == "<Net><n>0</n></Net>")
    }

    @Test func aFailedItemLetsTheCaseGoOn() throws {
        var run = try RunningCase(Self.twoBranches)
        try run.work("1:S")
        try run.perform(.start(Self.id("1:A")))
        let events = try run.perform(.fail(Self.id("1.2:A"), output: nil))
        #expect(events.first?.kind == "itemFailed")
        #expect(run.offered == ["1:B"])
    }

    @Test func restartingGivesAFiredItemAndRefusesWhatWasNotBegun() throws {
        var run = try RunningCase(Self.asking)
        #expect(try run.refusal(of: .restart(Self.item)).code == "item-not-started")
        try run.perform(.start(Self.item))
        try run.perform(.suspendItem(Self.started))
        try run.perform(.restart(Self.started))
        #expect(run.items(.fired) == ["1.1:A"])
        #expect(run.state.items[Self.started]?.startedBy == nil)
    }

    @Test(arguments: [true, false])
    func aCancelledItemLeavesNoTokenAndTheNetGoesOn(isStarted: Bool) throws {
        var run = try RunningCase(Self.twoBranches)
        try run.work("1:S")
        if isStarted { try run.perform(.start(Self.id("1:A"))) }
        try run.perform(.cancelItem(Self.id(isStarted ? "1.2:A" : "1:A")))
        #expect(run.offered == ["1:B"])
        // The join waits for a token that will never come.
        try run.work("1:B")
        #expect(run.state.status == .deadlocked)
        #expect(CaseState(replaying: run.log) == run.state)
    }

    @Test func cancellingTheOnlyItemEmptiesTheNetWhichCompletes() throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.start(Self.item))
        try run.perform(.cancelItem(Self.started))
        #expect(run.state.status == .completed)
    }

    @Test func suspendedItemsLetTheCaseBeSuspendedAndUnsuspendingOneOpensItAgain() throws {
        var run = try RunningCase(Self.asking)
        try run.perform(.suspendItem(Self.item))
        try run.perform(.suspend)
        #expect(run.state.status == .suspended)
        try run.perform(.unsuspendItem(Self.item))
        #expect(run.state.status == .suspending)
        try run.perform(.resume)
        #expect(run.offered == ["1:A"])
    }

    @Test func caseParametersAreCheckedAsASequence() throws {
        let text = YAWLText.set(
            "params",
            YAWLText.net(
                inputs: [YAWLText.input("a", index: 0), YAWLText.input("b", "integer", index: 1)], start: "A",
                YAWLText.task("A", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        let run = try RunningCase(text, parameters: "<Net><a>x</a><b>2</b></Net>")
        #expect(run.value("b") == "<b>2</b>")
        for (wrong, code) in [
            ("<Net><b>2</b><a>x</a></Net>", "data-invalid"), ("<Net><a>x</a></Net>", "data-invalid"),
            ("<Net><a>x</a><b>two</b></Net>", "data-invalid"), ("<Net><c/></Net>", "unknown-case-parameter"),
            ("<Other/>", "bad-case-data-root"),
        ] {
            let error = #expect(throws: ExecutionError.self, "\(wrong)") { try RunningCase(text, parameters: wrong) }
            #expect(error?.code == code, "\(wrong)")
        }
    }

    @Test func aLoopOfEmptyTasksThatNeverEndsIsRefusedNotRun() throws {
        let text = YAWLText.set(
            "endless",
            YAWLText.net(
                locals: [YAWLText.local("go", initial: "yes")], start: "S",
                YAWLText.task("S", to: ["A"], does: "Work"),
                YAWLText.task(
                    "A", to: [YAWLText.flow(to: "A", if: "/Net/go = 'yes'", order: 1), YAWLText.flow(to: "Z", isDefault: true)],
                    split: "xor"),
                YAWLText.task("Z", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        // Verification would refuse such a loop; one through a composite can hide from it.
        var run = try RunningCase(text, isVerified: false)
        try run.perform(.start(WorkItemID(CaseID("1"), "S")))
        #expect(try run.refusal(of: .complete(WorkItemID(CaseID("1.1"), "S"), output: nil)).code == "endless-step")
    }
}
