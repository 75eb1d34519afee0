import Engine
import StoreSupport
import Foundation
import PostgresStore
import SQLiteStore
import Support
import Testing
import Workflow

/// A disk that gets full (F11): one sentence, nothing half-written, everything can still be read, and work goes on once there is space.
extension FaultTests {
    @Test(arguments: ["sqlite", "postgresql"]) func aFullDiskIsSaidAndOutlasted(_ kind: String) async throws {
        guard let disk = try SmallDisk(megabytes: 24) else {
            return print("NO MOUNT: a full disk under \(kind) not tried; it takes root and mount(8)")
        }
        let url = kind == "postgresql" ? try server.newDatabase(in: disk.makeTablespace(on: server)) : ""
        let store: any Store = kind == "sqlite" ? try SQLiteStore(path: disk.path("full.db")) : try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        try await CaseWork.load(engine)
        try await CaseWork.run(engine, cases: 4, lanes: 2)
        var finished = 4
        try disk.fill()
        // There may be room for a few more in what was set aside before.
        var refusal: EngineError?
        for n in 0 ..< 2000 where refusal == nil {
            do throws(EngineError) {
                _ = try await engine.local.perform(
                    .startCase(SpecificationReference("kill"), data: nil), request: RequestID("start-full\(n)"))
                finished += 1
            } catch {
                refusal = error
            }
        }
        let error = try #require(refusal, "the disk did not get full")
        #expect(error.kind == .unavailable && error.message.contains("disk is full") && !error.message.contains("\n"), "\(error.message)")
        // Reading goes on, and what was not acknowledged is not there.
        #expect(try await engine.local.cases().count == finished)
        let rows = try await engine.local.events(limit: 1_000_000).count
        // The server may have found a little room meanwhile: then it is done whole, else not at all.
        do throws(EngineError) {
            _ = try await engine.local.perform(
                .startCase(SpecificationReference("kill"), data: nil), request: RequestID("start-again"))
            finished += 1
            #expect(try await engine.local.events(limit: 1_000_000).count > rows)
        } catch {
            #expect(error.kind == .unavailable, "\(error)")
            #expect(try await engine.local.events(limit: 1_000_000).count == rows)
        }
        #expect(try await engine.local.cases().count == finished)

        try disk.makeRoom()
        let start = ContinuousClock.now
        try await CaseWork.run(engine, cases: finished + 8, lanes: 4, name: "full")
        print(
            """
            \(kind): full after \(finished) cases: \(error.message)
            working again, and all done, \(ContinuousClock.now - start) after there was space
            """
        )
        #expect(try await engine.local.replayAll().faulty == 0)
        #expect(try await engine.local.verifyAudit().fault == nil)
        if kind == "postgresql" {
            try await (store as? PostgresStore)?.close()
            try server.sql("DROP DATABASE \(url.split(separator: "/").last ?? "") WITH (FORCE)")
            try disk.dropTablespace(on: server)
        }
    }
}
