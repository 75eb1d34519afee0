import Engine
import Foundation
import PostgresStore
import SQLiteStore
import Support
import Workflow

/// G8: the embedded store against a bare loop of the same statements and against PostgreSQL; what a transition writes to the log; what a
/// snapshot costs that somebody holds.
enum EmbeddedGate {
    private static let seconds = Double(PostgresBench.size("SECONDS", 4))

    static func run(_ server: PostgresServer) async throws {
        let steps = try await record()
        for clients in [1, 64] {
            try await Comparison(
                name: "G8, SQLite, \(clients) client\(clients == 1 ? "" : "s")", unit: "Steps per second, flushed", a: "engine",
                b: "a bare loop of the same statements, a commit each",
                goal: .least(0.8)
            ).run({ try await embedded(clients) * stepsPerTask }, { try await bareLoop(steps) })
        }
        try await Comparison(
            name: "G8, SQLite and PostgreSQL", unit: "Work items completed per second, 64 clients", a: "SQLite", b: "PostgreSQL",
            goal: .least(0.5)
        ).run(
            { try await embedded(64) }, { try await CompletionGates.rate(server, 64, writers: 4, isGrouping: true) })
        try await log(server)
        try await Comparison(
            name: "G8, a snapshot held", unit: "Work items completed per second, 64 clients", a: "while somebody holds a snapshot",
            b: "while nobody does", goal: .least(0.8)
        ).run(
            { try await held(server, true) }, { try await held(server, false) })
    }

    /// A case is started, and each item started and completed.
    private static let stepsPerTask = Double(2 * Clients.tasks + 1) / Double(Clients.tasks)

    private static func embedded(_ clients: Int) async throws -> Double {
        let folder = try TemporaryFolder()
        let engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("bench.db")))
        try await Clients.load(engine)
        _ = try await Clients(engine: engine, count: clients).run(seconds: 0.3)
        return try await Clients(engine: engine, count: clients).run(seconds: seconds).rate
    }

    private static func record() async throws -> [Step] {
        let folder = try TemporaryFolder()
        let store = RecordingStore(try SQLiteStore(path: folder.path("bench.db")), isSplitting: false)
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        for n in 0 ..< PostgresBench.size("CASES", 150) { _ = try await Clients.work(engine, "\(n)") }
        return store.steps
    }

    private static func bareLoop(_ steps: [Step]) async throws -> Double {
        let folder = try TemporaryFolder()
        let path = folder.path("bare.db")
        // Makes the tables.
        _ = try SQLiteStore(path: path)
        let loop = try BareSQLite(path: path)
        return Double(steps.count) / (try await milliseconds { for step in steps { try loop.commit(step) } }) * 1000
    }

    private static func log(_ server: PostgresServer) async throws {
        let url = try server.newDatabase(), yardstick = try server.newDatabase()
        try server.run("pgbench", ["-i", "-q", "-s", "10", yardstick])
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        func bytes(_ body: () async throws -> Int) async throws -> Double {
            try server.sql("CHECKPOINT")
            let before = try server.sql("SELECT pg_current_wal_lsn()")
            let count = try await body()
            return (Double(try server.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '\(before)')")) ?? .nan) / Double(count)
        }
        try await Comparison(
            name: "G8, log", unit: "Bytes of log per transition, 64 clients", a: "engine", b: "pgbench's TPC-B", goal: .most(1.2)
        ).run(
            { try await bytes { try await Clients(engine: engine, count: 64).run(seconds: seconds).times.count } },
            {
                try await bytes {
                    let text = try server.run(
                        "pgbench", ["-n", "-M", "prepared", "-c", "64", "-j", "2", "-T", "\(Int(seconds))", yardstick])
                    return text.firstMatch(of: /actually processed: (\d+)/).flatMap { Int($0.1) } ?? 0
                }
            })
        try await store.close()
    }

    private static func held(_ server: PostgresServer, _ isHeld: Bool) async throws -> Double {
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        let reader =
            isHeld
            ? Task.detached {
                _ = try? server.sql(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM case_state; SELECT pg_sleep(10000)", database: url)
            } : nil
        _ = try await Clients(engine: engine, count: 64).run(seconds: Double(PostgresBench.size("HELD", 6)))
        let rate = try await Clients(engine: engine, count: 64).run(seconds: seconds).rate
        try server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(10000)%' AND pid <> pg_backend_pid()")
        await reader?.value
        try await store.close()
        return rate
    }
}
