import Foundation
import Support
import Testing
@testable import Simulation

/// The simulation against formulas: one queue whose behaviour is known exactly.
@Suite struct QueueingTheoryTests {
    /// M/M/1 with half an arrival per service: utilisation ρ = 0.5, mean time in the system 1/(μ-λ) = 20 min, mean queue
    /// ρ²/(1-ρ) = 0.5, and the time in the system is exponential: its median is 20 min · ln 2.
    @Test func oneServerBehavesAsTheFormulasSay() throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? 1
        print("queueing test: MIZZEN_SEED=\(seed)")
        let minute: Int64 = 60_000
        let plan = SimulationPlan(
            cases: 3_000, seed: seed, arrivals: .exponential(mean: 20 * minute),
            roles: [StaffRole(name: "clerk", members: ["ann"], tasks: ["A"])], serviceTime: .exponential(mean: 10 * minute))
        let report = Simulator.report(of: plan, on: try SimulatorTests.single())
        let clerk = try #require(report.roles.first)
        func near(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool { abs(value / expected - 1) < tolerance }
        #expect(near(clerk.utilisation, 0.5, within: 0.05), "\(clerk.utilisation)")
        #expect(near(clerk.meanQueue, 0.5, within: 0.25), "\(clerk.meanQueue)")
        #expect(near(Double(report.cycle.mean), Double(20 * minute), within: 0.15), "\(report.cycle)")
        #expect(near(Double(report.cycle.p50), Double(20 * minute) * log(2), within: 0.15), "\(report.cycle)")
        #expect(near(report.throughput, 3, within: 0.05), "\(report.throughput)")
        // Little's law: what is in the system is arrivals times the time they spend there.
        let inSystem = clerk.meanQueue + clerk.utilisation
        #expect(near(inSystem, Double(report.cycle.mean) * report.throughput / 3_600_000, within: 0.02))
    }

    /// Two servers, ρ = 0.5: mean time in the system 1/μ · 1/(1-ρ²) = 10 min · 4/3.
    @Test func twoServersBehaveAsTheFormulasSay() throws {
        let minute: Int64 = 60_000
        let plan = SimulationPlan(
            cases: 2_000, seed: 2, arrivals: .exponential(mean: 10 * minute),
            roles: [StaffRole(name: "clerk", capacity: 2, tasks: ["A"])], serviceTime: .exponential(mean: 10 * minute))
        let report = Simulator.report(of: plan, on: try SimulatorTests.single())
        #expect(abs(Double(report.cycle.mean) / Double(10 * minute) - 4.0 / 3) < 0.1, "\(report.cycle)")
    }
}
