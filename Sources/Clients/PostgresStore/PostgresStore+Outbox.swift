import Engine
import Platform
import Workflow

/// What the world outside is still to be told or asked. `state`: see `OutboxRecord.State`.
extension PostgresStore {
    public func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord] {
        let queue = LowWaterMarks.Queue.outbox(claim.kind, name: claim.name), from = marks.start(of: queue, now: claim.now)
        // Most times there is nothing to claim, and looking is cheaper than writing.
        let isAny =
            try await rows(
                tenant: .house,
                Statement(
                    """
                    SELECT EXISTS(SELECT 1 FROM outbox WHERE kind = $1 AND name = $2 AND due_at <= $3 AND due_at >= $4 AND state IN (0, 1))
                    """, .int(claim.kind.rawValue), .text(claim.name), .int(claim.now), .int(from)))[0].first { $0.bool() } ?? false
        guard isAny else {
            marks.raise(queue, to: claim.now)
            return []
        }
        // Materialised, so that the limit is applied once; who comes at the same time takes others.
        let found = try await write(
            tenant: .house,
            Statement(
                """
                WITH due AS MATERIALIZED (
                  SELECT * FROM outbox WHERE kind = $1 AND name = $2 AND due_at <= $3 AND due_at >= $7 AND state IN (0, 1)
                  ORDER BY due_at, tenant_id, req LIMIT $4
                  FOR UPDATE SKIP LOCKED),
                taken AS (
                  UPDATE outbox o SET state = 1, claimant = $5, due_at = $6 FROM due WHERE o.tenant_id = due.tenant_id AND o.req = due.req
                  RETURNING o.tenant_id, o.req)
                SELECT \(Self.outboxColumns) FROM taken JOIN due AS entry USING (tenant_id, req) \(Self.ofCase)
                ORDER BY entry.due_at, entry.tenant_id, entry.req
                """, .int(claim.kind.rawValue), .text(claim.name), .int(claim.now), .int(claim.limit), .text(claim.claimant),
                .int(claim.until), .int(from)))
        let entries = try found[0].map { row throws(StoreError) in try OutboxRecord(row: &row) }
        marks.raise(queue, to: entries.last?.dueAt ?? claim.now)
        return entries
    }

    public func settleOutbox(tenant: TenantID, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError) {
        let isMine = "WHERE tenant_id = $1 AND req = $2 AND claimant = $3 AND state = 1"
        let mine: [Parameter] = [.int(tenant), .text(request.description), .text(claimant)]
        let statement =
            switch outcome {
            case .done: Statement("DELETE FROM outbox \(isMine)", parameters: mine)
            case .accepted: Statement("UPDATE outbox SET state = 2, claimant = NULL, reason = NULL \(isMine)", parameters: mine)
            case .postponed(let until, nil):
                Statement("UPDATE outbox SET state = 0, claimant = NULL, due_at = $4 \(isMine)", parameters: mine + [.int(until)])
            case .postponed(let until, let reason?):
                Statement(
                    "UPDATE outbox SET state = 0, claimant = NULL, due_at = $4, reason = $5, attempts = attempts + 1 \(isMine)",
                    parameters: mine + [.int(until), .text(reason)])
            case .parked(let reason):
                Statement(
                    "UPDATE outbox SET state = 3, claimant = NULL, reason = $4, attempts = attempts + 1 \(isMine)",
                    parameters: mine + [.text(reason)])
            }
        try await write(tenant: tenant, statement)
    }

    public func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64? {
        try await rows(
            tenant: .house,
            Statement(
                "SELECT min(due_at) FROM outbox WHERE kind = $1 AND name = ANY($2) AND state IN (0, 1)",
                .int(kind.rawValue), .texts(names)))[0].first { $0.intOrNil() } ?? nil
    }

    public func outbox(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord] {
        let query = "SELECT \(Self.outboxColumns) FROM outbox AS entry \(Self.ofCase) WHERE entry.tenant_id = $1"
        let order = "ORDER BY entry.added_at, entry.req LIMIT $2"
        let statement =
            if let caseNumber {
                Statement("\(query) AND case_state.number = $3 \(order)", .int(tenant), .int(limit), .int(caseNumber))
            } else {
                Statement("\(query) \(order)", .int(tenant), .int(limit))
            }
        return try await rows(tenant: tenant, statement)[0].map { row throws(StoreError) in try OutboxRecord(row: &row) }
    }

    public func retryOutbox(tenant: TenantID, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int {
        let retry = "UPDATE outbox SET state = 0, due_at = $2, attempts = 0 WHERE tenant_id = $1 AND state = 3"
        let statement =
            if let item {
                Statement("\(retry) AND item = $3", .int(tenant), .int(now), .text(item.description))
            } else {
                Statement(retry, .int(tenant), .int(now))
            }
        return try await write(tenant: tenant, statement)[0].affected
    }

    private static let ofCase = """
        LEFT JOIN case_state ON entry.owner_kind = 'case' AND case_state.tenant_id = entry.tenant_id AND case_state.case_id = entry.owner_id
        """

    private static let outboxColumns = """
        entry.tenant_id, coalesce(case_state.number, 0), entry.owner_kind, entry.owner_id, entry.req, entry.kind, entry.name, entry.item,
          entry.body, entry.added_at, entry.state, entry.due_at, entry.attempts, entry.reason, entry.sent_as
        """
}

extension OutboxRecord {
    init(row: inout ResultRows.Row) throws(StoreError) {
        let tenant = TenantID(rawValue: row.int()), caseNumber = row.int(), owner = AggregateID(kind: row.text(), id: row.int()),
            request = row.text()
        let kindNumber = Int(row.int()), name = row.text(), item = row.textOrNil(), body = row.bytes(), addedAt = row.int(),
            stateNumber = Int(row.int())
        guard let kind = Kind(rawValue: kindNumber), let state = State(rawValue: stateNumber) else {
            throw StoreError(.unusable, "the store holds an entry \(request) in its outbox of a kind this version does not know")
        }
        self.init(
            tenant: tenant, caseNumber: caseNumber, owner: owner, request: RequestID(request), kind: kind, name: name,
            item: item.flatMap { WorkItemID($0) }, body: body, addedAt: addedAt, state: state, dueAt: row.int(), attempts: Int(row.int()),
            reason: row.textOrNil(), sentAs: row.textOrNil())
    }
}
