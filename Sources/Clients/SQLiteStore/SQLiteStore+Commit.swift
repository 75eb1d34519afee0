import Engine
import Foundation
import GRDB
import Platform
import Workflow

extension SQLiteStore {
    public func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        try await write { database in try steps.map { try Self.commit($0, database) } }
    }

    /// One step inside the transaction of its batch. What is checked is checked before anything is written, so that a loser
    /// leaves nothing behind and the others of the batch stand.
    private static func commit(_ step: Step, _ database: Database) throws -> StepOutcome {
        if let earlier = try reply(tenant: step.tenant, to: step.key, database) { return .repeated(earlier) }
        if step.parts.count == 1 {
            if let failure = try commit(step.parts[0], of: step, database) { return failure }
        } else {
            try database.cachedStatement(sql: "SAVEPOINT step").execute()
            let failure = try commit(step.parts, of: step, database)
            if failure != nil { try database.cachedStatement(sql: "ROLLBACK TO step").execute() }
            try database.cachedStatement(sql: "RELEASE step").execute()
            if let failure { return failure }
        }
        try database.cachedStatement(sql: "INSERT INTO request(tenant_id, req, at, reply, fingerprint) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [step.tenant.rawValue, step.key.description, step.at, step.reply.data, step.fingerprint.data])
        return .committed
    }

    /// Nil when all of it holds. A conflict counts more than a key that is taken: what was worked out from old versions may want other
    /// keys.
    private static func commit(_ parts: [Step.Part], of step: Step, _ database: Database) throws -> StepOutcome? {
        var taken: StepOutcome?
        // One may take the key that another one gives up.
        for case .entity(let change) in parts.lazy.map(\.change) { try clear(change.record, ["entity_key"], database) }
        for part in parts {
            guard let failure = try commit(part, of: step, database) else { continue }
            if failure == .conflict { return failure }
            taken = taken ?? failure
        }
        return taken
    }

    /// Nil when it holds.
    private static func commit(_ part: Step.Part, of step: Step, _ database: Database) throws -> StepOutcome? {
        switch part.change {
        case .specification(let record): guard try commit(record, part, database) else { return .conflict }
        case .caseChange(let change): guard try commit(change, part, database) else { return .conflict }
        case .entity(let change): if let failure = try commit(change, part, database) { return failure }
        }
        try append(
            part.events, of: part.aggregate, caseNumber: part.caseNumber, after: part.expectedVersion, tenant: part.scope,
            request: step.key.description, trace: step.trace, database)
        return nil
    }

    static func append(
        _ events: [NewEvent], of aggregate: AggregateID, caseNumber: Int64, after version: Int64, tenant: TenantID, request: String,
        trace: String?, _ database: Database
    ) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO event(aggregate_kind, aggregate_id, seq, tenant_id, case_number, at, \
                kind, actor, req, trace, format, body, chain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (offset, event) in events.enumerated() {
            try insert.execute(arguments: [
                aggregate.kind, aggregate.id, version + Int64(offset) + 1, tenant.rawValue, caseNumber, event.at, event.kind, event.actor,
                request, trace, event.format, event.body.data, event.chain.data,
            ])
        }
    }

    private static func commit(_ record: SpecificationRecord, _ part: Step.Part, _ database: Database) throws -> Bool {
        let tenant = part.scope.rawValue
        if part.expectedVersion == 0 {
            let same = try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS(SELECT 1 FROM specification
                      WHERE tenant_id = ? AND coalesce(identifier, uri) = ? AND spec_version = ? AND is_loaded)
                    """, arguments: [tenant, record.id.key, record.id.version.description])
            guard same == false else { return false }
            try database.execute(
                sql: """
                    INSERT INTO specification(spec_id, tenant_id, identifier, uri, spec_version, \
                    source, index_in_file, loaded_at, loaded_by,
                      is_loaded, version, chain, certificate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    record.internalID, tenant, record.id.identifier, record.id.uri, record.id.version.description, record.source.data,
                    record.indexInFile, record.loadedAt, record.loadedBy, record.isLoaded, part.newVersion, record.chain.data,
                    try record.certificate.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) },
                ])
            return true
        }
        let isOpen = try Bool.fetchOne(
            database, sql: "SELECT EXISTS(SELECT 1 FROM case_state WHERE tenant_id = ? AND spec_id = ? AND status IN (0, 1, 2))",
            arguments: [tenant, record.internalID])
        guard record.isLoaded || isOpen == false else { return false }
        try database.execute(
            sql: "UPDATE specification SET is_loaded = ?, version = ?, chain = ? WHERE tenant_id = ? AND spec_id = ? AND version = ?",
            arguments: [record.isLoaded, part.newVersion, record.chain.data, tenant, record.internalID, part.expectedVersion])
        return database.changesCount == 1
    }

    private static func commit(_ change: CaseChange, _ part: Step.Part, _ database: Database) throws -> Bool {
        let summary = change.summary, tenant = part.scope.rawValue
        if part.expectedVersion == 0 {
            let isLoaded = try Bool.fetchOne(
                database.cachedStatement(sql: "SELECT is_loaded FROM specification WHERE tenant_id = ? AND spec_id = ?"),
                arguments: [tenant, summary.specification])
            guard isLoaded == true else { return false }
            try database.cachedStatement(
                sql: """
                    INSERT INTO case_state(case_id, tenant_id, number, spec_id, status, version, \
                    started_at, started_by, changed_at, open_items,
                      marking, marking_hash, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                summary.internalID, tenant, summary.number, summary.specification, summary.status.rawValue,
                part.newVersion, summary.startedAt, summary.startedBy, summary.changedAt, summary.openItems,
                change.marking.data, change.markingHash.data, change.chain.data,
            ])
        } else {
            try database.cachedStatement(
                sql: """
                    UPDATE case_state SET spec_id = ?1, status = ?2, version = ?3, changed_at = ?4, open_items = ?5, marking = ?6,
                      marking_hash = ?7, chain = ?8
                    WHERE case_id = ?9 AND version = ?10 AND tenant_id = ?11
                      AND (spec_id = ?1 OR EXISTS(SELECT 1 FROM specification WHERE spec_id = ?1 AND tenant_id = ?11 AND is_loaded))
                    """
            ).execute(arguments: [
                summary.specification, summary.status.rawValue, part.newVersion, summary.changedAt, summary.openItems,
                change.marking.data, change.markingHash.data, change.chain.data, summary.internalID, part.expectedVersion, tenant,
            ])
            guard database.changesCount == 1 else { return false }
        }
        try write(change, of: summary, tenant: part.scope, database)
        return true
    }

    private static func write(_ change: CaseChange, of summary: CaseSummary, tenant: TenantID, _ database: Database) throws {
        if let awaits = change.awaitsOthers {
            if awaits {
                try database.execute(
                    sql: "INSERT INTO exlet_queue(case_id, tenant_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    arguments: [summary.internalID, tenant.rawValue])
            } else {
                try database.execute(sql: "DELETE FROM exlet_queue WHERE case_id = ?", arguments: [summary.internalID])
            }
        }
        let removeVariable = try database.cachedStatement(sql: "DELETE FROM case_data WHERE case_id = ? AND net = ? AND name = ?")
        for key in change.removedVariables { try removeVariable.execute(arguments: [summary.internalID, key.net.description, key.name]) }
        let putVariable = try database.cachedStatement(
            sql: """
                INSERT INTO case_data(case_id, net, name, position, doc) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET position = excluded.position, doc = excluded.doc
                """)
        for row in change.variables {
            try putVariable.execute(arguments: [summary.internalID, row.key.net.description, row.key.name, row.index, row.document])
        }
        let removeItem = try database.cachedStatement(sql: "DELETE FROM work_item WHERE case_id = ? AND item = ?")
        for item in change.removedItems { try removeItem.execute(arguments: [summary.internalID, item.description]) }
        let putItem = try database.cachedStatement(
            sql: """
                INSERT INTO work_item(case_id, item, tenant_id, net, net_name, status, enabled_at, started_at, owner, choice, input, output)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET status = excluded.status, enabled_at = excluded.enabled_at, started_at = excluded.started_at,
                  owner = excluded.owner, choice = excluded.choice, input = excluded.input, output = excluded.output
                """)
        for item in change.items {
            try putItem.execute(arguments: [
                summary.internalID, item.item.description, tenant.rawValue, item.net.description, item.netName,
                item.status.rawValue, item.enabledAt, item.startedAt, item.owner, item.choice, item.input, item.output,
            ])
        }
        try writeTimers(change, tenant: tenant, database)
        let id = AggregateID.ofCase(summary.internalID)
        if !change.withdrawnFromServices.isEmpty {
            let remove = try database.cachedStatement(sql: "DELETE FROM outbox WHERE owner_id = ? AND item = ?")
            for item in change.withdrawnFromServices { try remove.execute(arguments: [id.id, item.description]) }
        }
        try writeOutbox(change.outbox, database)
    }
}
