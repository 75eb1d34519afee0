import Foundation
import Support
import Testing
import Workflow
import XMLTree
@testable import Simulation

/// Whole simulations: what a plan says is what happens, and the same plan always gives the same report.
@Suite struct SimulatorTests {
    static let minute: Int64 = 60_000

    /// A, then B or C by its answer, then both lead to D.
    static func specification(_ answer: String = "boolean") throws -> ExecutableSpecification {
        let text = YAWLText.set(
            "order",
            YAWLText.net(
                locals: [YAWLText.local("ok", answer)], start: "A",
                YAWLText.task(
                    "A", to: [YAWLText.flow(to: "B", if: "/Net/ok = 'true'", order: 1), YAWLText.flow(to: "C", isDefault: true)],
                    split: "xor",
                    completed: [("<ok>{/Ask/ok/text()}</ok>", "ok")], does: "Ask"),
                YAWLText.task("B", to: ["D"], does: "Work"), YAWLText.task("C", to: ["D"], does: "Work"),
                YAWLText.task("D", to: ["o"], does: "Work")),
            YAWLText.gateway("Ask", outputs: [YAWLText.output("ok", answer)]), YAWLText.gateway("Work"))
        return try executable(text)
    }

    static func executable(_ text: String) throws -> ExecutableSpecification {
        let model = try #require(try SpecificationReader.read(Array(text.utf8), file: "test.yawl").first)
        let errors = verify(model).filter { $0.severity == .error }
        try #require(errors.isEmpty, "\(errors.map { $0.text(file: "test.yawl") })")
        return try ExecutableSpecification(model)
    }

    /// One task between start and end.
    static func single() throws -> ExecutableSpecification {
        try executable(YAWLText.set("one", YAWLText.net(start: "A", YAWLText.task("A", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
    }

    private static func ok(_ value: Bool) throws -> XMLDocument { try .parse("<ok>\(value)</ok>") }

    private func figures(_ report: SimulationReport, _ task: String) throws -> SimulationReport.TaskFigures {
        try #require(report.tasks.first { $0.task == task })
    }

    // MARK: Determinism

    @Test func theSameSeedGivesTheSameReportAndAnotherSeedAnother() throws {
        var plan = SimulationPlan(cases: 300, seed: 7, roles: [StaffRole(name: "clerk", capacity: 2, tasks: ["A", "D"])])
        plan.tasks["A"] = TaskProfile(outputs: [
            WeightedData(weight: 3, values: [try Self.ok(true)]), WeightedData(weight: 1, values: [try Self.ok(false)]),
        ])
        let first = Simulator.report(of: plan, on: try Self.specification())
        let second = Simulator.report(of: plan, on: try Self.specification())
        #expect(first == second)
        plan.seed = 8
        #expect(Simulator.report(of: plan, on: try Self.specification()) != first)
    }

    /// Fixed figures: they may only change with the rules of the simulation, never with machine or compiler.
    @Test func aSeedMeansTheSameEverywhere() throws {
        var random = SimulationRandom(seed: 1, 2, 3)
        #expect([random.next(), random.next()] == [15_020_427_595_393_229_491, 4_943_001_508_436_231_571])
        #expect((0 ..< 3).map { _ in ServiceTime.exponential(mean: 600_000).draw(&random) } == [819_842, 657_471, 225_166])
    }

    @Test(arguments: [1e-300, 1e-16, 0.1, 0.5, 0.7071, 0.99999, 1, 1.5, 2, 1e9])
    func thePortableLogarithmIsTheLogarithm(_ x: Double) {
        #expect(abs(x.portableLogarithm - log(x)) <= 2e-15 * max(1, abs(log(x))))
    }

    // MARK: What happens

    @Test func withoutStaffNobodyWaitsAndEveryCaseCompletes() throws {
        let plan = SimulationPlan(cases: 50, arrivals: .constant(Self.minute), serviceTime: .constant(10 * Self.minute))
        let report = Simulator.report(of: plan, on: try Self.specification())
        #expect(report.outcomes == [.init(kind: .completed, reason: "", cases: 50)])
        #expect(report.items == 150)
        #expect(report.cycle.p5 == 30 * Self.minute && report.cycle.p95 == 30 * Self.minute)
        #expect(try figures(report, "A").waiting.p95 == 0)
        // The last case came after 50 minutes.
        #expect(report.span == 80 * Self.minute)
        // What nobody entered is a default instance of its type, and the predicate is evaluated on it.
        #expect(try figures(report, "B").cycle.count == 50)
        #expect(try figures(report, "C").cycle.count == 0)
    }

    @Test func outputsFollowTheirWeights() throws {
        var plan = SimulationPlan(cases: 800)
        plan.tasks["A"] = TaskProfile(outputs: [
            WeightedData(weight: 3, values: [try Self.ok(true)]), WeightedData(weight: 1, values: [try Self.ok(false)]),
        ])
        let report = Simulator.report(of: plan, on: try Self.specification())
        let share = Double(try figures(report, "B").cycle.count) / 800
        #expect(abs(share - 0.75) < 0.05)
        #expect(try figures(report, "B").cycle.count + figures(report, "C").cycle.count == 800)
    }

    @Test func oneServerTakesItemsFirstInFirstOut() throws {
        let plan = SimulationPlan(
            cases: 3, arrivals: .constant(Self.minute), roles: [StaffRole(name: "clerk", members: ["ann"], tasks: ["A"])],
            serviceTime: .constant(10 * Self.minute))
        let report = Simulator.report(of: plan, on: try Self.single())
        let waiting = try figures(report, "A").waiting
        // 0, 9 and 18 minutes.
        #expect([waiting.p5, waiting.p50, waiting.p95] == [0, 9 * Self.minute, 18 * Self.minute])
        let clerk = try #require(report.roles.first)
        #expect(clerk.longestQueue == 2)
        #expect(report.span == 31 * Self.minute)
        #expect(abs(clerk.utilisation - 30.0 / 31) < 1e-12)
        #expect(clerk.people.first?.served == 3)
        #expect(abs(clerk.meanQueue - 27.0 / 31) < 1e-12)
    }

    @Test func everybodyWhoIsFreeGetsWork() throws {
        let plan = SimulationPlan(
            cases: 6, arrivals: .constant(0), roles: [StaffRole(name: "clerk", capacity: 3, tasks: ["A"])],
            serviceTime: .constant(10 * Self.minute))
        let report = Simulator.report(of: plan, on: try Self.single())
        #expect(report.span == 20 * Self.minute)
        #expect(report.roles.first?.utilisation == 1)
    }

    /// Ann does both tasks, so the second person only helps with A.
    @Test func somebodyInTwoRolesIsOnePerson() throws {
        let spec = try Self.executable(
            YAWLText.set(
                "two",
                YAWLText.net(
                    start: "A", YAWLText.task("A", to: ["B"], does: "Work"),
                    YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work")))
        let plan = SimulationPlan(
            cases: 1, arrivals: .constant(0),
            roles: [
                StaffRole(name: "front", members: ["ann"], tasks: ["A"]), StaffRole(name: "back", members: ["ann"], tasks: ["B"]),
            ], serviceTime: .constant(Self.minute))
        let report = Simulator.report(of: plan, on: spec)
        #expect(report.roles.map(\.utilisation) == [1, 1])
        #expect(report.roles.map { $0.people.map(\.served) } == [[2], [2]])
    }

    @Test func workRestsOutsideWorkingHours() throws {
        let hours = try #require(
            WorkingHours(days: [true, true, true, true, true, false, false], from: 9 * 60 * Self.minute, to: 17 * 60 * Self.minute))
        // Comes on Friday at 16:00 and takes two hours: an hour on Friday, the other on Monday.
        let arrival: Int64 = (4 * 24 + 16) * 60 * Self.minute
        let plan = SimulationPlan(
            cases: 1, arrivals: .constant(arrival), roles: [StaffRole(name: "clerk", members: ["ann"], tasks: ["A"], hours: hours)],
            serviceTime: .constant(120 * Self.minute))
        let report = Simulator.report(of: plan, on: try Self.single())
        #expect(report.cycle.p50 == (64 + 2) * 60 * Self.minute)
        // Comes on Saturday: it waits until Monday at 9:00.
        let late = Simulator.report(
            of: SimulationPlan(cases: 1, arrivals: .constant(5 * WorkingHours.day), roles: plan.roles, serviceTime: .constant(Self.minute)),
            on: try Self.single())
        #expect(try figures(late, "A").waiting.p50 == 57 * 60 * Self.minute)
    }

    @Test func theClockStopsWhereItIsTold() throws {
        let plan = SimulationPlan(
            cases: 100, arrivals: .constant(Self.minute), until: 10 * Self.minute, serviceTime: .constant(3 * Self.minute))
        let report = Simulator.report(of: plan, on: try Self.single())
        #expect(report.arrived == 10)
        #expect(report.span == 10 * Self.minute)
        #expect(report.cases(.completed) == 7)
        #expect(report.cases(.unfinished) == 3)
    }

    // MARK: Cases that do not go well

    @Test func refusalsAreCountedByTheirReason() throws {
        var plan = SimulationPlan(cases: 5)
        plan.tasks["A"] = TaskProfile(outputs: [WeightedData(values: [try .parse("<ok>perhaps</ok>")])])
        let report = Simulator.report(of: plan, on: try Self.specification())
        #expect(report.cases(.refused) == 5)
        #expect(report.outcomes.count == 1)
        #expect(report.outcomes.first?.reason.hasPrefix("output of task A") == true, "\(report.outcomes)")
        #expect(report.ended == 0)
    }

    @Test func aDeadlockNamesWhatItWaitsFor() throws {
        let text = YAWLText.set(
            "stop",
            YAWLText.net(
                start: "A",
                YAWLText.task(
                    "A", to: [YAWLText.flow(to: "B", if: "true()", order: 1), YAWLText.flow(to: "C", isDefault: true)], split: "xor",
                    does: "Work"),
                YAWLText.task("B", to: ["D"], does: "Work"), YAWLText.task("C", to: ["D"], does: "Work"),
                YAWLText.task("D", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work"))
        let report = Simulator.report(of: SimulationPlan(cases: 4), on: try Self.executable(text))
        #expect(report.outcomes == [.init(kind: .deadlocked, reason: "before D", cases: 4)])
    }

    @Test func aLoopWithoutEndIsGivenUp() throws {
        let text = YAWLText.set(
            "loop",
            YAWLText.net(
                start: "A",
                YAWLText.task(
                    "A", to: [YAWLText.flow(to: "A", if: "true()", order: 1), YAWLText.flow(to: "o", isDefault: true)], split: "xor",
                    does: "Work")),
            YAWLText.gateway("Work"))
        let report = Simulator.report(of: SimulationPlan(cases: 2), on: try Self.executable(text))
        #expect(report.cases(.refused) == 2)
        #expect(report.items == 2 * Simulator.maxItems)
        #expect(report.outcomes.first?.reason.contains("1000 work items") == true)
    }

    /// B and C hang on one condition: whoever starts first takes the token and the other offer is withdrawn.
    @Test func ofADeferredChoiceOneIsDone() throws {
        let text = YAWLText.set(
            "choice",
            YAWLText.net(
                start: "A", YAWLText.task("A", to: ["p"], does: "Work"), YAWLText.condition("p", to: "B", "C"),
                YAWLText.task("B", to: ["o"], does: "Work"), YAWLText.task("C", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        let report = Simulator.report(of: SimulationPlan(cases: 200), on: try Self.executable(text))
        let (b, c) = (try figures(report, "B").cycle.count, try figures(report, "C").cycle.count)
        #expect(b + c == 200)
        #expect(abs(b - c) < 70)
    }

    // MARK: Timers

    private static func timed(_ trigger: String) throws -> ExecutableSpecification {
        try executable(
            YAWLText.set(
                "timed",
                YAWLText.net(
                    start: "A",
                    YAWLText.task(
                        "A", to: ["o"], extra: "<timer><trigger>\(trigger)</trigger><duration>PT30M</duration></timer>", does: "Work")),
                YAWLText.gateway("Work")))
    }

    @Test func whatNobodyDoesIsEndedByItsTimer() throws {
        let plan = SimulationPlan(cases: 3, arrivals: .constant(Self.minute), roles: [StaffRole(name: "nobody", capacity: 0, tasks: ["A"])])
        let report = Simulator.report(of: plan, on: try Self.timed("OnEnabled"))
        #expect(report.cases(.completed) == 3)
        #expect(report.cycle.p50 == 30 * Self.minute)
        #expect(try figures(report, "A").expired == 3)
        #expect(report.items == 0)
    }

    @Test func workThatTakesTooLongIsTakenAway() throws {
        let plan = SimulationPlan(
            cases: 2, arrivals: .constant(0), roles: [StaffRole(name: "clerk", members: ["ann"], tasks: ["A"])],
            serviceTime: .constant(45 * Self.minute))
        let report = Simulator.report(of: plan, on: try Self.timed("OnExecuting"))
        // One after the other, half an hour each.
        #expect(report.span >= 60 * Self.minute)
        #expect(try figures(report, "A").expired == 2)
        #expect(report.cycle.p95 == 60 * Self.minute)
        #expect(report.roles.first?.people.first?.served == 0)
    }

    @Test func workThatIsDoneInTimeStopsItsTimer() throws {
        let report = Simulator.report(
            of: SimulationPlan(cases: 3, serviceTime: .constant(29 * Self.minute)), on: try Self.timed("OnExecuting"))
        #expect(report.cases(.completed) == 3)
        #expect(try figures(report, "A").expired == 0)
    }
}
