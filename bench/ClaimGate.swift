import Engine
import Platform
import Foundation
import PostgresStore
import Support
import Synchronization
import Workflow

/// G4: 64 workers claim from a queue; how long the queue is must not matter, and nothing is claimed twice.
enum ClaimGate {
    private static let workers = 64
    private static let seconds = Double(PostgresBench.size("SECONDS", 4))

    static func run(_ server: PostgresServer) async throws {
        let many = PostgresBench.size("OPEN", 100_000), few = 1000
        let large = try await queue(server, many), small = try await queue(server, few)
        var spread = Samples(), claimed = Set<String>(), twice = 0
        func measure(_ url: String) async throws -> Double {
            let store = try await PostgresStore(ServerPlace(url), writers: 8)
            // Connections are made and plans prepared.
            _ = try await claims(store, for: 0.3)
            let (rate, times, requests) = try await claims(store, for: seconds)
            try await store.close()
            for request in requests where !claimed.insert(request).inserted { twice += 1 }
            spread.add(times.quantile(0.99) / times.quantile(0.5))
            return rate
        }
        try await Comparison(
            name: "G4, \(workers) workers", unit: "Entries claimed and done per second", a: "\(many) open", b: "\(few) open",
            goal: .least(0.75)
        ).run(
            { try await measure(large) }, { try await measure(small) })
        print(
            """
            p99 is \(spread.text) times p50 (goal ≤ 4: \(spread.quantile(0.5) <= 4 ? "met" : "missed")); \(twice) of \
            \(claimed.count) claimed twice (goal 0: \(twice == 0 ? "met" : "missed")).

            """
        )
    }

    private static func claims(
        _ store: PostgresStore, for seconds: Double
    ) async throws -> (rate: Double, times: Samples, requests: [String]) {
        let start = ContinuousClock.now, end = start + .seconds(seconds)
        let all = try await withThrowingTaskGroup(of: [(String, Double)].self) { group in
            for worker in 0 ..< workers {
                group.addTask {
                    var done: [(String, Double)] = []
                    while ContinuousClock.now < end {
                        let from = ContinuousClock.now, moment = try await store.now()
                        let entries = try await store.claimOutbox(
                            OutboxClaim(kind: .service, name: "n", claimant: "w\(worker)", now: moment, until: moment + 60_000, limit: 1))
                        guard let entry = entries.first else { break }
                        done.append((entry.request.description, (ContinuousClock.now - from) / .milliseconds(1)))
                        // A queue stays as long as it was: what is done comes back under another name, at its end.
                        try await store.settleOutbox(tenant: .local, request: entry.request, claimant: "w\(worker)", .done)
                    }
                    return done
                }
            }
            return try await group.reduce([]) { $0 + $1 }
        }
        var times = Samples()
        for entry in all { times.add(entry.1) }
        return (Double(all.count) / ((ContinuousClock.now - start) / .seconds(1)), times, all.map(\.0))
    }

    /// A database with a case and so many entries in its outbox that wait; behind them what rounds take, so that few stay few.
    private static func queue(_ server: PostgresServer, _ open: Int) async throws -> String {
        let url = try server.newDatabase()
        let engine = try await Clients.open(url)
        _ = try await engine.session(for: EngineBench.principal).perform(
            .startCase(SpecificationReference("bench"), data: nil), request: RequestID("one"))
        try server.sql(
            """
            INSERT INTO outbox(tenant_id, req, case_id, kind, name, item, body, added_at, state, due_at, attempts)
            SELECT 1, 'o' || md5(random()::text) || n, case_id, 0, 'n', NULL, '', n, 0, n, 0 \
            FROM case_state, generate_series(1, \(open)) AS n;
            CREATE FUNCTION refill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO outbox(tenant_id, req, case_id, kind, name, item, body, added_at, state, due_at, attempts)
              VALUES (1, 'o' || md5(random()::text), old.case_id, 0, 'n', NULL, '', 0, 0, \
            (extract(epoch FROM clock_timestamp()) * 1000)::bigint, 0);
              RETURN NULL;
            END $$;
            CREATE TRIGGER refill AFTER DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refill();
            ANALYZE outbox;
            """, database: url)
        return url
    }
}
