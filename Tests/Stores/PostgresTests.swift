@testable import Engine
import Platform
import Foundation
import Support
import Testing
import Workflow
@testable import PostgresStore

/// What only PostgreSQL has: roles, row-level security, a schema others may be ahead with, and ways not to be let in.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct PostgresTests {
    private let server: PostgresServer
    private let url: String

    init() throws {
        server = try PostgresServer.unsafe.get()
        url = try server.newDatabase()
    }

    @Test func theApplicationRoleSeesOneTenantAndCannotChangeTheLog() async throws {
        let store = try await PostgresStore(ServerPlace(url))
        try await CaseWork.load(WorkflowEngine(store: store))
        func seen(_ tenant: TenantID, _ sql: String) async throws -> Int64 {
            try await store.patiently(store.writers) { connection throws(PostgresError) in
                try await connection.run([Statement(sql)], tenant: tenant)
            }.results[0].first { $0.int() } ?? -1
        }
        #expect(try await seen(.local, "SELECT count(*) FROM specification") == 1)
        #expect(try await seen(TenantID(rawValue: 2), "SELECT count(*) FROM specification") == 0)
        #expect(try await seen(.house, "SELECT count(*) FROM specification") == 1)
        let error = await #expect(throws: StoreError.self) { try await seen(.local, "UPDATE log SET actor = 'bob' RETURNING 1") }
        #expect(error?.message.contains("permission denied") == true)
    }

    /// An owner who may not make roles works himself, and row-level security binds him all the same.
    @Test func anOwnerWhoMayNotMakeRolesIsBoundToo() async throws {
        let name = "plain_\(UUID().uuidString.prefix(6).lowercased())"
        try server.sql("CREATE ROLE \(name) LOGIN PASSWORD 'plain'")
        try server.sql("CREATE DATABASE \(name) OWNER \(name)")
        let store = try await PostgresStore(ServerPlace(server.url(name, user: name, password: "plain")))
        let engine = WorkflowEngine(store: store)
        try await CaseWork.load(engine)
        try await CaseWork.run(engine, cases: 3, lanes: 3)
        try await CaseWork.check(engine, cases: 3)
        let seen = try await store.patiently(store.readers) { connection throws(PostgresError) in
            try await connection.run([Statement("SELECT count(*) FROM case_state")], tenant: TenantID(rawValue: 2))
        }.results[0].first { $0.int() }
        #expect(seen == 0)
    }

    @Test func whatCannotBeOpenedSaysWhyInOneSentence() async throws {
        let cases: [(place: String, words: String)] = [
            (server.url("postgres", password: "wrong"), "password authentication failed"), (server.url("nowhere"), "does not exist"),
            ("postgresql://127.0.0.1:1/x", "Connection refused"), ("host=127.0.0.1 nonsense=1", "nonsense"),
        ]
        for entry in cases {
            let error = await #expect(throws: StoreError.self) { try await PostgresStore(ServerPlace(entry.place)) }
            #expect(error?.message.contains(entry.words) == true, "\(error?.message ?? "")")
            #expect(error?.kind == .unavailable && error?.message.contains("\n") == false && error?.message.contains("wrong") == false)
        }
    }

    @Test func aSchemaFromTheFutureIsRefused() async throws {
        _ = try await PostgresStore(ServerPlace(url))
        try server.sql("INSERT INTO mizzen_schema(version, name) VALUES (99, 'future')", database: url)
        let error = await #expect(throws: StoreError.self) { try await PostgresStore(ServerPlace(url)) }
        #expect(error?.kind == .unusable && error?.message.contains("newer mizzen") == true)
    }

    @Test func manyWhoOpenAnEmptyDatabaseMakeItsTablesOnce() async throws {
        let url = url
        let problems = await withTaskGroup(of: StoreError?.self) { group in
            for _ in 0 ..< 6 {
                group.addTask {
                    do throws(StoreError) {
                        _ = try await PostgresStore(ServerPlace(url), writers: 1, readers: 1)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { if let problem = $1 { $0.append(problem) } }
        }
        #expect(problems.isEmpty, "\(problems)")
        #expect(try server.sql("SELECT count(*) FROM mizzen_schema", database: url) == "\(Migration.all.count)")
    }

    /// A step looks its rows up by key however small its tables were when its plan was made, and changes no index of its case.
    @Test func stepsOfCasesAreHeapOnlyUpdates() async throws {
        let engine = WorkflowEngine(store: try await PostgresStore(ServerPlace(url)))
        try await CaseWork.load(engine)
        try await CaseWork.run(engine, cases: 20, lanes: 4)
        // Sessions tell what they did once they are idle.
        var counts: [Int] = []
        for _ in 0 ..< 200 where counts.first ?? 0 == 0 {
            try await Task.sleep(for: .milliseconds(20))
            counts =
                try server.sql(
                    "SELECT n_tup_upd || ' ' || n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'case_state'", database: url
                ).split(separator: " ").compactMap { Int($0) }
        }
        print("updates of case_state and how many of them HOT: \(counts)")
        #expect(counts.count == 2 && counts[0] > 0 && counts[1] * 2 > counts[0])
    }

    @Test func nodesAreListedWhileTheyServe() async throws {
        let store = try await PostgresStore(ServerPlace(url)), other = try await PostgresStore(ServerPlace(url))
        try await store.beat("a", host: "h", process: 1)
        try await other.beat("b", host: "h", process: 2)
        // Who came first gives back what is too much, who came second takes it.
        try await store.beat("a", host: "h", process: 1)
        try await other.beat("b", host: "h", process: 2)
        let nodes = try await other.nodes()
        #expect(nodes.map(\.id) == ["a", "b"])
        #expect(nodes.map(\.shards) == [NodeRecord.shardCount / 2, NodeRecord.shardCount / 2])
        try await store.leave("a")
        try await other.beat("b", host: "h", process: 2)
        #expect(try await other.nodes().map(\.shards) == [NodeRecord.shardCount])
    }

    /// The first schema had a row for each event.
    @Test func aLogOfSingleEventsIsTakenOver() async throws {
        let former = try String(
            contentsOfFile: URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Former/postgres-2.sql", encoding: .utf8)
        // The second schema's log, taken apart into the first one's.
        try server.sql(SchemaKeeper.script(Array(Migration.all.prefix(2))) + former, database: url)
        let before = try server.sql("SELECT sum(cardinality(kinds)) FROM log", database: url)
        let owner = "owner_\(UUID().uuidString.prefix(6).lowercased())"
        try server.sql("CREATE ROLE \(owner) LOGIN")
        try server.sql(
            """
            CREATE TABLE event(
              tenant_id bigint NOT NULL, aggregate_id bigint NOT NULL, seq bigint NOT NULL, position bigint NOT NULL,
              case_number bigint NOT NULL, at bigint NOT NULL, format integer NOT NULL, kind text NOT NULL, \
            actor text NOT NULL, req text NOT NULL, body bytea NOT NULL,
              chain bytea NOT NULL, PRIMARY KEY(tenant_id, aggregate_id, seq)) PARTITION BY RANGE (aggregate_id);
            CREATE TABLE event_other PARTITION OF event DEFAULT;
            CREATE TABLE event_2024_01 PARTITION OF event FOR VALUES FROM (0) TO (11233709568000000);
            INSERT INTO event(tenant_id, position, aggregate_id, case_number, seq, req, kind, at, actor, format, body, chain)
              SELECT l.tenant_id, l.position - cardinality(l.kinds) + e.n, l.aggregate_id, l.case_number,
                l.seq - cardinality(l.kinds) + e.n,
                l.req, e.kind, l.at, l.actor, l.format, e.body, e.chain
              FROM log AS l CROSS JOIN LATERAL unnest(l.kinds, l.bodies, l.chains) WITH ORDINALITY AS e(kind, body, chain, n);
            DROP TABLE log;
            DELETE FROM mizzen_schema WHERE version = 2;
            GRANT CREATE, USAGE ON SCHEMA public TO \(owner);
            DO $$ DECLARE name text; BEGIN
              FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace LOOP
              EXECUTE format('ALTER TABLE %s OWNER TO %I', name, '\(owner)'); END LOOP; END $$;
            """, database: url)
        let later = try await PostgresStore(ServerPlace(url))
        // One more, with which the log of the rules begins.
        #expect(try server.sql("SELECT sum(cardinality(kinds)) - 1 FROM log", database: url) == before)
        #expect(try server.sql("SELECT count(*) < sum(cardinality(kinds)) / 2 FROM log", database: url) == "t")
        // Whoever migrates, it belongs to whom it belonged, and months that are over stay apart.
        #expect(try server.sql("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'log_2024_01'", database: url) == owner)
        #expect(try server.sql("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'entity'", database: url) == owner)
        #expect(try await WorkflowEngine(store: later).keeper.verifyAudit().faults == [])
    }

    /// Daemons make the log's partitions ahead. One that may not goes on all the same.
    @Test func whoServesMakesRoomForTheMonthsToCome() async throws {
        let count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'log'::regclass"
        let engine = WorkflowEngine(store: try await PostgresStore(ServerPlace(url)))
        let all = try server.sql(count, database: url)
        try server.sql(
            "DO $$ DECLARE name text; BEGIN FOR name IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'log'::regclass LOOP "
                + "IF name <> 'log_other' THEN EXECUTE 'DROP TABLE ' || name; END IF; END LOOP; END $$", database: url)
        #expect(try server.sql(count, database: url) == "1")
        try server.sql("CREATE ROLE daemon_\(server.port) LOGIN PASSWORD 'x' IN ROLE mizzen_application")
        let bound = WorkflowEngine(
            store: try await PostgresStore(
                ServerPlace(url.replacing("postgres:secret%20of%20the%20tests", with: "daemon_\(server.port):x"))))
        func serving(_ engine: WorkflowEngine) async throws {
            let service = Task { await NodeService(keeper: engine.keeper, id: "n").run() }
            while try await engine.keeper.nodes().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            service.cancel()
            await service.value
        }
        try await serving(bound)
        #expect(try server.sql(count, database: url) == "1")
        try await serving(engine)
        #expect(try server.sql(count, database: url) == all)
    }

    @Test func connectionStringsNameAServerAndPathsAFile() {
        for text in ["pg", "postgresql://h/d", "postgres://h", "host=h dbname=d", "service=work"] {
            #expect(StoreAddress(text) != .file(text))
        }
        for text in ["work.db", "/a=b/work.db", "./pg", "x=1"] { #expect(StoreAddress(text) == .file(text)) }
        #expect(ServerPlace("host=db.example user=ann password=secret dbname=work").description == "postgresql://ann@db.example:5432/work")
    }
}
