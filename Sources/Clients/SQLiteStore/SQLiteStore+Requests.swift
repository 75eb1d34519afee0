import Engine
import Foundation
import GRDB
import Platform

/// What was asked and answered before, and what is handed out: case numbers, ids, the store's name.
extension SQLiteStore {
    public func identity() async throws(StoreError) -> String {
        try await read { database in
            guard let name = try String.fetchOne(database.cachedStatement(sql: "SELECT name FROM store_identity")) else {
                throw StoreError(.unusable, "the store has lost its name; restore a backup")
            }
            return name
        }
    }

    public func reply(tenant: TenantID, to request: RequestKey) async throws(StoreError) -> RecordedReply? {
        try await read { try Self.reply(tenant: tenant, to: request, $0) }
    }

    static func reply(tenant: TenantID, to request: RequestKey, _ database: Database) throws -> RecordedReply? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT reply, fingerprint FROM request WHERE tenant_id = ? AND req = ?"),
            arguments: [tenant.rawValue, request.description]
        ).map { RecordedReply(reply: $0.bytes("reply"), fingerprint: $0.bytes("fingerprint")) }
    }

    public func dropReplies(before moment: Int64, limit: Int) async throws(StoreError) -> Int {
        // Most times there is nothing to drop, and looking must not take the file's one writer.
        let isAny = try await read { database in
            try Bool.fetchOne(
                database.cachedStatement(sql: "SELECT EXISTS(SELECT 1 FROM request WHERE at < ?)"), arguments: [moment]) ?? false
        }
        guard isAny else { return 0 }
        return try await write { database in
            try database.cachedStatement(
                sql: """
                    DELETE FROM request WHERE (tenant_id, req) IN (SELECT tenant_id, req FROM request WHERE at < ? ORDER BY at LIMIT ?)
                    """
            ).execute(arguments: [moment, limit])
            return database.changesCount
        }
    }

    public func reserveCaseNumbers(tenant: TenantID, count: Int) async throws(StoreError) -> Int64 {
        try await write { database in
            let first =
                try Int64.fetchOne(
                    database.cachedStatement(sql: "SELECT next FROM case_number WHERE tenant_id = ?"), arguments: [tenant.rawValue])
                ?? 1
            try database.cachedStatement(
                sql: "INSERT INTO case_number(tenant_id, next) VALUES (?, ?) ON CONFLICT DO UPDATE SET next = excluded.next"
            )
            .execute(arguments: [tenant.rawValue, first + Int64(count)])
            return first
        }
    }

    public func leaseNode(holder: String, now: Int64, until: Int64) async throws(StoreError) -> Int64? {
        try await write { database in
            let node = try Int64.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT coalesce(
                          (SELECT node FROM id_lease WHERE holder = ?1),
                          (SELECT node FROM id_lease WHERE until < ?2 ORDER BY until LIMIT 1),
                          (SELECT node FROM (SELECT coalesce(max(node) + 1, 0) AS node FROM id_lease) WHERE node < ?3))
                        """), arguments: [holder, now, NodeLease.count])
            guard let node else { return nil }
            try database.cachedStatement(
                sql: """
                    INSERT INTO id_lease(node, holder, until) VALUES (?, ?, ?)
                    ON CONFLICT(node) DO UPDATE SET holder = excluded.holder, until = excluded.until
                    """
            ).execute(arguments: [node, holder, until])
            return node
        }
    }

    public func tenants() async throws(StoreError) -> [TenantID] {
        try await read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT tenant_id FROM specification UNION SELECT tenant_id FROM case_number \
                    UNION SELECT tenant_id FROM entity ORDER BY 1
                    """
            ).filter { $0 != TenantID.house.rawValue }.map { TenantID(rawValue: $0) }
        }
    }
}
