import Support
import Testing
import Workflow
import XMLTree

/// What rules conclude and the case can do by itself, in the very step.
@Suite struct ExletTests {
    /// A, then B, then the end; B has a number with a default.
    static let specification = YAWLText.set(
        "order",
        YAWLText.net(
            outputs: [YAWLText.output("n", "integer")], locals: [YAWLText.local("n", "integer", initial: "5")], start: "A",
            YAWLText.task(
                "A", to: ["B"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Work/n/text()}</n>", "n")], does: "Work"),
            YAWLText.task(
                "B", to: ["o"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Work/n/text()}</n>", "n")], does: "Work")),
        YAWLText.gateway("Work", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]))

    static func rules(_ path: String, task: String? = nil, if condition: String = "True", _ steps: String) -> String {
        let tree = RulesText.only(if: condition, steps)
        return RulesText.file(RulesText.branch(path, task.map { RulesText.task($0, tree) } ?? tree))
    }

    static func id(_ text: String) throws -> WorkItemID { try #require(WorkItemID(text)) }

    private func kinds(_ run: RunningCase) -> [String] { run.log.map(\.event.kind) }

    private func checkReplay(_ run: RunningCase) { #expect(CaseState(replaying: run.log) == run.state) }

    // MARK: Constraints

    @Test func aConstraintBeforeTheItemActsOnTheOffer() throws {
        for (steps, offered, suspended) in [
            ("suspend workitem", [], ["1:A"]), ("complete workitem", ["1:B"], []), ("fail workitem", ["1:B"], []),
            ("suspend workitem;continue workitem", ["1:A"], []), ("restart workitem", ["1:A"], []),
        ] as [(String, [String], [String])] {
            let run = try RunningCase(Self.specification, rules: Self.rules("constraints/item/pre", task: "A", if: "n > 4", steps))
            #expect(run.offered == offered, "\(steps)")
            #expect(run.items(.suspended) == suspended, "\(steps)")
            #expect(run.state.exceptions?.exlets.isEmpty == true)
            checkReplay(run)
        }
    }

    @Test func removingTheOfferTakesItsToken() throws {
        let run = try RunningCase(Self.specification, rules: Self.rules("constraints/item/pre", task: "A", "remove workitem"))
        #expect(run.state.status == .completed)
        checkReplay(run)
    }

    @Test func aConstraintThatIsMetChangesNothing() throws {
        let run = try RunningCase(Self.specification, rules: Self.rules("constraints/item/pre", task: "A", if: "n > 100", "remove case"))
        #expect(run.offered == ["1:A"])
        #expect(run.state.exceptions == nil)
    }

    @Test func aConstraintAfterTheItemSeesWhatWasHandedIn() throws {
        var run = try RunningCase(Self.specification, rules: Self.rules("constraints/item/post", task: "A", if: "n > 10", "remove case"))
        try run.work("1:A", "<Work><n>11</n></Work>")
        #expect(run.state.status == .cancelled)
        checkReplay(run)
    }

    @Test func constraintsOfTheCaseAreAskedAtItsStartAndItsEnd() throws {
        let started = try RunningCase(Self.specification, rules: Self.rules("constraints/case/pre", if: "n = 5", "suspend case"))
        #expect(started.state.status == .suspended)
        #expect(started.items(.suspended) == ["1:A"])
        checkReplay(started)
        var ended = try RunningCase(Self.specification, rules: Self.rules("constraints/case/post", "remove case"))
        try ended.work("1:A")
        try ended.work("1:B")
        #expect(ended.state.status == .completed)
        #expect(kinds(ended).suffix(3) == ["exletStarted", "exletStepDone", "exletEnded"])
        checkReplay(ended)
    }

    @Test func rulesRippleDownToTheLastThatHolds() throws {
        let tree =
            RulesText.root + RulesText.rule(1, parent: 0, yes: 2, no: 3, if: "n > 3", "suspend workitem")
            + RulesText.rule(2, parent: 1, no: 4, if: "n > 100", "remove case") + RulesText.rule(3, parent: 1, if: "True", "remove case")
            + RulesText.rule(4, parent: 2, if: "n = 5", "complete workitem")
        let run = try RunningCase(
            Self.specification, rules: RulesText.file(RulesText.branch("constraints/item/pre", RulesText.task("A", tree))))
        #expect(run.offered == ["1:B"])
    }

    // MARK: Events of an executing item

    @Test(arguments: [
        (RuleKind.itemAbort, "abort"), (.itemTimeout, "timeout"), (.itemResourceUnavailable, "resourceUnavailable"),
        (.itemConstraintViolation, "violation"), (.itemExternalTrigger, "external/item"),
    ])
    func everyEventOfAnItemRunsEveryAction(kind: RuleKind, path: String) throws {
        for (steps, outcome) in [
            ("suspend workitem", "1.1:A Suspended"), ("suspend workitem;continue workitem", "1.1:A Executing"),
            ("restart workitem", "1.1:A Fired"),
            ("rollback workitem", "1.1:A Fired"), ("suspend workitem;complete workitem", "1:B Enabled"), ("fail workitem", "1:B Enabled"),
            ("suspend case", "1.1:A Suspended"), ("suspend case;continue case", "1.1:A Executing"),
            ("suspend workitem;rollback workitem", "1.1:A Fired"),
            ("remove workitem", "completed"), ("remove case", "cancelled"), ("suspend case;remove case;complete workitem", "cancelled"),
        ] {
            var run = try RunningCase(
                Self.specification, rules: Self.rules(path, task: "A", if: kind == .itemExternalTrigger ? "trigger = storm" : "True", steps)
            )
            try run.perform(.start(Self.id("1:A")))
            try run.perform(.raise(kind, item: Self.id("1.1:A"), trigger: kind == .itemExternalTrigger ? "storm" : nil))
            let live = run.state.items.values.map { "\($0.id) \($0.status.text)" }.joined()
            #expect((run.state.status.isOpen ? live : run.state.status.text) == outcome, "\(kind) \(steps)")
            #expect(run.state.exceptions?.exlets.isEmpty == true)
            checkReplay(run)
        }
    }

    @Test func aFailingItemIsLeftToTheRulesAboutAborts() throws {
        var run = try RunningCase(Self.specification, rules: Self.rules("abort", task: "A", "restart workitem"))
        try run.perform(.start(Self.id("1:A")))
        try run.perform(.fail(Self.id("1.1:A"), output: nil))
        #expect(run.items(.fired) == ["1.1:A"])
        #expect(!kinds(run).contains("itemFailed"))
        // B has no such rule: the case goes on.
        try run.perform(.start(Self.id("1.1:A")))
        try run.perform(.complete(Self.id("1.1:A"), output: nil))
        try run.perform(.start(Self.id("1:B")))
        try run.perform(.fail(Self.id("1.2:B"), output: nil))
        #expect(run.state.status == .completed)
    }

    @Test func timersAndItemsCanBeAskedFor() throws {
        var run = try RunningCase(
            Self.specification,
            rules: Self.rules("timeout", task: "A", if: "hasTimerExpired(this) & isNotCompleted(this)", "complete workitem"))
        try run.perform(.start(Self.id("1:A")))
        try run.perform(.raise(.itemTimeout, item: Self.id("1.1:A"), trigger: nil))
        #expect(run.offered == ["1:B"])
    }

    @Test func aRuleAboutTimeoutsTakesThePlaceOfTheTimer() throws {
        var run = try RunningCase(
            TimerText.file(TimerText.onExecuting), rules: Self.rules("timeout", task: "T", if: "hasTimerExpired(this)", "restart workitem"))
        try run.work("1:A")
        try run.perform(.start(Self.id("1:T")))
        run.wait(milliseconds: TimerText.minute)
        try run.perform(.expire(Self.id("1.2:T")), by: "timer")
        #expect(run.items(.fired) == ["1.2:T"])
        #expect(run.offered.isEmpty)
        checkReplay(run)
    }

    @Test func timersStopWithItemsThatFailOrAreForced() throws {
        for command in [
            CaseCommand.fail(try Self.id("1.2:T"), output: nil), .forceComplete(try Self.id("1.2:T"), output: nil),
            .restart(try Self.id("1.2:T")),
            .cancelItem(try Self.id("1.2:T")),
        ] {
            var run = try RunningCase(TimerText.file(TimerText.onExecuting))
            try run.work("1:A")
            try run.perform(.start(Self.id("1:T")))
            #expect(run.state.timers?.running.count == 1)
            try run.perform(command)
            #expect(run.state.timers?.running.isEmpty == true)
            checkReplay(run)
        }
    }

    @Test func whatNoRuleAnswersIsRefused() throws {
        var run = try RunningCase(Self.specification, rules: Self.rules("external/case", if: "trigger = storm", "suspend case"))
        #expect(try run.refusal(of: .raise(.caseExternalTrigger, item: nil, trigger: "sunshine")).message.contains("“sunshine”"))
        #expect(try run.refusal(of: .raise(.itemExternalTrigger, item: Self.id("1:A"), trigger: "storm")).message.contains("rules load"))
        #expect(try run.refusal(of: .raise(.itemExternalTrigger, item: Self.id("1:Z"), trigger: "storm")).kind == .notFound)
    }

    @Test func anActionThatFailsEndsTheExletAndChangesNothingElse() throws {
        // A has an output without input, default or type's default: it cannot be completed by force.
        let text = YAWLText.set(
            "strict",
            schema: "<xs:complexType name=\"T\"><xs:sequence><xs:element name=\"x\" type=\"xs:string\"/></xs:sequence></xs:complexType>",
            YAWLText.net(start: "A", YAWLText.task("A", to: ["o"], does: "Work")),
            YAWLText.gateway("Work", outputs: [YAWLText.output("t", "T")]))
        var run = try RunningCase(text, rules: Self.rules("violation", task: "A", "complete workitem;remove case"))
        try run.perform(.start(Self.id("1:A")))
        try run.perform(.raise(.itemConstraintViolation, item: Self.id("1.1:A"), trigger: nil))
        #expect(run.items(.executing) == ["1.1:A"])
        guard case .exletEnded(_, let failure?) = run.log.last?.event else {
            Issue.record("the exlet did not fail")
            return
        }
        #expect(failure.contains("complete workitem: item 1.1:A cannot be completed"))
        checkReplay(run)
    }

    @Test func rulesThatGoRoundForEverAreStopped() throws {
        let loop = YAWLText.set(
            "loop",
            YAWLText.net(
                start: "A",
                YAWLText.task(
                    "A", to: [YAWLText.flow(to: "A", if: "true()", order: 1), YAWLText.flow(to: "o", isDefault: true)],
                    split: "xor", does: "Work")), YAWLText.gateway("Work"))
        let run = try RunningCase(loop, isVerified: false, rules: Self.rules("constraints/item/pre", task: "A", "complete workitem"))
        #expect(run.offered == ["1:A"])
        #expect(run.state.exceptions?.raised == 1_000)
    }

    // MARK: Worklets, as far as the case knows

    @Test func compensationWaitsForItsWorkletAndTakesItsOutput() throws {
        var run = try RunningCase(
            Self.specification, rules: Self.rules("violation", task: "A", "suspend workitem;compensate Repair,Inform;continue workitem"))
        try run.perform(.start(Self.id("1:A")))
        try run.perform(.raise(.itemConstraintViolation, item: Self.id("1.1:A"), trigger: nil))
        let waiting = try #require(run.state.exceptions?.exlets.first)
        #expect(waiting.need == .worklets(["Repair", "Inform"]))
        try run.perform(
            .advanceExlet(
                1, step: 1,
                .workletsStarted([.init(specification: "Repair", caseNumber: 8), .init(specification: "Inform", caseNumber: 9)])))
        #expect(run.state.exceptions?.exlets.first?.need == .ends([8, 9]))
        try run.perform(.advanceExlet(1, step: 1, .workletEnded(caseNumber: 9, .completed, output: nil)))
        #expect(run.items(.suspended) == ["1.1:A"])
        try run.perform(
            .advanceExlet(
                1, step: 1,
                .workletEnded(
                    caseNumber: 8, .completed, output: XMLDocument(element: "Net", children: [XMLDocument(element: "n", text: "7")]))))
        #expect(run.items(.executing) == ["1.1:A"])
        #expect(run.state.items[try Self.id("1.1:A")]?.data?.serialized() == "<Work><n>7</n></Work>")
        #expect(try run.refusal(of: .advanceExlet(1, step: 1, .failed("late"))).code == "exlet-step-done")
        checkReplay(run)
    }

    @Test func aWorkletThatDoesNotCompleteEndsTheExlet() throws {
        for (outcome, output) in [
            (CaseStatus.cancelled, nil), (.completed, XMLDocument(element: "Net", children: [XMLDocument(element: "n", text: "many")])),
        ] as [(CaseStatus, XMLDocument?)] {
            var run = try RunningCase(
                Self.specification, rules: Self.rules("external/case", "suspend case;compensate Repair;continue case"))
            try run.perform(.raise(.caseExternalTrigger, item: nil, trigger: "x"))
            try run.perform(.advanceExlet(1, step: 1, .workletsStarted([.init(specification: "Repair", caseNumber: 8)])))
            let events = try run.perform(.advanceExlet(1, step: 1, .workletEnded(caseNumber: 8, outcome, output: output)))
            #expect(events.contains { if case .exletEnded(1, _?) = $0 { true } else { false } })
            // What it suspended stays so until somebody decides.
            #expect(run.state.status == .suspended)
            #expect(run.value("n") == "<n>5</n>")
            checkReplay(run)
        }
    }

    @Test func cancellingTheCaseAbandonsItsExlets() throws {
        var run = try RunningCase(Self.specification, rules: Self.rules("external/case", "compensate Repair;continue case"))
        try run.perform(.raise(.caseExternalTrigger, item: nil, trigger: "x"))
        try run.perform(.advanceExlet(1, step: 0, .workletsStarted([.init(specification: "Repair", caseNumber: 8)])))
        try run.perform(.cancel)
        #expect(run.state.exceptions?.exlets.first?.need == .cleaning([8]))
        try run.perform(.advanceExlet(1, step: 0, .failed("the case was cancelled")))
        #expect(run.state.exceptions?.exlets.isEmpty == true)
        checkReplay(run)
    }
}
