import Foundation
import Support
import Testing
@testable import Workflow

/// The smallest reason why a task does not run, in the words an operator reads.
@Suite struct ExplainWaitingTests {
    private func reasons(_ run: RunningCase) -> [String: TaskStanding] {
        let all = explainWaiting(run.state, in: run.specification, context: StepContext(now: 0, actor: ""))
        return Dictionary(all.map { ("\($0.net):\($0.task)", $0) }) { first, _ in first }
    }

    private func text(_ task: String, _ run: RunningCase) -> String? { reasons(run)[task].map { "\($0.state): \($0.text)" } }

    @Test func anAndJoinNamesTheTokenItLacksAndWhereItComesFrom() throws {
        var run = try RunningCase(
            YAWLText.set(
                "and",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["A", "B"], does: "Work"), YAWLText.task("A", to: ["J"], does: "Work"),
                    YAWLText.task("B", to: ["J"], does: "Work"), YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
                YAWLText.gateway("Work")))
        #expect(text("1:S", run) == "on offer: 1:S can be started by anybody it is offered to")
        #expect(text("1:J", run) == "not reached: not reached yet: i → S → A come first")
        try run.work("1:S")
        try run.work("1:A")
        #expect(text("1:J", run) == "waiting: no token in c{B_J} (due from B); there is one in c{A_J}")
        try run.perform(.start(WorkItemID(CaseID("1"), "B")))
        #expect(text("1:B", run) == "executing: 1.3:B is being worked on by ann")
        #expect(text("1:S", run) == "out of reach: nothing that is going on leads here any more")
    }

    @Test func aFalsePredicateIsShownWithItsValues() throws {
        var run = try RunningCase(
            YAWLText.set(
                "xor",
                YAWLText.net(
                    locals: [YAWLText.local("amount", "integer", initial: "50")], start: "S",
                    YAWLText.task(
                        "S",
                        to: [YAWLText.flow(to: "Big", if: "/Net/amount > 100", order: 1), YAWLText.flow(to: "Small", isDefault: true)],
                        split: "xor", does: "Work"),
                    YAWLText.task("Big", to: ["o"], does: "Work"), YAWLText.task("Small", to: ["o"], does: "Work")),
                YAWLText.gateway("Work")))
        try run.work("1:S")
        #expect(
            text("1:Big", run) == "out of reach: nothing that is going on leads here any more; "
                + "S does not go that way while /Net/amount > 100 is false (amount = 50)")
    }

    @Test func anOrJoinNamesTheWayOnWhichATokenMayStillCome() throws {
        var run = try RunningCase(
            YAWLText.set(
                "or",
                YAWLText.net(
                    start: "S",
                    YAWLText.task("S", to: ["A", "B"], split: "and", does: "Work"), YAWLText.task("A", to: ["J"], does: "Work"),
                    YAWLText.task("B", to: ["C"], does: "Work"), YAWLText.task("C", to: ["J"], does: "Work"),
                    YAWLText.task("J", to: ["o"], join: "or", does: "Work")), YAWLText.gateway("Work")))
        try run.work("1:S")
        try run.work("1:A")
        #expect(text("1:J", run) == "waiting: has a token in c{A_J}, and another may still come: B → C")
        guard case .mayStillCome(let way, let present)? = reasons(run)["1:J"]?.reason else {
            return #expect(Bool(false), "no OR join's reason")
        }
        #expect(way == ["B", "C"])
        #expect(present == ["c{A_J}"])
    }

    @Test func aSuspendedCaseSaysSo() throws {
        var run = try RunningCase(
            YAWLText.set(
                "seq",
                YAWLText.net(
                    start: "A", YAWLText.task("A", to: ["B"], does: "Work"),
                    YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        try run.perform(.start(WorkItemID(CaseID("1"), "A")))
        try run.perform(.suspend)
        try run.perform(.complete(WorkItemID(CaseID("1.1"), "A"), output: nil))
        #expect(text("1:B", run) == "suspended: its tokens are there, but the case is suspended")
    }

    /// Whatever the net and wherever it stands: every task of every running net is explained, and enabled ones are never called waiting.
    @Test func everyTaskIsExplained() throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["MIZZEN_SEED"] ?? "") ?? .random(in: 0 ... UInt64.max)
        var random = SeededRandom(seed)
        for _ in 0 ..< 20 {
            // A net may be one that cannot even begin.
            guard var run = try? RunningCase(RandomNet(seed: random.next()).text, isVerified: false) else { continue }
            for _ in 0 ..< 10 {
                let standings = explainWaiting(run.state, in: run.specification, context: StepContext(now: 0, actor: ""))
                let tasks = run.state.nets.values.reduce(0) { $0 + (run.specification.nets[$1.net]?.tasks.count ?? 0) }
                #expect(standings.count == tasks, "seed \(seed)")
                for item in run.state.liveItems where item.status == .enabled {
                    #expect(standings.first { $0.net == item.net && $0.task == item.id.task }?.state == "on offer", "seed \(seed)")
                }
                guard let next = run.offered.randomElement(using: &random) else { break }
                do { try run.work(next) } catch { break }
            }
        }
    }
}
