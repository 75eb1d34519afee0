import Engine
import Foundation
import GRDB
import Platform
import Workflow

/// What the world outside is still to be told or asked. `state`: see `OutboxRecord.State`.
extension SQLiteStore {
    public func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord] {
        // Most times there is nothing to claim: looking must not take the file's one writer.
        let isAny = try await read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS(SELECT 1 FROM outbox WHERE kind = ? AND name = ? AND due_at <= ? AND state IN (0, 1))",
                arguments: [claim.kind.rawValue, claim.name, claim.now]) ?? false
        }
        guard isAny else { return [] }
        return try await write { database in
            let found = try Row.fetchAll(
                database,
                sql: Self.outboxQuery + """
                    WHERE kind = ? AND name = ? AND due_at <= ? AND state IN (0, 1) ORDER BY due_at LIMIT ?
                    """, arguments: [claim.kind.rawValue, claim.name, claim.now, claim.limit]
            ).map(OutboxRecord.init(row:))
            let take = try database.cachedStatement(
                sql: "UPDATE outbox SET state = 1, claimant = ?, due_at = ? WHERE tenant_id = ? AND req = ?")
            for entry in found {
                try take.execute(arguments: [claim.claimant, claim.until, entry.tenant.rawValue, entry.request.description])
            }
            return found
        }
    }

    public func settleOutbox(tenant: TenantID, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError) {
        try await write { database in
            let mine: StatementArguments = [tenant.rawValue, request.description, claimant]
            let isMine = "WHERE tenant_id = ? AND req = ? AND claimant = ? AND state = 1"
            switch outcome {
            case .done: try database.execute(sql: "DELETE FROM outbox \(isMine)", arguments: mine)
            case .accepted:
                try database.execute(sql: "UPDATE outbox SET state = 2, claimant = NULL, reason = NULL \(isMine)", arguments: mine)
            case .postponed(let until, nil):
                try database.execute(sql: "UPDATE outbox SET state = 0, claimant = NULL, due_at = ? \(isMine)", arguments: [until] + mine)
            case .postponed(let until, let reason?):
                try database.execute(
                    sql: "UPDATE outbox SET state = 0, claimant = NULL, due_at = ?, reason = ?, attempts = attempts + 1 \(isMine)",
                    arguments: [until, reason] + mine)
            case .parked(let reason):
                try database.execute(
                    sql: "UPDATE outbox SET state = 3, claimant = NULL, reason = ?, attempts = attempts + 1 \(isMine)",
                    arguments: [reason] + mine)
            }
        }
    }

    public func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64? {
        try await read { database in
            try names.compactMap { name in
                try Int64.fetchOne(
                    database, sql: "SELECT min(due_at) FROM outbox WHERE kind = ? AND name = ? AND state IN (0, 1)",
                    arguments: [kind.rawValue, name])
            }.min()
        }
    }

    public func outbox(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord] {
        try await read { database in
            let isOfCase = caseNumber == nil ? "" : "AND case_state.number = ? "
            return try Row.fetchAll(
                database, sql: Self.outboxQuery + "WHERE outbox.tenant_id = ? \(isOfCase)ORDER BY added_at, req LIMIT ?",
                arguments: StatementArguments([tenant.rawValue] + (caseNumber.map { [$0] } ?? []) + [Int64(limit)])
            ).map(OutboxRecord.init(row:))
        }
    }

    public func retryOutbox(tenant: TenantID, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int {
        try await write { database in
            let isOfItem = item == nil ? "" : "AND item = ?"
            try database.execute(
                sql: "UPDATE outbox SET state = 0, due_at = ?, attempts = 0 WHERE tenant_id = ? AND state = 3 \(isOfItem)",
                arguments: [now, tenant.rawValue] + StatementArguments([item?.description].compactMap { $0 }))
            return database.changesCount
        }
    }

    // MARK: Inside a step's transaction

    static func writeOutbox(_ entries: [OutboxRecord], _ database: Database) throws {
        guard !entries.isEmpty else { return }
        let put = try database.cachedStatement(
            sql: """
                INSERT INTO outbox(tenant_id, req, owner_kind, owner_id, kind, name, item, body, added_at, state, due_at, attempts)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for entry in entries {
            try put.execute(arguments: [
                entry.tenant.rawValue, entry.request.description, entry.owner.kind, entry.owner.id, entry.kind.rawValue, entry.name,
                entry.item?.description, entry.body.data, entry.addedAt, entry.state.rawValue, entry.dueAt, entry.attempts,
            ])
        }
    }

    private static let outboxQuery = """
        SELECT outbox.*, coalesce(case_state.number, 0) AS case_number
        FROM outbox LEFT JOIN case_state ON case_state.case_id = outbox.owner_id AND outbox.owner_kind = 'case'\u{20}
        """
}

extension OutboxRecord {
    init(row: Row) throws {
        guard let kind = Kind(rawValue: row["kind"]), let state = State(rawValue: row["state"]) else {
            throw StoreError(
                .unusable, "the store holds an entry \(row["req"] as String) in its outbox of a kind this version does not know")
        }
        self.init(
            tenant: TenantID(rawValue: row["tenant_id"]), caseNumber: row["case_number"],
            owner: AggregateID(kind: row["owner_kind"], id: row["owner_id"]), request: RequestID(row["req"]), kind: kind,
            name: row["name"], item: (row["item"] as String?).flatMap { WorkItemID($0) }, body: row.bytes("body"), addedAt: row["added_at"],
            state: state, dueAt: row["due_at"], attempts: row["attempts"], reason: row["reason"], sentAs: row["sent_as"])
    }
}
