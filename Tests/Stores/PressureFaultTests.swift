@testable import Engine
import Platform
import StoreSupport
import Foundation
@testable import PostgresStore
import Support
import Testing
import Workflow

/// A server that has no room for us, a snapshot held for long, a daemon told to end while it works (F19, F20, F25).
extension FaultTests {
    /// F19: all connections are somebody else's. Work waits in line and goes on when there is room.
    @Test func connectionsThatAreTakenAreWaitedFor() async throws {
        let small = try PostgresServer(settings: "max_connections=20")
        defer { small.stop() }
        let url = try small.newDatabase()
        let engine = WorkflowEngine(store: try await PostgresStore(ServerPlace(url)))
        try await CaseWork.load(engine)
        let others = (0 ..< 40).map { _ in Connection(ServerPlace(url), .maintenance) }
        let recovery = try await withThrowingTaskGroup(of: Duration?.self) { group in
            group.addTask {
                try await CaseWork.run(engine, cases: 30, lanes: 8)
                return nil
            }
            group.addTask {
                // Whoever is quicker has a free place; until nobody gets one.
                _ = try? await others[0].run(
                    [
                        Statement(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> \
                            pg_backend_pid() AND backend_type = 'client backend'
                            """)
                    ], tenant: .house)
                var taken = 0
                for other in others { if (try? await other.run([Statement("SELECT 1")], tenant: .house)) != nil { taken += 1 } }
                #expect(taken < others.count, "there was room for everybody")
                try await Task.sleep(for: .seconds(2))
                for other in others { await other.disconnect() }
                let released = ContinuousClock.now
                _ = try await CaseWork.insisting {
                    try await engine.local.perform(
                        .startCase(SpecificationReference("kill"), data: nil), request: RequestID("start-0"))
                }
                return ContinuousClock.now - released
            }
            return try await group.reduce(nil) { $0 ?? $1 }
        }
        try await CaseWork.check(engine, cases: 30)
        let time = try #require(recovery)
        print("connections exhausted for 2 s; serving again \(time) after they were free")
        #expect(time < .seconds(5))
    }

    /// F20: somebody reads for long and so keeps what is gone from being cleaned up. Claims stay as fast; the check names who it is.
    @Test func aSnapshotHeldForLongSlowsNoClaims() async throws {
        let count = Self.isLong ? 20_000 : 300
        let store = try await PostgresStore(ServerPlace(url))
        try await Self.fillOutbox(of: store, 2 * count)
        func claims(_ count: Int) async throws -> [Duration] {
            var times: [Duration] = []
            for _ in 0 ..< count {
                let start = ContinuousClock.now
                let moment = Int64.max / 2
                let entry = try #require(
                    try await store.claimOutbox(
                        OutboxClaim(kind: .service, name: "n", claimant: "c", now: moment, until: moment + 1, limit: 1)
                    ).first)
                times.append(ContinuousClock.now - start)
                try await store.settleOutbox(tenant: .local, request: entry.request, claimant: "c", .done)
            }
            return times.sorted()
        }
        _ = try await claims(count / 10)
        let before = try await claims(count * 9 / 10)
        let reader = Connection(ServerPlace(url), .maintenance)
        let pid = try await reader.run(
            [Statement("BEGIN ISOLATION LEVEL REPEATABLE READ"), Statement("SELECT pg_backend_pid()::bigint, count(*) FROM case_state")],
            tenant: .house)[1].first { $0.int() }
        let held = try await claims(count)
        let (p50, p99) = (before[before.count / 2], before[before.count * 99 / 100]),
            (h50, h99) = (held[held.count / 2], held[held.count * 99 / 100])
        print("claims: p50 \(p50), p99 \(p99); with a snapshot held: p50 \(h50), p99 \(h99)")
        #expect(h50 <= p50 * 2 && h99 <= p99 * 2 + .milliseconds(Self.isLong ? 0 : 20))
        let check = try await store.checkSettings(oldestSnapshot: 0).first { $0.name == "oldest snapshot" }
        #expect(check?.verdict == .advice && check?.advice.contains("pg_terminate_backend(\(pid ?? -1))") == true)
        #expect(try await store.checkSettings().first { $0.name == "oldest snapshot" }?.verdict == (Self.isLong ? check?.verdict : .good))
        await reader.disconnect()
    }

    /// F25: SIGTERM while 64 clients work. What was acknowledged is there, the rest never happened, shards are free for others at once.
    @Test func aDaemonToldToEndLeavesInOrder() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("kill.yawl")
        try Data(CaseWork.specification.utf8).write(to: URL(fileURLWithPath: file))
        let engine = try await engine()
        var longest = Duration.zero
        for round in 0 ..< (Self.isLong ? 20 : 2) {
            let daemon = try WorkerProcess(["serve", url, file], log: folder.path("\(round).log"))
            let wanted = Int64(100 * (round + 1))
            while try await engine.keeper.nodes().first?.shards != NodeRecord.shardCount { try await Task.sleep(for: .milliseconds(20)) }
            while try await engine.local.events(after: 0, limit: Int(wanted)).count < Int(wanted) {
                try await Task.sleep(for: .milliseconds(20))
            }
            let start = ContinuousClock.now
            let run = try daemon.end()
            longest = max(longest, ContinuousClock.now - start)
            #expect(run.isDone)
            for line in run.lines {
                let request = String(line.split(separator: " ").first ?? "")
                #expect(
                    try await engine.ledger.query { try await $0.reply(tenant: .local, to: RequestKey(.person("worker"), request)) } != nil,
                    "\(request) was acknowledged and is gone")
            }
            #expect(try await engine.keeper.nodes().isEmpty)
            #expect(try server.sql("SELECT count(*) FROM shard_lease", database: url) == "0")
        }
        #expect(longest < .seconds(10))
        print("a daemon told to end under 64 clients was gone after \(longest) at most")
        #expect(try await engine.local.replayAll().faulty == 0)
        #expect(try await engine.local.verifyAudit().fault == nil)
    }

    /// A case with so many entries in its outbox.
    private static func fillOutbox(of store: PostgresStore, _ count: Int) async throws {
        let event = NewEvent(kind: "k", at: 0, actor: "ann", format: 1, body: [], chain: [])
        let specification = SpecificationRecord(
            internalID: 1, id: SpecificationID(identifier: "U", version: SpecificationVersion("0.1"), uri: "s"), source: [],
            indexInFile: 0, loadedAt: 0, loadedBy: "ann", isLoaded: true, version: 1, chain: [])
        _ = try await store.commit([
            Step(.ofSpecification(1), after: 0, [event], request: "load", .specification(specification))
        ])
        for portion in 0 ..< (count + 999) / 1000 {
            let summary = CaseSummary(
                internalID: 2, number: 1, specification: 1, status: .running, version: Int64(portion + 1), startedAt: 0, startedBy: "ann",
                changedAt: 0, openItems: 0)
            var change = CaseChange(
                summary: summary, marking: [], markingHash: [], chain: [], variables: [], removedVariables: [], items: [], removedItems: [],
                awaitsOthers: nil, timers: [], removedTimers: [])
            change.outbox = (0 ..< 1000).map { n in
                OutboxRecord(
                    tenant: .local, caseNumber: 1, owner: .ofCase(2), request: RequestID("o\(portion)-\(n)"), kind: .service, name: "n",
                    item: nil,
                    body: [],
                    addedAt: 0, dueAt: Int64(portion * 1000 + n))
            }
            _ = try await store.commit([
                Step(.ofCase(2), after: Int64(portion), [event], request: "r\(portion)", .caseChange(change))
            ])
        }
    }
}
