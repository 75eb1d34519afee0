import Engine
import Platform
import Workflow

/// Timers of cases.
extension PostgresStore {
    public func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await dueTimers(
            Statement(
                Self.dueQuery("(SELECT * FROM timer WHERE wakes_at <= $1 AND wakes_at >= $3 \(Self.dueOrder) LIMIT $2)"),
                .int(moment), .int(limit), .int(marks.start(of: .timers, now: moment))), before: moment)
    }

    /// Others' timers only when none of the node's own is due: where all are late, all would go for the same ones.
    public func dueTimers(
        before moment: Int64, limit: Int, of node: NodeRecord.ID, othersAfter patience: Int64
    ) async throws(StoreError) -> [TimerRecord] {
        // Which shard a case falls into is for the server alone to know.
        try await dueTimers(
            Statement(
                """
                WITH own AS MATERIALIZED (
                  SELECT * FROM timer WHERE wakes_at <= $1 AND wakes_at >= $3
                    AND hashint8(case_id) & $6 - 1 IN (SELECT shard FROM shard_lease WHERE holder = $4 AND until > $1)
                  \(Self.dueOrder) LIMIT $2)
                \(Self.dueQuery("""
                (SELECT * FROM own UNION ALL
                  (SELECT * FROM timer WHERE wakes_at <= $1 - $5 AND wakes_at >= $3 AND NOT \
                EXISTS(SELECT 1 FROM own) \(Self.dueOrder) LIMIT $2))
                """))
                """, .int(moment), .int(limit), .int(marks.start(of: .timers, now: moment)), .text(node), .int(patience),
                .int(NodeRecord.shardCount)), before: moment - patience)
    }

    /// `complete`: before that moment everything is among what is found, as far as there is room.
    private func dueTimers(_ statement: Statement, before complete: Int64) async throws(StoreError) -> [TimerRecord] {
        let timers = try await rows(tenant: .house, statement)[0].map { row throws(StoreError) in try TimerRecord(row: &row) }
        // What is found is still there; only carrying it out takes it away.
        marks.raise(.timers, to: min(complete, timers.first?.wakesAt ?? .max))
        return timers
    }

    public func nextTimer(after moment: Int64) async throws(StoreError) -> Int64? {
        try await rows(tenant: .house, Statement("SELECT min(wakes_at) FROM timer WHERE wakes_at > $1", .int(moment)))[0].first {
            $0.intOrNil()
        }
            ?? nil
    }

    public func timers(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord] {
        let order = "ORDER BY due, timer.case_id, timer.number LIMIT $2"
        let statement =
            if let caseNumber {
                Statement(
                    Self.timerQuery + "WHERE timer.tenant_id = $1 AND case_state.number = $3 \(order)", .int(tenant), .int(limit),
                    .int(caseNumber))
            } else {
                Statement(Self.timerQuery + "WHERE timer.tenant_id = $1 \(order)", .int(tenant), .int(limit))
            }
        return try await rows(tenant: tenant, statement)[0].map { row throws(StoreError) in try TimerRecord(row: &row) }
    }

    private static let timerColumns =
        "timer.tenant_id, case_state.number, spec_id, item, timer.number, net_name, due, wakes_at, attempts, retry_at, reason"
    private static let timerQuery = "SELECT \(timerColumns) FROM timer JOIN case_state USING (tenant_id, case_id) "

    /// The order of the index.
    private static let dueOrder = "ORDER BY wakes_at, case_id, number"

    /// A few timers with what is said of their cases, looked up by key.
    private static func dueQuery(_ timers: String) -> String {
        """
        SELECT \(timerColumns) FROM \(timers) AS timer CROSS JOIN LATERAL (
          SELECT number, spec_id FROM case_state c WHERE c.tenant_id = timer.tenant_id AND c.case_id = timer.case_id OFFSET 0) AS case_state
        ORDER BY wakes_at, timer.case_id, timer.number
        """
    }
}

extension TimerRecord {
    init(row: inout ResultRows.Row) throws(StoreError) {
        let tenant = row.int(), caseNumber = row.int(), specification = row.int(), text = row.text()
        guard let item = WorkItemID(text) else { throw StoreError(.unusable, "the store holds a timer of the item \(text)") }
        let number = Int(row.int()), netName = row.text(), due = row.int(), wakesAt = row.intOrNil()
        let attempts = row.intOrNil(), retryAt = row.intOrNil(), reason = row.textOrNil()
        var failure: RunningTimer.Failure?
        if let attempts, let retryAt { failure = RunningTimer.Failure(reason: reason ?? "", attempts: Int(attempts), retryAt: retryAt) }
        self.init(
            tenant: TenantID(rawValue: tenant), caseNumber: caseNumber, specification: specification, item: item, number: number,
            netName: netName, due: due,
            wakesAt: wakesAt, failure: failure)
    }
}
