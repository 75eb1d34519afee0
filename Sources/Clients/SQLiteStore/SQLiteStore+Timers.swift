import Engine
import Foundation
import GRDB
import Platform
import Workflow

/// Timers of cases.
extension SQLiteStore {
    public func now() async throws(StoreError) -> Int64 { clock() }

    public func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await read { database in
            try Row.fetchAll(
                database, sql: Self.timerQuery + "WHERE wakes_at <= ? ORDER BY wakes_at, timer.case_id, timer.number LIMIT ?",
                arguments: [moment, limit]
            ).map(TimerRecord.init(row:))
        }
    }

    public func nextTimer(after moment: Int64) async throws(StoreError) -> Int64? {
        try await read { try Int64.fetchOne($0, sql: "SELECT min(wakes_at) FROM timer WHERE wakes_at > ?", arguments: [moment]) }
    }

    public func timers(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await read { database in
            let isOfCase = caseNumber == nil ? "" : "AND case_state.number = ? "
            return try Row.fetchAll(
                database, sql: Self.timerQuery + "WHERE timer.tenant_id = ? \(isOfCase)ORDER BY due, timer.case_id, timer.number LIMIT ?",
                arguments: StatementArguments([tenant.rawValue] + (caseNumber.map { [$0] } ?? []) + [Int64(limit)])
            ).map(TimerRecord.init(row:))
        }
    }

    // MARK: Inside a step's transaction

    static func writeTimers(_ change: CaseChange, tenant: TenantID, _ database: Database) throws {
        let id = change.summary.internalID
        if !change.removedTimers.isEmpty {
            let remove = try database.cachedStatement(sql: "DELETE FROM timer WHERE case_id = ? AND item = ?")
            for item in change.removedTimers { try remove.execute(arguments: [id, item.description]) }
        }
        guard !change.timers.isEmpty else { return }
        let put = try database.cachedStatement(
            sql: """
                INSERT INTO timer(case_id, item, tenant_id, number, net_name, due, wakes_at, attempts, \
                retry_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET number = excluded.number, net_name = excluded.net_name, \
                due = excluded.due, wakes_at = excluded.wakes_at,
                  attempts = excluded.attempts, retry_at = excluded.retry_at, reason = excluded.reason
                """)
        for timer in change.timers {
            try put.execute(arguments: [
                id, timer.item.description, tenant.rawValue, timer.number, timer.netName, timer.due, timer.wakesAt,
                timer.failure?.attempts, timer.failure?.retryAt, timer.failure?.reason,
            ])
        }
    }

    private static let timerQuery = """
        SELECT timer.*, case_state.number AS case_number, case_state.spec_id FROM timer JOIN \
        case_state ON case_state.case_id = timer.case_id\u{20}
        """
}

extension TimerRecord {
    init(row: Row) throws {
        guard let item = WorkItemID(row["item"] as String) else {
            throw StoreError(.unusable, "the store holds a timer of the item \(row["item"] as String)")
        }
        var failure: RunningTimer.Failure?
        if let attempts = row["attempts"] as Int?, let retryAt = row["retry_at"] as Int64? {
            failure = RunningTimer.Failure(reason: row["reason"] ?? "", attempts: attempts, retryAt: retryAt)
        }
        self.init(
            tenant: TenantID(rawValue: row["tenant_id"]), caseNumber: row["case_number"], specification: row["spec_id"], item: item,
            number: row["number"],
            netName: row["net_name"], due: row["due"], wakesAt: row["wakes_at"], failure: failure)
    }
}
