import Engine
import Platform

/// Entities of every kind: one row each, with rows for its unique keys, the fields it is listed by, and the words it is found by.
extension PostgresStore {
    public func entity(tenant: TenantID, kind: String, id: Int64) async throws(StoreError) -> EntityRecord? {
        try await rows(
            tenant: tenant,
            Statement(
                "SELECT \(Self.entityColumns) FROM entity e WHERE tenant_id = $1 AND kind = $2 AND entity_id = $3", .int(tenant),
                .text(kind), .int(id)))[0].first { EntityRecord(row: &$0) }
    }

    public func entity(tenant: TenantID, kind: String, holding key: EntityKey) async throws(StoreError) -> EntityRecord? {
        try await rows(
            tenant: tenant,
            Statement(
                """
                SELECT \(Self.entityColumns) FROM entity_key k JOIN entity e USING (tenant_id, kind, entity_id)
                WHERE tenant_id = $1 AND kind = $2 AND key = $3 AND value = $4
                """, .int(tenant), .text(kind), .text(key.name), .text(key.value)))[0].first { EntityRecord(row: &$0) }
    }

    public func entities(_ query: EntityQuery) async throws(StoreError) -> [EntityRecord] {
        try await rows(tenant: query.tenant, EntitySelect(query).statement)[0].map { EntityRecord(row: &$0) }
    }

    public func entities(tenant: TenantID, after id: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await rows(
            tenant: tenant,
            Statement(
                "SELECT \(Self.entityColumns) FROM entity e WHERE tenant_id = $1 AND entity_id > $2 ORDER BY entity_id LIMIT $3",
                .int(tenant), .int(id), .int(limit)))[0].map { EntityRecord(row: &$0) }
    }

    public func dueEntities(before moment: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await rows(
            tenant: .house,
            Statement(
                """
                SELECT \(Self.entityColumns) FROM entity e WHERE wakes_at <= $1 ORDER BY wakes_at, tenant_id, entity_id LIMIT $2
                """, .int(moment), .int(limit)))[0].map { EntityRecord(row: &$0) }
    }

    public func nextEntityTimer() async throws(StoreError) -> Int64? {
        try await rows(tenant: .house, Statement("SELECT min(wakes_at) FROM entity WHERE wakes_at IS NOT NULL"))[0]
            .first { $0.intOrNil() } ?? nil
    }

    fileprivate static let entityColumns = "e.tenant_id, e.kind, e.entity_id, e.version, e.chain, e.body, e.wakes_at"
}

/// A query on entities as a statement: the field of the order leads where there is one, so that its index gives the page. The texts are as
/// few as the shapes of queries, because what varies is a parameter.
private struct EntitySelect {
    private var text = ""
    private var parameters: [Parameter] = []

    var statement: Statement { Statement(text, parameters: parameters) }

    init(_ query: EntityQuery) {
        let tenant = add(.int(query.tenant)), kind = add(.text(query.kind))
        let place: String
        if let order = query.order {
            text = """
                SELECT \(PostgresStore.entityColumns) FROM entity_field o JOIN entity e USING (tenant_id, kind, entity_id)
                WHERE o.tenant_id = \(tenant) AND o.kind = \(kind) AND o.field = \(add(.text(order))) AND e.body IS NOT NULL
                """
            place = "o.present, o.number, o.text, o.entity_id"
        } else {
            text = """
                SELECT \(PostgresStore.entityColumns) FROM entity e
                WHERE e.tenant_id = \(tenant) AND e.kind = \(kind) AND e.body IS NOT NULL
                """
            place = "e.entity_id"
        }
        for condition in query.conditions {
            let field = add(.text(condition.field)), isPresent = add(.int(condition.place.isPresent ? 1 : 0))
            let number = add(.int(condition.place.number)), word = add(.text(condition.place.text))
            text += """
                 AND EXISTS(SELECT 1 FROM entity_field f WHERE f.tenant_id = e.tenant_id AND f.kind = e.kind AND f.entity_id = e.entity_id
                  AND f.field = \(field) AND f.present = \(isPresent)
                  AND (f.number, f.text) \(condition.comparison.rawValue) (\(number), \(word)))
                """
        }
        for word in query.words {
            text += """
                 AND EXISTS(SELECT 1 FROM entity_word w WHERE w.tenant_id = e.tenant_id AND w.kind = e.kind AND w.entity_id = e.entity_id
                  AND w.word = \(add(.text(word))))
                """
        }
        if let after = query.after {
            let sign = query.isDescending ? "<" : ">"
            if query.order == nil {
                text += " AND e.entity_id \(sign) \(add(.int(after.id)))"
            } else {
                let isPresent = add(.int(after.place.isPresent ? 1 : 0)), number = add(.int(after.place.number))
                text += " AND (\(place)) \(sign) (\(isPresent), \(number), \(add(.text(after.place.text))), \(add(.int(after.id))))"
            }
        }
        let direction = query.isDescending ? " DESC" : ""
        text +=
            " ORDER BY " + place.split(separator: ", ").map { $0 + direction }.joined(separator: ", ") + " LIMIT \(add(.int(query.limit)))"
    }

    private mutating func add(_ parameter: Parameter) -> String {
        parameters.append(parameter)
        return "$\(parameters.count)"
    }
}

extension EntityRecord {
    init(row: inout ResultRows.Row) {
        self.init(
            tenant: TenantID(rawValue: row.int()), kind: row.text(), id: row.int(), version: row.int(), chain: row.bytes(),
            body: row.bytesOrNil(), wakesAt: row.intOrNil())
    }
}
