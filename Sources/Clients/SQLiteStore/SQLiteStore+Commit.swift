import Engine
import Foundation
import GRDB
import Workflow

extension SQLiteStore {
    public func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        try await write { database in try steps.map { try Self.commit($0, database) } }
    }

    /// One step inside the transaction of its batch. What is checked is checked before anything is written, so that a loser
    /// leaves nothing behind and the others of the batch stand.
    private static func commit(_ step: Step, _ database: Database) throws -> StepOutcome {
        let earlier = try database.cachedStatement(sql: "SELECT reply FROM request WHERE tenant_id = ? AND req = ?")
        if let reply = try Data.fetchOne(earlier, arguments: [step.tenant, step.request.description]) {
            return .repeated(reply: Array(reply))
        }
        let caseNumber: Int64
        switch step.change {
        case .specification(let record):
            caseNumber = 0
            guard try commit(record, step, database) else { return .conflict }
        case .rules(let record, let rules):
            caseNumber = 0
            guard try commit(record, step, database) else { return .conflict }
            try keep(rules, of: record, tenant: step.tenant, database)
        case .caseChange(let change):
            caseNumber = change.summary.number
            guard try commit(change, step, database) else { return .conflict }
        case .calendar(let record):
            caseNumber = 0
            guard try commit(record, step, database) else { return .conflict }
        }
        let insertEvent = try database.cachedStatement(
            sql: """
                INSERT INTO event(aggregate_id, seq, tenant_id, case_number, at, kind, actor, req, format, body, chain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (offset, event) in step.events.enumerated() {
            try insertEvent.execute(arguments: [
                step.aggregate, step.expectedVersion + Int64(offset) + 1, step.tenant, caseNumber, event.at,
                event.kind, event.actor, step.request.description, event.format, event.body.data, event.chain.data,
            ])
        }
        try database.cachedStatement(sql: "INSERT INTO request(tenant_id, req, at, reply) VALUES (?, ?, ?, ?)")
            .execute(arguments: [step.tenant, step.request.description, step.events.last?.at ?? 0, step.reply.data])
        return .committed
    }

    private static func commit(_ record: SpecificationRecord, _ step: Step, _ database: Database) throws -> Bool {
        if step.expectedVersion == 0 {
            let same = try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS(SELECT 1 FROM specification WHERE tenant_id = ? AND coalesce(identifier, uri) = ? AND spec_version = ? AND is_loaded)
                    """, arguments: [step.tenant, record.id.key, record.id.version.description])
            guard same == false else { return false }
            try database.execute(
                sql: """
                    INSERT INTO specification(spec_id, tenant_id, identifier, uri, spec_version, source, index_in_file, loaded_at, loaded_by, is_loaded,
                      version, chain, certificate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    record.internalID, step.tenant, record.id.identifier, record.id.uri, record.id.version.description, record.source.data,
                    record.indexInFile, record.loadedAt, record.loadedBy, record.isLoaded, step.newVersion, record.chain.data,
                    try record.certificate.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) },
                ])
            return true
        }
        let isOpen = try Bool.fetchOne(
            database, sql: "SELECT EXISTS(SELECT 1 FROM case_state WHERE spec_id = ? AND status IN (0, 1, 2))",
            arguments: [record.internalID])
        guard record.isLoaded || isOpen == false else { return false }
        try database.execute(
            sql: "UPDATE specification SET is_loaded = ?, version = ?, chain = ? WHERE spec_id = ? AND version = ?",
            arguments: [record.isLoaded, step.newVersion, record.chain.data, record.internalID, step.expectedVersion])
        return database.changesCount == 1
    }

    private static func keep(_ rules: RuleSetRecord?, of record: SpecificationRecord, tenant: Int64, _ database: Database) throws {
        guard let rules else { return try database.execute(sql: "DELETE FROM rule_set WHERE spec_id = ?", arguments: [record.internalID]) }
        try database.execute(
            sql: """
                INSERT INTO rule_set(spec_id, tenant_id, source, file, loaded_at, loaded_by, version) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET source = excluded.source, file = excluded.file, loaded_at = excluded.loaded_at, loaded_by = excluded.loaded_by,
                  version = excluded.version
                """, arguments: [rules.specification, tenant, rules.source.data, rules.file, rules.loadedAt, rules.loadedBy, rules.version])
    }

    private static func commit(_ change: CaseChange, _ step: Step, _ database: Database) throws -> Bool {
        let summary = change.summary
        if step.expectedVersion == 0 {
            let isLoaded = try Bool.fetchOne(
                database, sql: "SELECT is_loaded FROM specification WHERE spec_id = ?", arguments: [summary.specification])
            guard isLoaded == true else { return false }
            try database.cachedStatement(
                sql: """
                    INSERT INTO case_state(case_id, tenant_id, number, spec_id, status, version, started_at, started_by, changed_at, open_items,
                      marking, marking_hash, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                summary.internalID, step.tenant, summary.number, summary.specification, summary.status.rawValue,
                step.newVersion, summary.startedAt, summary.startedBy, summary.changedAt, summary.openItems,
                change.marking.data, change.markingHash.data, change.chain.data,
            ])
        } else {
            try database.cachedStatement(
                sql: """
                    UPDATE case_state SET spec_id = ?1, status = ?2, version = ?3, changed_at = ?4, open_items = ?5, marking = ?6, marking_hash = ?7, chain = ?8
                    WHERE case_id = ?9 AND version = ?10
                      AND (spec_id = ?1 OR EXISTS(SELECT 1 FROM specification WHERE spec_id = ?1 AND is_loaded))
                    """
            ).execute(arguments: [
                summary.specification, summary.status.rawValue, step.newVersion, summary.changedAt, summary.openItems,
                change.marking.data, change.markingHash.data, change.chain.data, summary.internalID, step.expectedVersion,
            ])
            guard database.changesCount == 1 else { return false }
        }
        try write(change, of: summary, tenant: step.tenant, database)
        return true
    }

    private static func write(_ change: CaseChange, of summary: CaseSummary, tenant: Int64, _ database: Database) throws {
        if let awaits = change.awaitsOthers {
            if awaits {
                try database.execute(
                    sql: "INSERT INTO exlet_queue(case_id, tenant_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    arguments: [summary.internalID, tenant])
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
                summary.internalID, item.item.description, tenant, item.net.description, item.netName,
                item.status.rawValue, item.enabledAt, item.startedAt, item.owner, item.choice, item.input, item.output,
            ])
        }
        try writeTimers(change, tenant: tenant, database)
        try writeOutbox(change, database)
    }
}
