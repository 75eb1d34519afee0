import Support
import Testing
import Workflow
import XMLTree

/// What happens when a timer runs out: by when it started, what kind of work it is, and how far that has got.
@Suite struct TimerExpiryTests {
    static let offer = WorkItemID(CaseID("1"), "T")
    static let started = WorkItemID(CaseID("1.2"), "T")

    /// A case at T.
    private func atT(_ timer: String, isAutomated: Bool = false) throws -> RunningCase {
        var run = try RunningCase(TimerText.file(timer, isAutomated: isAutomated))
        try run.work("1:A")
        return run
    }

    @Test func offeredManualWorkIsSkipped() throws {
        var run = try atT(TimerText.onEnabled)
        #expect(run.state.timers?.running[Self.offer]?.due == run.time + TimerText.minute)
        run.wait(milliseconds: TimerText.minute)
        let kinds = try run.perform(.expire(Self.offer), by: "timer").map(\.kind)
        #expect(kinds.starts(with: ["timerExpired", "taskFired", "itemFired"]))
        #expect(run.offered == ["1:Z"])
        #expect(run.value("n") == "<n>8</n>")
        #expect(run.state.timers?.running.isEmpty == true)
        #expect(run.state.timers?.phase(of: "T", in: CaseID("1")) == .expired)
    }

    /// The timer of an offer goes on when the work is started.
    @Test(arguments: [TimerText.onEnabled, TimerText.onExecuting]) func startedManualWorkIsCompletedWithItsData(timer: String) throws {
        var run = try atT(timer)
        run.wait(milliseconds: 10_000)
        try run.perform(.start(Self.offer))
        let owner = timer == TimerText.onEnabled ? Self.offer : Self.started
        #expect(run.state.timers?.running.keys.map(\.self) == [owner])
        run.wait(milliseconds: TimerText.minute)
        try run.perform(.expire(owner), by: "timer")
        #expect(run.offered == ["1:Z"])
        #expect(run.value("n") == "<n>8</n>")
    }

    @Test func workGivenBackIsStartedAndCompleted() throws {
        var run = try atT(TimerText.onEnabled)
        try run.perform(.start(Self.offer))
        try run.perform(.rollback(Self.started))
        run.wait(milliseconds: TimerText.minute)
        try run.perform(.expire(Self.offer))
        #expect(run.offered == ["1:Z"])
    }

    @Test func automatedWorkIsToldAndGoesOn() throws {
        for timer in [TimerText.onEnabled, TimerText.onExecuting] {
            var run = try atT(timer, isAutomated: true)
            if timer == TimerText.onExecuting { try run.perform(.start(Self.offer)) }
            let owner = timer == TimerText.onEnabled ? Self.offer : Self.started
            run.wait(milliseconds: TimerText.minute)
            #expect(try run.perform(.expire(owner)).map(\.kind) == ["timerExpired"])
            #expect(run.state.liveItems.map(\.id) == [owner])
            if timer == TimerText.onEnabled { try run.perform(.start(Self.offer)) }
            try run.perform(.complete(Self.started, output: nil))
            #expect(run.offered == ["1:Z"])
            // What has run out is not closed by the end of the work.
            #expect(run.state.timers?.phase(of: "T", in: CaseID("1")) == .expired)
        }
    }

    @Test func nothingRunsOutBeforeItsTime() throws {
        var run = try atT(TimerText.onEnabled)
        run.wait(milliseconds: TimerText.minute - 2)
        #expect(try run.refusal(of: .expire(Self.offer)).code == "timer-not-due")
        #expect(try run.refusal(of: .expire(Self.started)).code == "timer-not-running")
    }

    @Test func workThatIsDoneStopsItsTimer() throws {
        for timer in [TimerText.onEnabled, TimerText.onExecuting] {
            var run = try atT(timer)
            try run.work("1:T")
            #expect(run.state.timers?.running.isEmpty == true)
            #expect(run.state.timers?.phase(of: "T", in: CaseID("1")) == .closed)
        }
    }

    @Test func givingWorkBackStopsItsTimerAndTakingItAgainStartsAnother() throws {
        var run = try atT(TimerText.onExecuting)
        try run.perform(.start(Self.offer))
        let first = try #require(run.state.timers?.running[Self.started])
        try run.perform(.rollback(Self.started))
        #expect(run.state.timers?.running.isEmpty == true)
        run.wait(milliseconds: 5_000)
        try run.perform(.start(Self.started))
        let second = try #require(run.state.timers?.running[Self.started])
        #expect(second.due > first.due && second.number > first.number)
    }

    /// The reference engine keeps what the first pass left.
    @Test func aLoopBeginsAnew() throws {
        let flows = [YAWLText.flow(to: "Z", if: "/Net/n > 8", order: 1), YAWLText.flow(to: "T", isDefault: true)]
        var run = try RunningCase(TimerText.file(TimerText.onEnabled, after: flows, split: "xor"))
        try run.work("1:A")
        run.wait(milliseconds: TimerText.minute)
        try run.perform(.expire(Self.offer))
        #expect(run.offered == ["1:T"])
        #expect(run.state.timers?.phase(of: "T", in: CaseID("1")) == .active)
        #expect(run.state.timers?.running[Self.offer]?.due == run.time + TimerText.minute)
        try run.work("1:T")
        #expect(run.offered == ["1:Z"])
        #expect(run.state.timers?.phase(of: "T", in: CaseID("1")) == .closed)
    }

    @Test func anOfferThatIsWithdrawnTakesItsTimerAlong() throws {
        let text = YAWLText.set(
            "choice",
            YAWLText.net(
                start: "A",
                YAWLText.task("A", to: ["c"], does: "Work"), YAWLText.condition("c", to: "B", "T"),
                YAWLText.task("B", to: ["o"], does: "Work"),
                YAWLText.task("T", to: ["o"], extra: "<timer>\(TimerText.onEnabled)</timer>", does: "Work")), YAWLText.gateway("Work"))
        var run = try RunningCase(text)
        try run.work("1:A")
        #expect(run.state.timers?.running.count == 1)
        try run.perform(.start(WorkItemID(CaseID("1"), "B")))
        #expect(run.state.timers?.running.isEmpty == true)
        // The other way round the timer decides the choice.
        var other = try RunningCase(text)
        try other.work("1:A")
        other.wait(milliseconds: TimerText.minute)
        try other.perform(.expire(Self.offer))
        #expect(other.state.status == .completed)
    }

    @Test func cancelledTasksNetsAndCasesTakeTheirTimersAlong() throws {
        let text = YAWLText.set(
            "cancel",
            YAWLText.net(
                start: "A",
                YAWLText.task("A", to: ["T", "C", "B"], does: "Work"),
                YAWLText.task("T", to: ["J"], extra: "<timer>\(TimerText.onExecuting)</timer>", does: "Work"),
                YAWLText.task("C", to: ["J"], does: "Sub"),
                YAWLText.task("B", to: ["J"], removes: "<removesTokens id=\"T\"/><removesTokens id=\"C\"/>", does: "Work"),
                YAWLText.task("J", to: ["o"], does: "Work")),
            YAWLText.net(
                "Sub", isRoot: false, start: "S",
                YAWLText.task("S", to: ["o"], extra: "<timer>\(TimerText.onEnabled)</timer>", does: "Work")),
            YAWLText.gateway("Work"))
        var run = try RunningCase(text)
        try run.work("1:A")
        try run.perform(.start(Self.offer))
        #expect(run.state.timers?.running.count == 2)
        var cancelled = run
        try cancelled.perform(.cancel)
        #expect(cancelled.state.timers?.running.isEmpty == true)
        try run.work("1:B")
        #expect(run.state.timers?.running.isEmpty == true)
        #expect(run.offered == ["1:J"])
    }

    // MARK: Several instances

    private func instances(_ timer: String, threshold: String = "3") throws -> RunningCase {
        let text = InstanceTests.file(threshold: threshold).replacing(
            "<decomposesTo id=\"M\"/>", with: "<timer>\(timer)</timer><decomposesTo id=\"M\"/>")
        return try RunningCase(text)
    }

    /// The reference engine ends one of them and leaves the rest.
    @Test func theTimerOfATaskEndsAllItsInstances() throws {
        let offer = WorkItemID(CaseID("1"), "M")
        for isStarted in [false, true] {
            var run = try instances(TimerText.onEnabled)
            if isStarted { try run.perform(.start(offer)) }
            run.wait(milliseconds: TimerText.minute)
            try run.perform(.expire(offer))
            #expect(run.offered == ["1:Z"])
            #expect(run.value("r") == "<r><i>a</i><i>b</i><i>c</i></r>")
        }
    }

    @Test func atTheThresholdTheRestIsWithdrawnNotCompleted() throws {
        let offer = WorkItemID(CaseID("1"), "M")
        var run = try instances(TimerText.onEnabled, threshold: "2")
        try run.perform(.start(offer))
        run.wait(milliseconds: TimerText.minute)
        try run.perform(.expire(offer))
        #expect(run.value("r") == "<r><i>a</i><i>b</i></r>")
        #expect(run.offered == ["1:Z"])
    }

    @Test func eachStartedInstanceHasItsOwnTimer() throws {
        var run = try instances(TimerText.onExecuting)
        try run.perform(.start(WorkItemID(CaseID("1"), "M")))
        run.wait(milliseconds: 30_000)
        try run.perform(.start(WorkItemID(CaseID("1.2"), "M")))
        #expect(run.state.timers?.running.count == 2)
        run.wait(milliseconds: 30_000)
        try run.perform(.expire(WorkItemID(CaseID("1.1"), "M")))
        #expect(run.items(.executing) == ["1.2:M"])
        #expect(try run.refusal(of: .expire(WorkItemID(CaseID("1.2"), "M"))).code == "timer-not-due")
    }

    // MARK: Suspension

    @Test func whileItsCaseIsSuspendedATimerStandsStill() throws {
        var run = try atT(TimerText.onEnabled)
        run.wait(milliseconds: 20_000)
        try run.perform(.suspend)
        let held = run.time
        run.wait(milliseconds: 10 * TimerText.minute)
        #expect(try run.refusal(of: .expire(Self.offer)).code == "timer-held")
        let due = try #require(run.state.timers?.running[Self.offer]?.due)
        try run.perform(.resume)
        #expect(run.state.timers?.running[Self.offer]?.due == due + run.time - held)
        run.wait(milliseconds: TimerText.minute)
        try run.perform(.expire(Self.offer))
        #expect(run.offered == ["1:Z"])
    }

    @Test func aMomentStaysThatMoment() throws {
        var run = try atT("<trigger>OnEnabled</trigger><expiry>\(TimerText.minute)</expiry>")
        try run.perform(.suspend)
        run.wait(milliseconds: 10 * TimerText.minute)
        try run.perform(.resume)
        #expect(run.state.timers?.running[Self.offer]?.due == TimerText.minute)
        try run.perform(.expire(Self.offer))
        #expect(run.offered == ["1:Z"])
    }

    // MARK: Failure

    @Test func anExpiryThatFailsIsPutOffLongerEachTime() throws {
        // The completion mapping fails, whoever completes.
        var run = try RunningCase(TimerText.file(TimerText.onEnabled).replacing("/T/n/text() + 1", with: "/T/n/text() + 'x'"))
        try run.work("1:A")
        run.wait(milliseconds: TimerText.minute)
        #expect(try run.refusal(of: .expire(Self.offer)).code == "mapping-failed")
        var pauses: [Int64] = []
        for _ in 0 ..< 8 {
            try run.perform(.postponeExpiry(Self.offer, reason: "no"))
            let failure = try #require(run.state.timers?.running[Self.offer]?.failure)
            pauses.append(failure.retryAt - run.time)
            #expect(failure.attempts == pauses.count && failure.reason == "no")
        }
        #expect(pauses == [1, 4, 16, 64, 256, 1024, 3600, 3600].map { $0 * 1000 })
        #expect(run.offered == ["1:T"])
    }

    @Test func theLogAloneGivesTheSameTimers() throws {
        var run = try instances(TimerText.onExecuting)
        try run.perform(.start(WorkItemID(CaseID("1"), "M")))
        try run.perform(.suspend)
        run.wait(milliseconds: 5_000)
        try run.perform(.start(WorkItemID(CaseID("1.2"), "M")))
        try run.perform(.resume)
        try run.perform(.rollback(WorkItemID(CaseID("1.1"), "M")))
        #expect(run.state.timers?.running.count == 1)
        #expect(CaseState(replaying: run.log) == run.state)
    }
}
