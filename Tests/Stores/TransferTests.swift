import Engine
import StoreSupport
import Foundation
import GRDB
import PostgresStore
import SQLiteStore
import Support
import Testing
import Workflow

/// Backups from one store into the other and back, and the proof that nobody changed the log (F23, F24).
@Suite struct TransferTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func engine(_ store: any Store) -> WorkflowEngine {
        WorkflowEngine(
            store: store,
            options: {
                var options = WorkflowEngine.Options(services: ServiceDirectory(services: [Gateway.automated: EchoService()]))
                options.openFile = { path throws(StoreError) in try SQLiteStore(path: path) }
                return options
            }())
    }

    private func fill(_ engine: WorkflowEngine, open: Int = 0) async throws {
        for text in [CaseWork.specification, TestSpecifications.wide] {
            _ = try await engine.local.perform(
                .loadSpecification(source: Array(text.utf8), file: "test.yawl"), request: RequestID("load-\(text.count)"))
        }
        _ = try await engine.local.perform(
            .addHoliday(day: "2030-01-01", name: "é"), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("holiday"))
        try await CaseWork.run(engine, cases: 12, lanes: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 32 {
                group.addTask {
                    for n in stride(from: lane, to: open, by: 32) {
                        _ = try await engine.local.perform(
                            .startCase(SpecificationReference(n % 2 == 0 ? "wide" : "kill"), data: nil),
                            request: RequestID("open-\(n)"))
                    }
                }
            }
            try await group.waitForAll()
        }
        for n in 0 ..< 5 {
            guard
                case .started(let number, _) = try await engine.local.perform(
                    .startCase(SpecificationReference("wide"), data: nil), request: RequestID("w\(n)"))
            else { continue }
            for kind in 0 ..< n {
                guard let item = try await engine.local.items(ofCase: number).first else { continue }
                _ = try? await engine.local.perform(.startItem(item.id), request: RequestID("s\(n)-\(kind)"))
                if let executing = try await engine.local.items(ofCase: number).first(where: { $0.status == .executing }) {
                    _ = try? await engine.local.perform(
                        .completeItem(executing.id, data: nil), request: RequestID("c\(n)-\(kind)"))
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func fromPostgreSQLToAFileAndBackNothingChanges() async throws {
        guard PostgresServer.isInstalled else { return PostgresServer.reportAbsence("backup and restore between stores") }
        let server = try PostgresServer.unsafe.get()
        let first = engine(try await PostgresStore(ServerPlace(try server.newDatabase())))
        // Most cases are open ones.
        try await fill(first, open: ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 0 : 10_000)
        let cases = try await first.local.cases().count, start = ContinuousClock.now
        let file = folder.path("backup.db")
        let copied = try await first.keeper.backup(to: file)
        #expect(copied.rows > 200)
        #expect(copied.hash == (try await first.keeper.measure()).hash)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.contains("partial") } == [])

        let embedded = engine(try SQLiteStore(path: folder.path("embedded.db")))
        #expect(try await embedded.keeper.restore(from: file).hash == copied.hash)
        #expect(try await embedded.local.replayAll().faulty == 0)

        let second = engine(try await PostgresStore(ServerPlace(try server.newDatabase())))
        #expect(try await second.keeper.restore(from: file).hash == copied.hash)
        print(
            """
            \(cases) cases, \(copied.rows) rows from PostgreSQL to a file, to SQLite and to PostgreSQL in \
            \(ContinuousClock.now - start): \(copied.hash.prefix(16)) everywhere
            """
        )
        #expect(try await second.local.verifyAudit().fault == nil)
        // Work goes on, and what is logged comes after what was.
        let last = try await second.local.events(limit: 1_000_000).last?.position ?? 0
        _ = try await second.local.perform(.startCase(SpecificationReference("wide"), data: nil), request: RequestID("new"))
        // They are read once no transaction that began before is under way, in this database or another one.
        while try await second.local.events(after: last, limit: 10).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        let error = await #expect(throws: EngineError.self) { try await second.keeper.restore(from: file) }
        #expect(error?.message.contains("not empty") == true)
    }

    @Test func aBackupIsNotWrittenOverAFile() async throws {
        let store = engine(try SQLiteStore(path: folder.path("a.db")))
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path("b.db")))
        let error = await #expect(throws: EngineError.self) { try await store.keeper.backup(to: folder.path("b.db")) }
        #expect(error?.code == "file-exists")
    }

    /// F24: one bit of one event.
    @Test func oneBitInOneEventIsFound() async throws {
        let path = folder.path("audit.db")
        let engine = engine(try SQLiteStore(path: path))
        try await fill(engine)
        #expect(try await engine.local.verifyAudit().fault == nil)
        let events = try await engine.local.verifyAudit().events
        var random = SeededRandom(7)
        let database = try DatabaseQueue(path: path)
        for _ in 0 ..< 20 {
            let position = 1 + Int64(random.roll(Int(events)))
            let found = try database.read {
                try Row.fetchOne($0, sql: "SELECT body, case_number, seq FROM event WHERE position = ?", arguments: [position])
            }
            let row = try #require(found)
            let body: Data = row["body"]
            var changed = body
            changed[random.roll(body.count)] ^= 1 << UInt8(random.roll(8))
            let written = changed
            try await database.write {
                try $0.execute(sql: "UPDATE event SET body = ? WHERE position = ?", arguments: [written, position])
            }
            let report = try await engine.local.verifyAudit()
            let fault = try #require(report.fault)
            #expect(fault.caseNumber == row["case_number"] && fault.sequence == row["seq"])
            try await database.write { try $0.execute(sql: "UPDATE event SET body = ? WHERE position = ?", arguments: [body, position]) }
        }
        // The last event of a case taken away, which no hash after it tells of.
        let newest = try await engine.local.cases().first
        let number = try #require(newest).number
        try await database.write {
            try $0.execute(
                sql: "DELETE FROM event WHERE case_number = ? AND seq = (SELECT max(seq) FROM event WHERE case_number = ?)",
                arguments: [number, number])
        }
        #expect(try await engine.local.verifyAudit().fault?.caseNumber == number)
        #expect(try await engine.local.verifyAudit(case: number).fault != nil)
    }
}
