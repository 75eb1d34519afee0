import Engine
import Platform

/// Who serves the database, and the schema and settings it needs.
extension PostgresStore: SharedStore {
    public var migrationScript: String { SchemaKeeper.script }

    public func migrate() async throws(StoreError) -> [String] {
        let keeper = SchemaKeeper(connection: Connection(place, .maintenance), name: name)
        let done = try await keeper.migrate().map { "\($0.version) \($0.name)" }
        try await keeper.makePartitions()
        return done
    }

    public func prepareMonths() async throws(StoreError) {
        try await SchemaKeeper(connection: Connection(place, .maintenance), name: name).makePartitions()
    }

    /// All by the database's clock. A share is what everybody who is there would get, at least; who has more gives it back, who comes takes
    /// from nobody.
    public func beat(_ node: NodeRecord.ID, host: String, process: Int64) async throws(StoreError) {
        let now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
        let share = "(SELECT ceil($3::float8 / greatest(1, count(*)))::bigint FROM node WHERE beat_at > \(now) - $2)"
        try await write(
            tenant: .house,
            Statement(
                """
                INSERT INTO node(node_id, host, pid, since, beat_at, committed, rate) VALUES ($1, $2, $3, \(now), \(now), $4, 0)
                ON CONFLICT (node_id) DO UPDATE SET beat_at = excluded.beat_at, committed = excluded.committed,
                  rate = 1000.0 * (excluded.committed - node.committed) / greatest(1, excluded.beat_at - node.beat_at)
                """, .text(node), .text(host), .int(process), .int(committed.value)),
            Statement(
                """
                DELETE FROM node WHERE beat_at < \(now) - 3600000
                """),
            Statement(
                """
                DELETE FROM shard_lease WHERE holder = $1 AND shard NOT IN (SELECT shard FROM \
                shard_lease WHERE holder = $1 ORDER BY shard LIMIT \(share))
                """, .text(node), .int(NodeRecord.lease), .int(NodeRecord.shardCount)),
            Statement(
                """
                INSERT INTO shard_lease AS l (shard, holder, epoch, until)
                SELECT s, $1, 1, \(now) + $2 FROM generate_series(0, $3 - 1) AS s LEFT JOIN shard_lease held ON held.shard = s
                WHERE held.holder = $1 OR coalesce(held.until, 0) < \(now)
                ORDER BY held.holder IS DISTINCT FROM $1, s
                LIMIT \(share)
                ON CONFLICT (shard) DO UPDATE SET holder = excluded.holder, until = excluded.until,
                  epoch = l.epoch + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END
                  WHERE l.holder = excluded.holder OR l.until < \(now)
                """, .text(node), .int(NodeRecord.lease), .int(NodeRecord.shardCount)))
    }

    public func leave(_ node: NodeRecord.ID) async throws(StoreError) {
        try await write(
            tenant: .house, Statement("DELETE FROM shard_lease WHERE holder = $1", .text(node)),
            Statement("DELETE FROM node WHERE node_id = $1", .text(node)))
    }

    public func nodes() async throws(StoreError) -> [NodeRecord] {
        try await rows(
            tenant: .house,
            Statement(
                """
                SELECT node_id, host, pid, since, beat_at, committed, (rate * 1000)::bigint,
                  (SELECT count(*) FROM shard_lease WHERE holder = node_id AND until > \
                (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
                FROM node ORDER BY since, node_id
                """))[0].map { row in
                NodeRecord(
                    id: row.text(), host: row.text(), process: row.int(), since: row.int(), beatAt: row.int(), committed: row.int(),
                    rate: Double(row.int()) / 1000, shards: Int(row.int()))
            }
    }

    public func checkSettings() async throws(StoreError) -> [SettingCheck] { try await checkSettings(oldestSnapshot: 30) }

    /// What a server should be set to. What sessions set for themselves is not among it.
    /// - Parameter limit: seconds for which a snapshot may be held before it is named.
    func checkSettings(oldestSnapshot limit: Int64) async throws(StoreError) -> [SettingCheck] {
        let values = try await rows(
            tenant: .house,
            Statement(
                """
                SELECT name, setting, coalesce(unit, '') FROM pg_settings WHERE name = ANY($1)
                """, .texts(SettingRule.all.map(\.name))))[0].map { row in (name: row.text(), value: row.text(), unit: row.text()) }
        let facts = try await rows(
            tenant: .house,
            Statement(
                """
                SELECT current_user::text, rolsuper OR rolbypassrls, EXISTS(SELECT 1 FROM pg_class \
                WHERE relname = 'case_state' AND relowner = pg_roles.oid)
                FROM pg_roles WHERE rolname = current_user
                """))[0].first { row in (user: row.text(), isFree: row.bool(), isOwner: row.bool()) }
        var checks = SettingRule.all.compactMap { rule in
            values.first { $0.name == rule.name }.map { rule.check($0.value, unit: $0.unit) }
        }
        if let facts {
            checks.append(
                facts.isFree || facts.isOwner
                    ? SettingCheck(
                        name: "role", value: facts.user, verdict: .advice,
                        advice: "rows are read as their owner or a superuser; connect as a role that may "
                            + "become \(SessionSettings.applicationRole), so that row-level security is a wall")
                    : SettingCheck(name: "role", value: facts.user, verdict: .good))
        }
        checks.append(try await checkSnapshots(limit))
        return checks
    }
}

extension PostgresStore {
    /// Who has held a snapshot for longest. Asked as who logged in: the application role may not see for how long others work. Who logged
    /// in may not either where he is nobody; how many transactions went by since then everybody may see.
    private func checkSnapshots(_ limit: Int64) async throws(StoreError) -> SettingCheck {
        let connection = Connection(place, .maintenance), oldest: (pid: Int64, seconds: Int64?, transactions: Int64)?
        do {
            oldest = try await connection.run(
                [
                    Statement(
                        """
                        SELECT pid::bigint, extract(epoch FROM clock_timestamp() - xact_start)::bigint, \
                        age(backend_xmin)::bigint FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT \
                        NULL ORDER BY age(backend_xmin) DESC, xact_start LIMIT 1
                        """)
                ], tenant: .house)[0].first { ($0.int(), $0.intOrNil(), $0.int()) }
        } catch {
            throw error.storeError(name)
        }
        await connection.disconnect()
        guard let oldest else { return SettingCheck(name: "oldest snapshot", value: "none", verdict: .good) }
        let value = oldest.seconds.map { "\($0) s" } ?? "\(oldest.transactions) transactions"
        guard oldest.seconds.map({ $0 >= limit }) ?? (oldest.transactions >= 100_000) else {
            return SettingCheck(name: "oldest snapshot", value: value, verdict: .good)
        }
        return SettingCheck(
            name: "oldest snapshot", value: value, verdict: .advice,
            advice: "session \(oldest.pid) holds a snapshot for so long that nothing can be "
                + "cleaned up; end it: SELECT pg_terminate_backend(\(oldest.pid))")
    }
}

/// What a setting of the server should be.
private struct SettingRule {
    let name: String
    let verdict: SettingCheck.Verdict
    let advice: String
    let isGood: @Sendable (_ value: String) -> Bool

    static let all: [SettingRule] = [
        SettingRule(name: "fsync", verdict: .bad, advice: "set fsync = on: a power cut loses and damages data") { $0 == "on" },
        SettingRule(name: "full_page_writes", verdict: .bad, advice: "set full_page_writes = on: a power cut can leave torn pages") {
            $0 == "on"
        },
        SettingRule(name: "synchronous_commit", verdict: .bad, advice: "set synchronous_commit = on: an acknowledged step could be lost") {
            $0 != "off"
        },
        SettingRule(name: "autovacuum", verdict: .bad, advice: "set autovacuum = on: queues grow slower and slower without it") {
            $0 == "on"
        },
        SettingRule(
            name: "max_wal_size", verdict: .advice,
            advice: "set max_wal_size = 4GB or more: checkpoints that come often triple what is written"
        ) {
            (Int($0) ?? 0) >= 4096
        },
        SettingRule(name: "checkpoint_timeout", verdict: .advice, advice: "set checkpoint_timeout = 15min, for the same reason") {
            (Int($0) ?? 0) >= 900
        },
        SettingRule(name: "wal_compression", verdict: .advice, advice: "set wal_compression = lz4 (or on): less is written for each step") {
            $0 != "off"
        },
        SettingRule(name: "idle_in_transaction_session_timeout", verdict: .good, advice: "") { _ in true },
        SettingRule(name: "statement_timeout", verdict: .good, advice: "") { _ in true },
    ]

    func check(_ value: String, unit: String) -> SettingCheck {
        let text = unit.isEmpty ? value : "\(value) \(unit)"
        return isGood(value)
            ? SettingCheck(name: name, value: text, verdict: .good)
            : SettingCheck(name: name, value: text, verdict: verdict, advice: advice)
    }
}
