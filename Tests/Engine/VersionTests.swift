import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Testing
import Workflow

/// Several versions of one specification side by side, and cases that go on in another of them.
@Suite struct VersionTests {
    private static let ann = Principal(name: "ann", tenant: .local)
    private let folder: TemporaryFolder
    private let engine: WorkflowEngine

    init() throws {
        folder = try TemporaryFolder()
        engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("test.db")))
    }

    /// A, then the last task; what `A` leads to and is done as may differ from version to version.
    private static func order(_ version: String, last: String = "B", does: String = "Work", locals: [String] = []) -> String {
        YAWLText.set(
            "order", version: version,
            YAWLText.net(
                locals: [YAWLText.local("n", index: 1, initial: "x")] + locals, start: "A",
                YAWLText.task("A", to: [last], does: does), YAWLText.task(last, to: ["o"], does: "Work")),
            YAWLText.gateway("Work"), YAWLText.gateway("More"))
    }

    @discardableResult
    private func perform(_ command: Command, _ request: String = UUID().uuidString) async throws -> Reply {
        try await engine.local.perform(command, request: RequestID(request))
    }

    private func load(_ text: String) async throws {
        try await perform(.loadSpecification(source: Array(text.utf8), file: "order.yawl"))
    }

    private func start(_ name: String) async throws -> Int64 {
        guard case .started(let number, _) = try await perform(.startCase(SpecificationReference(name), data: nil)) else { return 0 }
        return number
    }

    private func work(_ item: String) async throws {
        guard case .itemStarted(let started) = try await perform(.startItem(try #require(WorkItemID(item)))) else { return }
        try await perform(.completeItem(started, data: nil))
    }

    private func refusal(of command: Command) async throws -> EngineError? {
        await #expect(throws: EngineError.self) { try await perform(command) }
    }

    private func version(_ number: Int64) async throws -> String {
        let detail = try await engine.local.caseDetail(number)
        #expect(detail.row.specification == detail.state.specification)
        #expect(try await engine.local.replayedCase(number) == detail.state)
        return detail.row.specification.version.description
    }

    @Test func casesStayOnTheirVersionAndNewOnesTakeTheLatest() async throws {
        try await load(Self.order("1.9"))
        let first = try await start("order")
        try await load(Self.order("1.10", last: "C"))
        let second = try await start("order"), third = try await start("order@1.9")
        #expect(try await version(first) == "1.9")
        #expect(try await version(second) == "1.10")
        #expect(try await version(third) == "1.9")
        for number in [first, second, third] { try await work("\(number):A") }
        #expect(try await engine.local.items().map(\.id.description) == ["\(first):B", "\(second):C", "\(third):B"])
        #expect(
            try await refusal(of: .loadSpecification(source: Array(Self.order("1.9").utf8), file: "order.yawl"))?.code
                == "specification-loaded")
        #expect(try await refusal(of: .startCase(SpecificationReference("order@2.0"), data: nil))?.code == "specification-not-found")
    }

    @Test func aVersionIsUnloadedByNameAndOnlyWithoutOpenCases() async throws {
        try await load(Self.order("1.0"))
        try await load(Self.order("1.1"))
        let number = try await start("order@1.0")
        #expect(try await refusal(of: .unloadSpecification(SpecificationReference("order")))?.code == "version-not-named")
        #expect(try await refusal(of: .unloadSpecification(SpecificationReference("order@1.0")))?.code == "specification-in-use")
        try await perform(.unloadSpecification(SpecificationReference("order@1.1")))
        #expect(try await version(start("order")) == "1.0")
        for case let other in try await engine.local.cases(openOnly: true) { try await perform(.cancelCase(other.number)) }
        // The only one left needs no version; what has ended still knows its own.
        try await perform(.unloadSpecification(SpecificationReference("order")))
        #expect(try await version(number) == "1.0")
        #expect(try await refusal(of: .startCase(SpecificationReference("order"), data: nil))?.code == "specification-not-found")
        try await load(Self.order("1.0", last: "C"))
        #expect(try await version(start("order")) == "1.0")
    }

    @Test func openCasesAreGroupedByWhereTheyStandAndSomeGoOn() async throws {
        try await load(Self.order("1.0"))
        let offered = try await start("order"), alike = try await start("order")
        let begun = try await start("order"), further = try await start("order")
        try await perform(.startItem(WorkItemID(CaseID(number: begun), "A")))
        try await work("\(further):A")
        try await load(Self.order("1.1", last: "C", locals: [YAWLText.local("m", initial: "new")]))
        let other = try await start("order")

        let plan = try await engine.local.migrationPlan(from: SpecificationReference("order@1.0"), to: SpecificationReference("order@1.1"))
        #expect(plan.groups.map(\.cases) == [[offered, alike], [begun], [further]])
        #expect(plan.groups.map(\.marking.description) == ["Net: i", "Net: A at work", "Net: c{A_B}"])
        #expect(
            plan.groups.map { $0.obstacles.map(\.description) } == [
                [], ["net Net, task A is at work and leads to C instead of B"],
                ["net Net, condition c{A_B} holds a token and is not in the new version"],
            ])
        #expect(try await version(offered) == "1.0", "a plan changes nothing")

        let reference = SpecificationReference("order@1.1")
        #expect(try await perform(.migrateCase(offered, to: reference), "move") == .changed(caseNumber: offered, status: .running))
        #expect(try await perform(.migrateCase(offered, to: reference), "move") == .changed(caseNumber: offered, status: .running))
        #expect(try await version(offered) == "1.1")
        #expect(try await engine.local.caseDetail(offered).state.nets[CaseID(number: offered)]?.variables.map(\.name) == ["m", "n"])
        let events = try await engine.local.events(ofCase: offered)
        #expect(events.filter { $0.kind == "caseMigrated" }.map(\.text) == ["the case goes on in order 1.1"])

        for stays in [begun, further] {
            let before = try await engine.local.caseDetail(stays).state
            #expect(try await refusal(of: .migrateCase(stays, to: reference))?.code == "case-does-not-map")
            #expect(try await engine.local.caseDetail(stays).state == before)
            #expect(try await version(stays) == "1.0")
        }
        #expect(try await refusal(of: .migrateCase(other, to: reference))?.code == "same-version")

        // The case goes on by the new version, also after the store is opened again.
        let again = WorkflowEngine(store: try SQLiteStore(path: folder.path("test.db")))
        for item in ["A", "C"] {
            let reply = try await again.local.perform(
                .startItem(WorkItemID(CaseID(number: offered), item)), request: RequestID("start-\(item)"))
            guard case .itemStarted(let started) = reply else { continue }
            _ = try await again.local.perform(.completeItem(started, data: nil), request: RequestID("done-\(item)"))
        }
        #expect(try await again.local.caseDetail(offered).row.status == .completed)
        #expect(try await again.local.replayedCase(offered) == again.local.caseDetail(offered).state)
    }

    @Test func whatACaseMovedFromCanBeUnloadedAndWhatItMovedToCannot() async throws {
        try await load(Self.order("1.0"))
        let number = try await start("order")
        try await load(Self.order("1.1", last: "C"))
        try await perform(.migrateCase(number, to: SpecificationReference("order@1.1")))
        #expect(try await refusal(of: .unloadSpecification(SpecificationReference("order@1.1")))?.code == "specification-in-use")
        try await perform(.unloadSpecification(SpecificationReference("order@1.0")))
        #expect(try await version(number) == "1.1")
    }

    @Test func onlyVersionsOfOneSpecificationAreMigratedBetween() async throws {
        try await load(Self.order("1.0"))
        let number = try await start("order")
        try await load(Self.order("1.1").replacing("UID_order", with: "UID_other").replacing("uri=\"order\"", with: "uri=\"other\""))
        #expect(try await refusal(of: .migrateCase(number, to: SpecificationReference("other")))?.code == "not-a-version")
        await #expect(throws: EngineError.self) {
            try await engine.local.migrationPlan(from: SpecificationReference("order"), to: SpecificationReference("other"))
        }
    }
}
