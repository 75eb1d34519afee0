import Engine
import GRDBSQLite
import Workflow

/// The embedded store's statements without the store: what SQLite itself makes of them.
final class BareSQLite {
    private var database: OpaquePointer?
    private var prepared: [String: OpaquePointer] = [:]

    init(path: String) throws {
        guard sqlite3_open(path, &database) == SQLITE_OK else { throw failure }
        for pragma in ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "wal_autocheckpoint = 4000"] {
            try run("PRAGMA \(pragma)")
        }
    }

    deinit {
        for statement in prepared.values { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    private var failure: StoreError { StoreError(.failure, String(cString: sqlite3_errmsg(database))) }

    func commit(_ step: Step) throws {
        let tenant = StoredValue.int(step.tenant.rawValue), request = StoredValue.text(step.key.description)
        try run("BEGIN IMMEDIATE")
        try run("SELECT reply, fingerprint FROM request WHERE tenant_id = ? AND req = ?", tenant, request)
        for part in step.parts {
            switch part.change {
            case .specification(let record): try put(record, part)
            case .caseChange(let change): try put(change, part)
            case .entity: break
            }
            for (offset, event) in part.events.enumerated() {
                try run(
                    """
                    INSERT INTO event(aggregate_kind, aggregate_id, seq, tenant_id, case_number, at, kind, actor, req, format, body, chain)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, .text(part.aggregate.kind), .int(part.aggregate.id), .int(part.expectedVersion + Int64(offset) + 1), tenant,
                    .int(part.caseNumber), .int(event.at), .text(event.kind), .text(event.actor), request, .int(Int64(event.format)),
                    .bytes(event.body), .bytes(event.chain))
            }
        }
        try run(
            "INSERT INTO request(tenant_id, req, at, reply, fingerprint) VALUES (?, ?, ?, ?, ?)", tenant, request, .int(step.at),
            .bytes(step.reply), .bytes(step.fingerprint))
        try run("COMMIT")
    }

    private func put(_ record: SpecificationRecord, _ part: Step.Part) throws {
        try run(
            """
            INSERT INTO specification(spec_id, tenant_id, identifier, uri, spec_version, \
            source, index_in_file, loaded_at, loaded_by, is_loaded,
              version, chain)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .int(record.internalID), .int(part.scope.rawValue), record.id.identifier.map { .text($0) } ?? .null, .text(record.id.uri),
            .text(record.id.version.description),
            .bytes(record.source), .int(0), .int(record.loadedAt), .text(record.loadedBy), .int(1), .int(part.newVersion),
            .bytes(record.chain))
    }

    private func put(_ change: CaseChange, _ part: Step.Part) throws {
        let summary = change.summary, id = StoredValue.int(summary.internalID)
        if part.expectedVersion == 0 {
            try run("SELECT is_loaded FROM specification WHERE spec_id = ?", .int(summary.specification))
            try run(
                """
                INSERT INTO case_state(case_id, tenant_id, number, spec_id, status, version, started_at, started_by, changed_at, open_items,
                  marking, marking_hash, chain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, id, .int(part.scope.rawValue), .int(summary.number), .int(summary.specification), .int(Int64(summary.status.rawValue)),
                .int(part.newVersion),
                .int(summary.startedAt), .text(summary.startedBy), .int(summary.changedAt), .int(Int64(summary.openItems)),
                .bytes(change.marking),
                .bytes(change.markingHash), .bytes(change.chain))
        } else {
            try run(
                """
                UPDATE case_state SET spec_id = ?, status = ?, version = ?, changed_at = ?, open_items = ?, marking = ?,
                  marking_hash = ?, chain = ?
                WHERE case_id = ? AND version = ? AND tenant_id = ?
                """, .int(summary.specification), .int(Int64(summary.status.rawValue)), .int(part.newVersion), .int(summary.changedAt),
                .int(Int64(summary.openItems)),
                .bytes(change.marking), .bytes(change.markingHash), .bytes(change.chain), id, .int(part.expectedVersion),
                .int(part.scope.rawValue))
        }
        for item in change.removedItems { try run("DELETE FROM work_item WHERE case_id = ? AND item = ?", id, .text(item.description)) }
        for item in change.items {
            try run(
                """
                INSERT INTO work_item(case_id, item, tenant_id, net, net_name, status, enabled_at, started_at, owner, choice, input, output)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET status = excluded.status, enabled_at = excluded.enabled_at, started_at = excluded.started_at,
                  owner = excluded.owner, choice = excluded.choice, input = excluded.input, output = excluded.output
                """, id, .text(item.item.description), .int(part.scope.rawValue), .text(item.net.description), .text(item.netName),
                .int(Int64(item.status.rawValue)),
                .int(item.enabledAt), item.startedAt.map { .int($0) } ?? .null, item.owner.map { .text($0) } ?? .null, .null,
                item.input.map { .text($0) } ?? .null, item.output.map { .text($0) } ?? .null)
        }
    }

    private func run(_ sql: String, _ values: StoredValue...) throws {
        if prepared[sql] == nil {
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw failure }
            prepared[sql] = statement
        }
        guard let statement = prepared[sql] else { throw failure }
        // The value is copied by SQLite before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .null: sqlite3_bind_null(statement, place)
            case .int(let number): sqlite3_bind_int64(statement, place, number)
            case .text(let text): sqlite3_bind_text(statement, place, text, -1, transient)
            case .bytes(let bytes): sqlite3_bind_blob(statement, place, bytes, Int32(clamping: bytes.count), transient)
            }
        }
        while sqlite3_step(statement) == SQLITE_ROW {}
        guard sqlite3_reset(statement) == SQLITE_OK else { throw failure }
    }
}
