import Support
import Testing
@testable import Workflow

/// Flows that ask how a timer stands, and predicates that cannot be asked at all.
@Suite struct TimerPredicateTests {
    private func file(_ predicate: String, timer: String = TimerText.onEnabled) -> String {
        TimerText.file(
            timer, after: [YAWLText.flow(to: "Y", if: predicate, order: 1), YAWLText.flow(to: "Z", isDefault: true)], split: "xor",
            more: YAWLText.task("Y", to: ["o"], does: "Work"))
    }

    private let offer = WorkItemID(CaseID("1"), "T")

    @Test(arguments: [
        ("timer(T) = 'expired'", "1:Y", "1:Z"), ("timer(T) != 'expired'", "1:Z", "1:Y"), ("timer(T)='closed'", "1:Z", "1:Y"),
        (" timer( T ) = 'active' ", "1:Z", "1:Z"), ("timer(T) != 'dormant'", "1:Y", "1:Y"),
    ])
    func askHowTheTimerStands(predicate: String, expired: String, done: String) throws {
        var late = try RunningCase(file(predicate))
        try late.work("1:A")
        late.wait(milliseconds: TimerText.minute)
        try late.perform(.expire(offer))
        #expect(late.offered == [expired])
        var intime = try RunningCase(file(predicate))
        try intime.work("1:A")
        try intime.work("1:T")
        #expect(intime.offered == [done])
    }

    /// The reference engine shares the state between all cases of a specification.
    @Test func casesDoNotShareTimers() throws {
        var first = try RunningCase(file("timer(T) = 'dormant'"))
        let second = try RunningCase(file("timer(T) = 'dormant'"))
        try first.work("1:A")
        #expect(first.state.timers != nil && second.state.timers == nil)
    }

    @Test func aTimerThatNeverStartedIsDormant() throws {
        var run = try RunningCase(file("timer(T) = 'dormant'", timer: "<netparam>none</netparam>"))
        try run.work("1:A")
        try run.work("1:T")
        #expect(run.offered == ["1:Y"])
    }

    @Test(arguments: [
        "timer(A) = 'expired'", "timer(X) = 'expired'", "timer(T) = 'late'", "timer(T) = \"expired\"", "timer(T",
        "timer(T) = 'expired' and true()", "foo(",
    ])
    func whatCannotBeAskedWarnsAtLoadAndRefusesTheCompletion(predicate: String) throws {
        let model = try #require(try SpecificationReader.read(Array(file(predicate).utf8), file: "timed.yawl").first)
        let warnings = verify(model).filter { $0.severity == .warning }
        #expect(warnings.contains { $0.message.contains("fail when it is needed") && $0.line > 1 })
        #expect(warnings.allSatisfy { !$0.blocksRunning })
        var run = try RunningCase(file(predicate))
        try run.work("1:A")
        try run.perform(.start(offer))
        let error = try run.refusal(of: .complete(WorkItemID(CaseID("1.2"), "T"), output: nil))
        #expect(["bad-timer-predicate", "bad-query"].contains(error.code))
    }

    /// There is no cost service; where the reference engine cannot reach it, it says 0 too.
    @Test func costsAreNothing() throws {
        #expect(CostPredicate.withoutCosts("cost(case() task(A)) > 5 or cost(x) = 1") == "0 > 5 or 0 = 1")
        #expect(CostPredicate.withoutCosts("cost(open") == "cost(open")
        for (predicate, next) in [("cost(case() task(T)) > 5", "1:Z"), ("cost(case()) < 5", "1:Y")] {
            var run = try RunningCase(file(predicate))
            try run.work("1:A")
            try run.work("1:T")
            #expect(run.offered == [next])
        }
    }
}
