import Engine
import Platform

/// What was asked and answered before, and what is handed out: case numbers, ids, the store's name.
extension PostgresStore {
    public func identity() async throws(StoreError) -> String {
        guard let name = try await rows(tenant: .house, Statement("SELECT name FROM store_identity"))[0].first({ $0.text() }) else {
            throw StoreError(.unusable, "\(name) has lost its name; restore a backup")
        }
        return name
    }

    public func reply(tenant: TenantID, to request: RequestKey) async throws(StoreError) -> RecordedReply? {
        try await rows(
            tenant: tenant,
            Statement(
                "SELECT reply, fingerprint FROM request WHERE tenant_id = $1 AND req = $2", .int(tenant), .text(request.description)))[0]
            .first { RecordedReply(reply: $0.bytes(), fingerprint: $0.bytes()) }
    }

    public func dropReplies(before moment: Int64, limit: Int) async throws(StoreError) -> Int {
        let isAny =
            try await rows(tenant: .house, Statement("SELECT EXISTS(SELECT 1 FROM request WHERE at < $1)", .int(moment)))[0]
            .first { $0.bool() } ?? false
        guard isAny else { return 0 }
        return try await write(
            tenant: .house,
            Statement(
                """
                DELETE FROM request USING (SELECT ctid AS place FROM request WHERE at < $1 ORDER \
                BY at LIMIT $2 FOR UPDATE SKIP LOCKED) AS old
                WHERE request.ctid = old.place
                """, .int(moment), .int(limit)))[0].affected
    }

    /// Not flushed by itself: a number counts only once its case is committed, and what is committed later is flushed later.
    public func reserveCaseNumbers(tenant: TenantID, count: Int) async throws(StoreError) -> Int64 {
        try await unflushed(
            tenant,
            Statement(
                """
                INSERT INTO case_number AS c (tenant_id, next) VALUES ($1, 1 + $2)
                ON CONFLICT (tenant_id) DO UPDATE SET next = c.next + $2 RETURNING next - $2
                """, .int(tenant), .int(count))
        ).first { $0.int() } ?? 1
    }

    /// Not flushed by itself, as with case numbers. Who loses a number to somebody else at the same moment looks again.
    public func leaseNode(holder: String, now: Int64, until: Int64) async throws(StoreError) -> Int64? {
        for _ in 0 ..< 8 {
            let node = try await unflushed(
                .house,
                Statement(
                    """
                    WITH wanted AS MATERIALIZED (SELECT coalesce(
                      (SELECT node FROM id_lease WHERE holder = $1),
                      (SELECT node FROM id_lease WHERE until < $2 ORDER BY until LIMIT 1 FOR UPDATE SKIP LOCKED),
                      (SELECT n FROM generate_series(0, $4 - 1) AS n WHERE n NOT IN (SELECT node FROM id_lease) ORDER BY random() LIMIT 1))
                      AS node)
                    INSERT INTO id_lease AS l (node, holder, until) SELECT node, $1, $3 FROM wanted WHERE node IS NOT NULL
                    ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, until = excluded.until
                      WHERE l.holder = excluded.holder OR l.until < $2
                    RETURNING node
                    """, .text(holder), .int(now), .int(until), .int(NodeLease.count))
            ).first { $0.int() }
            if let node { return node }
            let isFull =
                try await rows(
                    tenant: .house, Statement("SELECT count(*) >= $2 FROM id_lease WHERE until >= $1", .int(now), .int(NodeLease.count)))[0]
                .first { $0.bool() } ?? false
            if isFull { return nil }
        }
        return nil
    }

    public func tenants() async throws(StoreError) -> [TenantID] {
        try await rows(
            tenant: .house,
            Statement(
                """
                SELECT tenant_id FROM specification UNION SELECT tenant_id FROM case_number UNION SELECT tenant_id FROM entity ORDER BY 1
                """))[0].map { TenantID(rawValue: $0.int()) }.filter { $0 != .house }
    }

    private func unflushed(_ tenant: TenantID, _ statement: Statement) async throws(StoreError) -> ResultRows {
        try await patiently(writers) { connection throws(PostgresError) in
            try await connection.run(
                [Statement("BEGIN"), Statement("SET LOCAL synchronous_commit = off"), statement, Statement("COMMIT")], tenant: tenant)
        }.results[2]
    }
}
