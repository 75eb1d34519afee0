import Engine
import Foundation
import GRDB
import Platform

/// Entities of every kind: one row each, with rows for its unique keys, the fields it is listed by, and the words it is found by.
extension SQLiteStore {
    public func entity(tenant: TenantID, kind: String, id: Int64) async throws(StoreError) -> EntityRecord? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(sql: "SELECT * FROM entity WHERE tenant_id = ? AND kind = ? AND entity_id = ?"),
                arguments: [tenant.rawValue, kind, id]
            ).map(EntityRecord.init(row:))
        }
    }

    public func entity(tenant: TenantID, kind: String, holding key: EntityKey) async throws(StoreError) -> EntityRecord? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT entity.* FROM entity_key JOIN entity USING (tenant_id, kind, entity_id)
                        WHERE tenant_id = ? AND kind = ? AND key = ? AND value = ?
                        """), arguments: [tenant.rawValue, kind, key.name, key.value]
            ).map(EntityRecord.init(row:))
        }
    }

    public func entities(_ query: EntityQuery) async throws(StoreError) -> [EntityRecord] {
        let (sql, arguments) = EntitySelect.statement(query)
        return try await read { database in
            try Array(Row.fetchCursor(database, sql: sql, arguments: arguments).map(EntityRecord.init(row:)))
        }
    }

    public func entities(tenant: TenantID, after id: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await read { database in
            try Array(
                Row.fetchCursor(
                    database, sql: "SELECT * FROM entity WHERE tenant_id = ? AND entity_id > ? ORDER BY entity_id LIMIT ?",
                    arguments: [tenant.rawValue, id, limit]
                ).map(EntityRecord.init(row:)))
        }
    }

    public func dueEntities(before moment: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await read { database in
            try Array(
                Row.fetchCursor(
                    database, sql: "SELECT * FROM entity WHERE wakes_at <= ? ORDER BY wakes_at, tenant_id, entity_id LIMIT ?",
                    arguments: [moment, limit]
                ).map(EntityRecord.init(row:)))
        }
    }

    public func nextEntityTimer() async throws(StoreError) -> Int64? {
        try await read { try Int64.fetchOne($0, sql: "SELECT min(wakes_at) FROM entity WHERE wakes_at IS NOT NULL") }
    }

    // MARK: Inside a step's transaction

    /// Nil when it holds.
    static func commit(_ change: EntityChange, _ part: Step.Part, _ database: Database) throws -> StepOutcome? {
        let record = change.record
        let stored =
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT version FROM entity WHERE tenant_id = ? AND kind = ? AND entity_id = ?"),
                arguments: [record.tenant.rawValue, record.kind, record.id]) ?? 0
        guard stored == part.expectedVersion else { return .conflict }
        let holder = try database.cachedStatement(
            sql: "SELECT entity_id FROM entity_key WHERE tenant_id = ? AND kind = ? AND key = ? AND value = ? AND entity_id <> ?")
        for key in change.keys {
            if let id = try Int64.fetchOne(holder, arguments: [record.tenant.rawValue, record.kind, key.name, key.value, record.id]) {
                return .taken(TakenKey(kind: record.kind, key: key.name, value: key.value, holder: id))
            }
        }
        try write(change, isNew: stored == 0, database)
        return nil
    }

    static func clear(_ record: EntityRecord, _ tables: [String], _ database: Database) throws {
        for table in tables {
            try database.cachedStatement(sql: "DELETE FROM \(table) WHERE tenant_id = ? AND kind = ? AND entity_id = ?")
                .execute(arguments: [record.tenant.rawValue, record.kind, record.id])
        }
    }

    static func write(_ change: EntityChange, isNew: Bool, _ database: Database) throws {
        let record = change.record, name: StatementArguments = [record.tenant.rawValue, record.kind, record.id]
        try database.cachedStatement(
            sql: """
                INSERT INTO entity(tenant_id, kind, entity_id, version, chain, body, wakes_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET version = excluded.version, chain = excluded.chain, \
                body = excluded.body, wakes_at = excluded.wakes_at
                """
        ).execute(arguments: name + [record.version, record.chain.data, record.body?.data, record.wakesAt])
        if !isNew { try clear(record, ["entity_key", "entity_field", "entity_word"], database) }
        let putKey = try database.cachedStatement(
            sql: "INSERT INTO entity_key(tenant_id, kind, entity_id, key, value) VALUES (?, ?, ?, ?, ?)")
        for key in change.keys { try putKey.execute(arguments: name + [key.name, key.value]) }
        let putField = try database.cachedStatement(
            sql: "INSERT INTO entity_field(tenant_id, kind, entity_id, field, present, number, text) VALUES (?, ?, ?, ?, ?, ?, ?)")
        for field in change.fields {
            try putField.execute(
                arguments: name + [field.name, field.place.isPresent ? 1 : 0, field.place.number, field.place.text] as StatementArguments)
        }
        let putWord = try database.cachedStatement(sql: "INSERT INTO entity_word(tenant_id, kind, entity_id, word) VALUES (?, ?, ?, ?)")
        for word in change.words { try putWord.execute(arguments: name + [word]) }
        try writeOutbox(change.effects, database)
    }
}

/// A query on entities as a statement: the field of the order leads where there is one, so that its index gives the page.
private enum EntitySelect {
    static func statement(_ query: EntityQuery) -> (sql: String, arguments: StatementArguments) {
        var arguments: StatementArguments = []
        var sql: String
        let place: String
        if let order = query.order {
            sql = """
                SELECT e.* FROM entity_field o JOIN entity e USING (tenant_id, kind, entity_id)
                WHERE o.tenant_id = ? AND o.kind = ? AND o.field = ? AND e.body IS NOT NULL
                """
            arguments += [query.tenant.rawValue, query.kind, order]
            place = "o.present, o.number, o.text, o.entity_id"
        } else {
            sql = "SELECT e.* FROM entity e WHERE e.tenant_id = ? AND e.kind = ? AND e.body IS NOT NULL"
            arguments += [query.tenant.rawValue, query.kind]
            place = "e.entity_id"
        }
        for condition in query.conditions {
            sql += """
                 AND EXISTS(SELECT 1 FROM entity_field f WHERE f.tenant_id = e.tenant_id AND f.kind = e.kind AND f.entity_id = e.entity_id
                  AND f.field = ? AND f.present = ? AND (f.number, f.text) \(condition.comparison.rawValue) (?, ?))
                """
            arguments += [condition.field, condition.place.isPresent ? 1 : 0, condition.place.number, condition.place.text]
        }
        for word in query.words {
            sql += """
                 AND EXISTS(SELECT 1 FROM entity_word w WHERE w.tenant_id = e.tenant_id AND w.kind = e.kind AND w.entity_id = e.entity_id
                  AND w.word = ?)
                """
            arguments += [word]
        }
        if let after = query.after {
            let sign = query.isDescending ? "<" : ">"
            if query.order == nil {
                sql += " AND e.entity_id \(sign) ?"
                arguments += [after.id]
            } else {
                sql += " AND (\(place)) \(sign) (?, ?, ?, ?)"
                arguments += [after.place.isPresent ? 1 : 0, after.place.number, after.place.text, after.id]
            }
        }
        let direction = query.isDescending ? " DESC" : ""
        sql += " ORDER BY " + place.split(separator: ", ").map { $0 + direction }.joined(separator: ", ") + " LIMIT ?"
        arguments += [query.limit]
        return (sql, arguments)
    }
}

extension EntityRecord {
    init(row: Row) {
        self.init(
            tenant: TenantID(rawValue: row["tenant_id"]), kind: row["kind"], id: row["entity_id"], version: row["version"],
            chain: row.bytes("chain"), body: (row["body"] as Data?).map { [UInt8]($0) }, wakesAt: row["wakes_at"])
    }
}
