// Staff files: what they say, and what is said of those that are wrong.

import Simulation
import Support
import Terminal
import Testing
import Workflow

@testable import Catalog
@testable import Panes
@testable import YAMLFiles

@Suite struct StaffFileTests {
    private static let minute: Int64 = 60_000

    private static func specification() throws -> ExecutableSpecification {
        let text = YAWLText.set(
            "loan",
            YAWLText.net(
                inputs: [YAWLText.input("amount", "integer")], locals: [YAWLText.local("ok", "boolean")], start: "Check",
                YAWLText.task("Check", to: ["Pay"], completed: [("<ok>{/Ask/ok/text()}</ok>", "ok")], does: "Ask"),
                YAWLText.task("Pay", to: ["o"], does: "Work")),
            YAWLText.gateway("Ask", outputs: [YAWLText.output("ok", "boolean")]), YAWLText.gateway("Work"))
        return try ExecutableSpecification(try #require(try SpecificationReader.read(Array(text.utf8), file: "loan.yawl").first))
    }

    private func parse(_ text: String) throws -> (plan: SimulationPlan, diagnostics: [FileDiagnostic]) {
        StaffFile.parse(text, file: "staff.yaml", for: try Self.specification(), into: SimulationPlan())
    }

    @Test func aWholeFile() throws {
        let (plan, diagnostics) = try parse(
            """
            arrivals: { every: constant 20m, hours: 08:00-20:00 }
            time: exponential 5m
            case:
              - { weight: 7, data: <amount>120</amount> }
              - data: <amount>9000</amount>
            roles:
              clerk:
                capacity: 3
                tasks: [Check]
                hours: mon-fri 09:00-17:30
              manager:
                people: [ann, bob]
                tasks: Pay
            tasks:
              Check:
                time: uniform 5m 15m
                outputs:
                  - { weight: 3, data: <ok>true</ok> }
                  - { data: <ok>false</ok> }
            """)
        #expect(diagnostics == [])
        #expect(plan.arrivals == .constant(20 * Self.minute))
        #expect(plan.arrivalHours == WorkingHours(days: Array(repeating: true, count: 7), from: 480 * Self.minute, to: 1200 * Self.minute))
        #expect(plan.serviceTime == .exponential(mean: 5 * Self.minute))
        #expect(plan.caseData.map(\.weight) == [7, 1])
        #expect(plan.caseData.map { $0.values.map { $0.serialized() } } == [["<amount>120</amount>"], ["<amount>9000</amount>"]])
        #expect(plan.roles.map(\.name) == ["clerk", "manager"])
        #expect(plan.roles.map(\.members) == [["clerk 1", "clerk 2", "clerk 3"], ["ann", "bob"]])
        #expect(plan.roles.map(\.isAnonymous) == [true, false])
        #expect(plan.roles.map(\.tasks) == [["Check"], ["Pay"]])
        #expect(
            plan.roles.first?.hours
                == WorkingHours(days: [true, true, true, true, true, false, false], from: 540 * Self.minute, to: 1050 * Self.minute))
        #expect(plan.tasks["Check"]?.serviceTime == .uniform(from: 5 * Self.minute, to: 15 * Self.minute))
        #expect(plan.tasks["Check"]?.outputs.map(\.weight) == [3, 1])
    }

    @Test func anEmptyFileChangesNothing() throws {
        let (plan, diagnostics) = try parse("")
        #expect(plan == SimulationPlan())
        #expect(diagnostics == [])
    }

    @Test(arguments: [
        ("rolls: {}", "1:1: error: a staff file has arrivals, time, case, roles and tasks; “rolls” is none of them [staff-unknown-key]"),
        ("time: soon", "1:7: error: “soon” is no time; write exponential 10m"),
        ("time: uniform 9m 2m", "1:7: error: “uniform 9m 2m” is no time"),
        ("time: constant -5m", "1:7: error: “constant -5m” is no time"),
        ("arrivals:\n  every: 10", "2:10: error: “10” is no time"),
        ("arrivals: { hours: late }", "1:20: error: “late” are no working hours"),
        ("roles:\n  clerk: { tasks: [Chek] }", "2:20: error: there is no task “Chek” that somebody works on; there are Check, Pay"),
        ("roles:\n  clerk: { capacity: 2 }", "2:3: error: the role “clerk” does no task and would never work"),
        ("roles:\n  clerk: { capacity: few, tasks: [Pay] }", "2:22: error: a capacity is a whole number from 0 to 10000"),
        ("roles:\n  clerk: { people: [ann, ann], tasks: [Pay] }", "2:26: error: “ann” is named twice"),
        ("roles:\n  clerk: { people: [ann], capacity: 2, tasks: [Pay] }", "2:3: error: “clerk” has both people and a capacity"),
        (
            "roles:\n  a: { people: [ann], tasks: [Pay] }\n  b: { people: [ann], tasks: [Check], hours: 09:00-12:00 }",
            "3:17: error: ann is in another role with other hours"
        ),
        ("roles:\n  a: { tasks: [Pay], hours: fri-mon 09:00-12:00 }", "2:29: error: “fri-mon 09:00-12:00” are no working hours"),
        ("tasks:\n  Pay: { speed: 3 }", "2:10: error: a task has time and outputs; “speed” is neither"),
        ("tasks:\n  Pay: { outputs: [ { data: <ok>true</ok> } ] }", "2:29: error: task Pay has no parameter ok; it has none [staff-data]"),
        ("tasks:\n  Check: { outputs: [ { data: <ok>perhaps</ok> } ] }", "2:31: error: ok of task Check: "),
        ("tasks:\n  Check: { outputs: [ { data: <ok>true } ] }", "2:31: error: this is not XML: "),
        (
            "tasks:\n  Check: { outputs: [ { weight: 0, data: <ok>true</ok> } ] }",
            "2:33: error: a weight is a whole number from 1 to 1000000"
        ),
        ("tasks:\n  Check: { outputs: true }", "2:21: error: this must be a list of alternatives"),
        ("case: [ { data: <sum>1</sum> } ]", "1:17: error: a case has no parameter sum; it has amount"),
        ("- clerk", "1:1: error: the file must be a mapping of names to values [staff-syntax]"),
        ("roles: { a: 1, a: 2 }", "error: the key a appears twice; keep one [staff-duplicate]"),
        ("time: [", "error: this is not YAML: "),
    ])
    func whatIsWrongIsSaidWithItsPlace(text: String, complaint: String) throws {
        let lines = try parse(text).diagnostics.map { "\($0)" }
        #expect(lines.contains { $0.hasPrefix("staff.yaml:") && $0.contains(complaint) }, "\(lines)")
    }

    @Test func allOfAFileIsCheckedAtOnce() throws {
        #expect(
            try parse("time: soon\nroles:\n  a: { tasks: [X] }\n  b: { tasks: [Y] }").diagnostics.filter { $0.code == "staff-unknown-task" }
                .count == 2)
    }
}
