import Engine
import StoreSupport
import Platform
import Foundation
import Support
import Testing
import Workflow
import XMLTree
@testable import SQLiteStore

@Suite struct StoreTests {
    static let ann = Principal(name: "ann", tenant: .local)
    static let twoTasks = YAWLText.set(
        "two",
        YAWLText.net(
            outputs: [YAWLText.output("n", "integer")], locals: [YAWLText.local("n", "integer", initial: "0")],
            start: "A",
            YAWLText.task(
                "A", to: ["B"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")], does: "Ask"),
            YAWLText.task("B", to: ["o"], does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]),
        YAWLText.gateway("Work"))

    let folder: TemporaryFolder
    var path: String { folder.path("test.db") }

    init() throws { folder = try TemporaryFolder() }

    private func engine() throws -> WorkflowEngine { WorkflowEngine(store: try SQLiteStore(path: path)) }

    private func load(_ engine: WorkflowEngine, _ text: String = twoTasks) async throws {
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(text.utf8), file: "two.yawl"), request: RequestID("load"))
    }

    private func start(_ engine: WorkflowEngine, request: String = "start") async throws -> Int64 {
        let reply = try await engine.local.perform(
            .startCase(SpecificationReference(name: "two"), data: nil), request: RequestID(request))
        guard case .started(let number, _) = reply else { throw StoreError(.failure, "unexpected reply \(reply)") }
        return number
    }

    /// GRDB opens with NORMAL; only FULL survives a power cut.
    @Test func commitsAreFlushedBeforeTheyAreAcknowledged() async throws {
        let store = try SQLiteStore(path: path)
        #expect(try await store.synchronousMode() == 2)
    }

    @Test func aCaseGoesOnAfterTheStoreIsOpenedAgain() async throws {
        var engine = try engine()
        try await load(engine)
        let number = try await start(engine)
        _ = try await engine.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("take"))
        let before = try await engine.local.caseDetail(number).state
        engine = try self.engine()
        #expect(try await engine.local.caseDetail(number).state == before)
        let output = try XMLDocument.parse("<Ask><n>5</n></Ask>")
        _ = try await engine.local.perform(.completeItem(WorkItemID(CaseID("1.1"), "A"), data: output), request: RequestID("done"))
        #expect(try await engine.local.items().map(\.id.description) == ["1:B"])
        #expect(try await engine.local.replayedCase(number) == engine.local.caseDetail(number).state)
    }

    @Test func aRepeatedRequestAnswersAsTheFirstTimeAndChangesNothing() async throws {
        let engine = try engine()
        try await load(engine)
        #expect(try await start(engine, request: "r") == 1)
        #expect(try await start(engine, request: "r") == 1)
        #expect(try await start(engine, request: "s") == 2)
        let take = RequestID("take")
        let first = try await engine.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: take)
        let events = try await engine.local.caseDetail(1).row.events
        let second = try await engine.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: take)
        #expect(first == second)
        #expect(try await engine.local.caseDetail(1).row.events == events)
    }

    @Test func twoProcessesOnOneFileSeeAndRespectEachOther() async throws {
        let first = try engine(), second = try engine()
        try await load(first)
        _ = try await start(second)
        _ = try await first.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("a"))
        // The second engine remembers the case as it was; it must not act on that.
        let error = await #expect(throws: EngineError.self) {
            try await second.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("b"))
        }
        #expect(error?.code == "item-is-parent")
    }

    @Test func ofManyWhoStartOneItemExactlyOneSucceeds() async throws {
        let engines = [try engine(), try engine(), try engine()]
        try await load(engines[0])
        _ = try await start(engines[0])
        let winners = await withTaskGroup(of: Bool.self) { group in
            for n in 0 ..< 12 {
                group.addTask {
                    (try? await engines[n % 3].local.perform(
                        .startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("try-\(n)"))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test func aCommitOfAnotherProcessIsTold() async throws {
        let watching = try SQLiteStore(path: path)
        let other = try engine()
        var changes = watching.changes().makeAsyncIterator()
        try await load(other)
        #expect(await changes.next() != nil)
    }

    /// The kernel tells of the write, which comes before the flush: who reads then and waits for the next notice must not be left waiting.
    @Test(.timeLimit(.minutes(10))) func aCommitIsToldOnceItCanBeRead() async throws {
        let (here, there) = (try engine(), try engine())
        try await load(there)
        for writer in [here, there] {
            var changes = here.local.changes().makeAsyncIterator()
            for round in 0 ..< 20 {
                let number = try await start(writer, request: "\(writer === here) \(round)")
                while try await here.local.cases(openOnly: true, limit: 1_000).contains(where: { $0.number == number }) == false {
                    _ = await changes.next()
                }
            }
        }
    }

    @Test func everyEventCarriesTheHashOfItsPredecessor() async throws {
        let engine = try engine()
        try await load(engine)
        let number = try await start(engine)
        let store = try SQLiteStore(path: path)
        let chain = try await store.events(tenant: .local, caseNumber: number, after: 0, limit: 100).map(\.event.chain)
        #expect(chain.count > 2)
        #expect(Set(chain).count == chain.count)
        #expect(chain.allSatisfy { $0.count == 32 })
    }

    @Test func aSpecificationWithOpenCasesStays() async throws {
        let engine = try engine()
        try await load(engine)
        _ = try await start(engine)
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(.unloadSpecification(SpecificationReference("two")), request: RequestID("u"))
        }
        #expect(error?.code == "specification-in-use")
        _ = try await engine.local.perform(.cancelCase(1), request: RequestID("c"))
        _ = try await engine.local.perform(.unloadSpecification(SpecificationReference("two")), request: RequestID("u"))
        #expect(try await engine.local.specifications().isEmpty)
    }

    @Test func theSameVersionIsLoadedOnce() async throws {
        let engine = try engine()
        try await load(engine)
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(
                .loadSpecification(source: Array(Self.twoTasks.utf8), file: "two.yawl"), request: RequestID("again"))
        }
        #expect(error?.kind == .conflict)
    }

    @Test func filesOfOtherProgramsAreRefused() throws {
        try Data("this is no database".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StoreError.self) { try SQLiteStore(path: path) }
        #expect(error?.kind == .unusable)
    }
}
