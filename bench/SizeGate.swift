import Engine
import Platform
import Foundation
import PostgresStore
import Support
import Workflow

/// G5: what a transition costs must not depend on how many cases are open.
enum SizeGate {
    private static let seconds = Double(PostgresBench.size("SECONDS", 4))

    static func run(_ server: PostgresServer) async throws {
        let many = PostgresBench.size("OPEN", 100_000), few = 1000
        let large = try await database(server, many), small = try await database(server, few)
        var costs: [(name: String, large: Samples, small: Samples, goal: Double)] = [
            ("p50, ms", Samples(), Samples(), 1.25), ("p99, ms", Samples(), Samples(), 1.25),
            ("buffers per transition", Samples(), Samples(), 1.25),
            ("bytes of log per transition", Samples(), Samples(), 1.25),
        ]
        var memory: [Double] = []
        func measure(_ url: String, _ isLarge: Bool) async throws -> Double {
            let store = try await PostgresStore(ServerPlace(url))
            let engine = WorkflowEngine(store: store)
            _ = try await Clients(engine: engine, count: 16).run(seconds: 0.5)
            try server.sql("CHECKPOINT")
            try server.sql("SELECT pg_stat_statements_reset()", database: url)
            let (rate, times) = try await Clients(engine: engine, count: 16).run(seconds: seconds)
            let used = try server.sql(
                """
                SELECT sum(shared_blks_hit + shared_blks_read), sum(wal_bytes) FROM pg_stat_statements WHERE dbid = \
                (SELECT oid FROM pg_database WHERE datname = current_database())
                """, database: url
            ).split(separator: "|").map { Double($0) ?? 0 }
            for (index, cost) in ([times.quantile(0.5), times.quantile(0.99)] + used.map { $0 / Double(times.count) }).enumerated()
            where index < costs.count {
                if isLarge { costs[index].large.add(cost) } else { costs[index].small.add(cost) }
            }
            memory.append(Self.residentMegabytes)
            try await store.close()
            return rate
        }
        try await Comparison(
            name: "G5, 16 clients", unit: "Work items completed per second", a: "\(many) open cases", b: "\(few) open cases",
            goal: .least(0.8)
        ).run(
            { try await measure(large, true) }, { try await measure(small, false) })
        print("| per transition | \(many) open | \(few) open | ratio | goal |\n|---|---|---|---|---|")
        for cost in costs {
            let ratio = cost.large.quantile(0.5) / cost.small.quantile(0.5)
            print(
                """
                | \(cost.name) | \(cost.large.text) | \(cost.small.text) | \(Samples.number(ratio)) | ≤ \
                \(cost.goal): \(ratio <= cost.goal ? "met" : "missed") |
                """
            )
        }
        print(
            """
            \nThe process grew by \(Samples.number((memory.max() ?? 0) - (memory.min() ?? 0))) MiB over all \
            rounds (goal ≤ 64 more with many open cases than with few).

            """
        )
    }

    /// A database with so many cases of the same kind that nobody works on.
    static func database(_ server: PostgresServer, _ open: Int) async throws -> String {
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        _ = try await engine.session(for: EngineBench.principal).perform(
            .startCase(SpecificationReference("bench"), data: nil), request: RequestID("one"))
        // Numbers for those the server makes itself.
        _ = try await store.reserveCaseNumbers(tenant: .local, count: open)
        try server.sql(
            """
            CREATE EXTENSION pg_stat_statements;
            CREATE TEMP TABLE one AS SELECT * FROM case_state; CREATE TEMP TABLE its AS SELECT * FROM work_item; \
            CREATE TEMP TABLE steps AS SELECT * FROM log WHERE case_number = 1;
            INSERT INTO case_state(tenant_id, case_id, number, spec_id, version, started_at, changed_at, open_items, status, \
            started_by, marking, marking_hash, chain)
              SELECT tenant_id, case_id + n, number + n, spec_id, version, started_at, changed_at, \
            open_items, status, started_by, marking, marking_hash, chain
              FROM one, generate_series(1, \(open)) AS n;
            INSERT INTO work_item(tenant_id, case_id, item, net, net_name, status, enabled_at)
              SELECT tenant_id, case_id + n, (n + 1) || ':T1', (n + 1)::text, net_name, status, enabled_at \
            FROM its, generate_series(1, \(open)) AS n;
            INSERT INTO log(tenant_id, aggregate_id, seq, position, case_number, at, format, actor, req, kinds, bodies, chains)
              SELECT tenant_id, aggregate_id + n, seq, position, case_number + n, at, format, actor, req, kinds, bodies, \
            chains FROM steps, generate_series(1, \(open)) AS n;
            INSERT INTO request(tenant_id, req, at, reply) SELECT 1, 'seed-' || n, 0, '' FROM generate_series(1, \(open)) AS n;
            """, database: url)
        try server.sql("VACUUM ANALYZE", database: url)
        try await store.close()
        return url
    }

    private static var residentMegabytes: Double {
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first.flatMap {
                Double($0)
            } ?? 0
        return pages * 4096 / 1_048_576
    }
}
