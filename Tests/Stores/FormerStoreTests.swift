@testable import Engine
import Foundation
import Platform
@testable import PostgresStore
import StoreSupport
import Support
import Testing
import Workflow
import XMLTree

/// Stores as the version before this schema wrote them (their SQL is in `Former`), with running timers, calls that failed once and one that
/// was not made yet, an exlet that waits for its worklet, rules, a calendar and recorded requests: everything is taken over and goes on.
@Suite struct FormerStoreTests {
    private static let root = Principal(name: "root", tenant: .local)
    private static let service = "http://127.0.0.1:9/former"
    /// Ten seconds after the last event of both.
    private static let later: Int64 = 1_796_058_840_000

    private static func file(_ name: String) throws -> String {
        try String(contentsOfFile: URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Former/" + name, encoding: .utf8)
    }

    /// A store of the former version, not opened by this one yet.
    private func world(_ kind: StoreWorld.Kind) throws -> StoreWorld {
        let world = try StoreWorld(kind)
        world.clock.set(Self.later)
        if kind == .sqlite {
            try world.script(try Self.file("sqlite-5.sql"))
        } else {
            try world.script(SchemaKeeper.script(Array(Migration.all.prefix(2))))
            try world.script(try Self.file("postgres-2.sql"))
        }
        return world
    }

    @Test(.timeLimit(.minutes(5)), arguments: StoreWorld.Kind.both) func everythingIsTakenOverAndGoesOn(
        _ kind: StoreWorld.Kind
    ) async throws {
        let world = try world(kind), calls = RecordingService()
        let engine = try await world.engine(.init(services: ServiceDirectory(services: [Self.service: calls])))
        let session = engine.session(for: Self.root)
        // What is stored is what the log says, old events and all.
        let report = try await engine.keeper.verifyAudit()
        #expect(report.faults == [] && report.events == 108 && report.aggregates == 9)
        #expect(try await session.replayAll().faulty == 0)
        #expect(try await session.calendar().holidays.values.sorted() == ["Christmas", "New Year"])
        #expect(try await session.rules(of: SpecificationReference("former"))?.rules.trees.isEmpty == false)
        #expect(try await session.latestEvents(limit: 1_000).allSatisfy { !$0.text.contains("cannot read") })

        // A request of then is answered as then; somebody else's of the same text is another one.
        #expect(
            try await session.perform(.startCase(SpecificationReference("former"), data: nil), request: RequestID("start-1"))
                == .started(caseNumber: 1, status: .running))
        #expect(
            try await engine.local.perform(.startCase(SpecificationReference("former"), data: nil), request: RequestID("start-1"))
                == .started(caseNumber: 6, status: .running))

        // Calls go out once: what may have gone out before under the key of then, what was not under one of today.
        let waiting = try await engine.ledger.query { try await $0.outbox(tenant: .local, caseNumber: nil, limit: 100) }
        #expect(waiting.map(\.sentAs).count == 2 && waiting.compactMap(\.sentAs).count == 1)
        world.clock.advance(120_000)
        let work = Task { await BackgroundWork(keeper: engine.keeper).run() }
        // Case 2, which is suspended, keeps its timer.
        while try await session.timers().count > 1 || calls.keys.count < 2 {
            try await Task.sleep(for: .milliseconds(10))
        }
        work.cancel()
        await work.value
        #expect(calls.keys.count == 2 && calls.keys.contains(where: { $0 == waiting.compactMap(\.sentAs).first }))
        #expect(calls.keys.contains { $0.hasPrefix("mizzen/") && $0.contains("/1/service:4.") })

        // The worklet ends, and the case that waits for it goes on.
        guard case .itemStarted(let item) = try await session.perform(.startItem(WorkItemID(CaseID("5"), "S")), request: RequestID("s"))
        else {
            return
        }
        _ = try await session.perform(.completeItem(item, data: nil), request: RequestID("c"))
        #expect(try await session.caseDetail(2).row.status == .running)
        // The calendar's log goes on where it was.
        try await session.perform(
            .addHoliday(day: "2031-01-01", name: "later"), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("day"))
        #expect(try await session.removeRules(SpecificationReference("former"), request: RequestID("rules")).uri == "former")
        #expect(try await engine.keeper.verifyAudit().faults == [])
    }

    /// The last holiday of then, taken away: the former audit did not look.
    @Test(arguments: StoreWorld.Kind.both) func whatIsMissingFromAnOldLogIsFound(_ kind: StoreWorld.Kind) async throws {
        let world = try world(kind), engine = try await world.engine()
        #expect(try await engine.local.verifyAudit().faults == [])
        try world.sql("DELETE FROM \(kind == .sqlite ? "event" : "log") WHERE aggregate_id = -1 AND seq = 2")
        let fault = try #require(try await engine.local.verifyAudit().fault)
        #expect(fault.kind == "calendar" && fault.message.contains("ends with event 1"))
    }

    /// Killed in the middle, it is taken over by whoever opens it next.
    @Test(.timeLimit(.minutes(5)), arguments: StoreWorld.Kind.both) func takingOverIsAllOrNothing(_ kind: StoreWorld.Kind) async throws {
        let world = try world(kind)
        for moment in [0, 5, 10, 20, 40, 80] {
            let worker = try WorkerProcess(["serve", world.address])
            try await Task.sleep(for: .milliseconds(moment))
            worker.kill()
        }
        let engine = try await world.engine()
        #expect(try await engine.keeper.verifyAudit().faults == [])
        #expect(try await engine.local.calendar().holidays.count == 2)
    }
}
