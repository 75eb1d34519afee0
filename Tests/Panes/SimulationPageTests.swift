// The page about simulation: its example is read as it stands.

import Foundation
import Simulation
import Support
import Testing
import Workflow

@testable import Catalog
@testable import Panes

@Suite struct SimulationPageTests {
    @Test func theStaffFileOfThePageWorks() throws {
        let page = try String(contentsOf: Corpus.packageRoot.appendingPathComponent("docs/simulation.md"), encoding: .utf8)
        let block = try #require(page.split(separator: "```yaml\n").last?.split(separator: "```").first)
        let file = try Data(contentsOf: Corpus.packageRoot.appendingPathComponent("examples/expense-approval.yawl"))
        let specification = try ExecutableSpecification(
            try #require(try SpecificationReader.read([UInt8](file), file: "expense-approval.yawl").first))
        var (plan, diagnostics) = StaffFile.parse(String(block), file: "staff.yaml", for: specification, into: SimulationPlan())
        #expect(diagnostics == [])
        plan.cases = 40
        let report = Simulator.report(of: plan, on: specification)
        #expect(report.cases(.completed) == 40, "\(report.outcomes)")
        #expect(report.roles.map(\.name) == ["accounts", "managers", "directors"])
        #expect(report.roles.allSatisfy { $0.utilisation > 0 && $0.utilisation < 1 })
    }
}
