import Engine
import Platform
import Workflow

/// Steps of any number of cases as one statement for each table they touch, over arrays: the cost of a statement is paid once for
/// all of them.
extension StepGroup {
    static func cases(_ steps: [CaseStepPart], firstEvent: inout Int) -> StepGroup {
        let tenant = Parameter.int(steps.first?.step.tenant)
        // While a specification gets a case, nobody may unload it.
        let started = Set(steps.filter { $0.part.expectedVersion == 0 }.map(\.change.summary.specification)).sorted()
        let before =
            started.isEmpty ? [] : [Statement("SELECT pg_advisory_xact_lock_shared(id) FROM unnest($1::bigint[]) AS id", .ints(started))]
        let log = log(steps.map { ($0.step, $0.part) }, firstEvent: &firstEvent)
        return StepGroup(before: before, verdict: verdict(steps, tenant), after: [log] + rows(of: steps, tenant))
    }

    /// What belongs to the cases besides their own row.
    static func rows(of steps: [CaseStepPart], _ tenant: Parameter) -> [Statement] {
        exlets(steps, tenant) + variables(steps, tenant) + items(steps, tenant) + timers(steps, tenant) + outbox(steps, tenant)
    }

    /// Losers of a race for a version, and requests answered before, insert nothing.
    private static func verdict(_ steps: [CaseStepPart], _ tenant: Parameter) -> Statement {
        let summaries = steps.map(\.change.summary)
        return Statement(
            """
            WITH step AS MATERIALIZED (
              SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], \
            $6::bigint[], $7::bigint[], $8::bigint[], $9::text[],
                $10::bigint[], $11::bigint[], $12::bytea[], $13::bytea[], $14::bytea[], \
            $15::text[], $16::bigint[], $17::bytea[], $18::bytea[])
                WITH ORDINALITY AS s(case_id, expected, version, number, spec_id, status, \
            started_at, started_by, changed_at, open_items, marking,
                  marking_hash, chain, req, at, reply, fingerprint, n)),
            known AS MATERIALIZED (
              SELECT s.n, r.reply, r.fingerprint FROM step s CROSS JOIN LATERAL (
                SELECT reply, fingerprint FROM request WHERE request.tenant_id = $1 AND request.req = s.req OFFSET 0) AS r),
            changed AS (
              UPDATE case_state c SET spec_id = s.spec_id, status = s.status, version = s.version, changed_at = s.changed_at,
                open_items = s.open_items, marking = s.marking, marking_hash = s.marking_hash, chain = s.chain
              FROM step s CROSS JOIN LATERAL (
                SELECT ctid AS place FROM case_state WHERE case_state.tenant_id = $1 AND case_state.case_id = s.case_id OFFSET 0) AS k
              WHERE c.ctid = k.place AND c.version = s.expected AND s.expected > 0 AND s.n NOT IN (SELECT n FROM known)
                AND (c.spec_id = s.spec_id
                  OR EXISTS(SELECT 1 FROM specification p WHERE p.tenant_id = $1 AND p.spec_id = s.spec_id AND p.is_loaded FOR SHARE))
              RETURNING s.n),
            started AS (
              INSERT INTO case_state(tenant_id, case_id, number, spec_id, status, version, \
            started_at, started_by, changed_at, open_items, marking,
                marking_hash, chain)
              SELECT $1, s.case_id, s.number, s.spec_id, s.status, s.version, s.started_at, \
            s.started_by, s.changed_at, s.open_items, s.marking,
                s.marking_hash, s.chain
              FROM step s CROSS JOIN LATERAL (
                SELECT 1 FROM specification p WHERE p.tenant_id = $1 AND p.spec_id = s.spec_id AND p.is_loaded OFFSET 0) AS p
              WHERE s.expected = 0 AND s.n NOT IN (SELECT n FROM known)
              RETURNING case_id),
            won AS (SELECT n FROM changed UNION ALL SELECT s.n FROM started JOIN step s USING (case_id)),
            recorded AS (
              INSERT INTO request(tenant_id, req, at, reply, fingerprint)
                SELECT $1, s.req, s.at, s.reply, s.fingerprint FROM won JOIN step s USING (n))
            SELECT won.n IS NOT NULL, known.reply, known.fingerprint, NULL::text, NULL::text, NULL::text, NULL::bigint \
            FROM step LEFT JOIN won USING (n) LEFT JOIN known USING (n) ORDER BY step.n
            """, tenant, .ints(summaries.map(\.internalID)), .ints(steps.map(\.part.expectedVersion)), .ints(steps.map(\.part.newVersion)),
            .ints(summaries.map(\.number)), .ints(summaries.map(\.specification)), .ints(summaries.map { Int64($0.status.rawValue) }),
            .ints(summaries.map(\.startedAt)), .texts(summaries.map(\.startedBy)), .ints(summaries.map(\.changedAt)),
            .ints(summaries.map { Int64($0.openItems) }), .bytesList(steps.map(\.change.marking)),
            .bytesList(steps.map(\.change.markingHash)),
            .bytesList(steps.map(\.change.chain)), .texts(steps.map(\.step.key.description)),
            .ints(steps.map(\.step.at)), .bytesList(steps.map(\.step.reply)), .bytesList(steps.map(\.step.fingerprint)))
    }

    /// Rows of all steps, each with the case and request it belongs to.
    private struct Rows<Element> {
        let elements: [(caseID: Int64, request: String, element: Element)]

        init(_ steps: [CaseStepPart], _ list: (CaseChange) -> [Element]) {
            elements = steps.flatMap { entry in
                list(entry.change).map { (entry.change.summary.internalID, entry.step.key.description, $0) }
            }
        }

        var isEmpty: Bool { elements.isEmpty }

        /// Parameters 2 and 3.
        var owners: [Parameter] { [.ints(elements.map(\.caseID)), .texts(elements.map(\.request))] }
        func ints(_ value: (Element) -> Int64?) -> Parameter { .ints(elements.map { value($0.element) }) }
        func texts(_ value: (Element) -> String?) -> Parameter { .texts(elements.map { value($0.element) }) }
        func bytes(_ value: (Element) -> [UInt8]) -> Parameter { .bytesList(elements.map { value($0.element) }) }
    }

    /// Deletes rows of a table by case and further columns of its key, each where its step won.
    private static func deletion<Element>(
        from table: String, _ rows: Rows<Element>, by keys: KeyValuePairs<String, (Element) -> String> = [:],
        _ tenant: Parameter
    ) -> [Statement] {
        guard !rows.isEmpty else { return [] }
        let names = keys.map(\.key)
        let arrays = names.indices.map { ", $\($0 + 4)::text[]" }.joined(), columns = names.map { ", \($0)" }.joined()
        let isSame = names.map { " AND t.\($0) = u.\($0)" }.joined()
        return [
            Statement(
                """
                DELETE FROM \(table) USING (
                  SELECT k.place FROM unnest($2::bigint[], $3::text[]\(arrays)) AS u(case_id, req\(columns)) \(gate)
                  CROSS JOIN LATERAL (SELECT ctid AS place FROM \(table) t WHERE t.tenant_id = $1 AND \
                t.case_id = u.case_id\(isSame) OFFSET 0) AS k) AS gone
                WHERE \(table).ctid = gone.place
                """, parameters: [tenant] + rows.owners + keys.map { rows.texts($0.value) })
        ]
    }

    private static func exlets(_ steps: [CaseStepPart], _ tenant: Parameter) -> [Statement] {
        let waiting = Rows(steps) { $0.awaitsOthers == true ? [()] : [] }, done = Rows(steps) { $0.awaitsOthers == false ? [()] : [] }
        var statements: [Statement] = []
        if !waiting.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO exlet_queue(tenant_id, case_id) SELECT $1, u.case_id FROM \
                    unnest($2::bigint[], $3::text[]) AS u(case_id, req) \(gate)
                    ON CONFLICT DO NOTHING
                    """, parameters: [tenant] + waiting.owners))
        }
        statements += deletion(from: "exlet_queue", done, tenant)
        return statements
    }

    private static func variables(_ steps: [CaseStepPart], _ tenant: Parameter) -> [Statement] {
        let removed = Rows(steps, \.removedVariables), put = Rows(steps, \.variables)
        var statements = deletion(from: "case_data", removed, by: ["net": \.net.description, "name": \.name], tenant)
        if !put.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO case_data(tenant_id, case_id, net, name, position, doc)
                    SELECT $1, u.case_id, u.net, u.name, u.position, u.doc
                    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[]) \
                    AS u(case_id, req, net, name, position, doc) \(gate)
                    ON CONFLICT (tenant_id, case_id, net, name) DO UPDATE SET position = excluded.position, doc = excluded.doc
                    """,
                    parameters: [tenant] + put.owners + [
                        put.texts(\.key.net.description), put.texts(\.key.name), put.ints { Int64($0.index) }, put.texts(\.document),
                    ]))
        }
        return statements
    }

    private static func items(_ steps: [CaseStepPart], _ tenant: Parameter) -> [Statement] {
        let removed = Rows(steps, \.removedItems), put = Rows(steps, \.items)
        var statements = deletion(from: "work_item", removed, by: ["item": \.description], tenant)
        if !put.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO work_item(tenant_id, case_id, item, net, net_name, status, \
                    enabled_at, started_at, owner, choice, input, output)
                    SELECT $1, u.case_id, u.item, u.net, u.net_name, u.status, u.enabled_at, \
                    u.started_at, u.owner, u.choice, u.input, u.output
                    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], \
                    $8::bigint[], $9::bigint[], $10::text[], $11::text[],
                      $12::text[], $13::text[]) AS u(case_id, req, item, net, net_name, status, \
                    enabled_at, started_at, owner, choice, input, output) \(gate)
                    ON CONFLICT (tenant_id, case_id, item) DO UPDATE SET status = excluded.status, enabled_at = excluded.enabled_at,
                      started_at = excluded.started_at, owner = excluded.owner, choice = \
                    excluded.choice, input = excluded.input, output = excluded.output
                    """,
                    parameters: [tenant] + put.owners + [
                        put.texts(\.item.description), put.texts(\.net.description), put.texts(\.netName),
                        put.ints { Int64($0.status.rawValue) },
                        put.ints(\.enabledAt), put.ints(\.startedAt), put.texts(\.owner), put.texts(\.choice), put.texts(\.input),
                        put.texts(\.output),
                    ]))
        }
        return statements
    }

    private static func timers(_ steps: [CaseStepPart], _ tenant: Parameter) -> [Statement] {
        let removed = Rows(steps, \.removedTimers), put = Rows(steps, \.timers)
        var statements = deletion(from: "timer", removed, by: ["item": \.description], tenant)
        if !put.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO timer(tenant_id, case_id, item, number, net_name, due, wakes_at, attempts, retry_at, reason)
                    SELECT $1, u.case_id, u.item, u.number, u.net_name, u.due, u.wakes_at, u.attempts, u.retry_at, u.reason
                    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], \
                    $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
                      $11::text[]) AS u(case_id, req, item, number, net_name, due, wakes_at, attempts, retry_at, reason) \(gate)
                    ON CONFLICT (tenant_id, case_id, item) DO UPDATE SET number = excluded.number, \
                    net_name = excluded.net_name, due = excluded.due,
                      wakes_at = excluded.wakes_at, attempts = excluded.attempts, retry_at = excluded.retry_at, reason = excluded.reason
                    """,
                    parameters: [tenant] + put.owners + [
                        put.texts(\.item.description), put.ints { Int64($0.number) }, put.texts(\.netName), put.ints(\.due),
                        put.ints(\.wakesAt),
                        put.ints { $0.failure.map { Int64($0.attempts) } }, put.ints { $0.failure?.retryAt },
                        put.texts { $0.failure?.reason },
                    ]))
        }
        return statements
    }

    private static func outbox(_ steps: [CaseStepPart], _ tenant: Parameter) -> [Statement] {
        let removed = Rows(steps, \.withdrawnFromServices), put = steps.flatMap { entry in entry.change.outbox.map { (entry.step, $0) } }
        var statements: [Statement] = []
        if !removed.isEmpty {
            statements.append(
                Statement(
                    """
                    DELETE FROM outbox USING (
                      SELECT k.place FROM unnest($2::bigint[], $3::text[], $4::text[]) AS u(owner_id, req, item) \(gate)
                      CROSS JOIN LATERAL (SELECT ctid AS place FROM outbox t
                        WHERE t.tenant_id = $1 AND t.owner_id = u.owner_id AND t.item = u.item OFFSET 0) AS k) AS gone
                    WHERE outbox.ctid = gone.place
                    """, parameters: [tenant] + removed.owners + [removed.texts(\.description)]))
        }
        if !put.isEmpty { statements.append(outboxEntries(put, tenant)) }
        return statements
    }

    /// Puts entries into the outbox, each where its step won.
    static func outboxEntries(_ entries: [(step: Step, entry: OutboxRecord)], _ tenant: Parameter) -> Statement {
        let all = entries.map(\.entry)
        return Statement(
            """
            INSERT INTO outbox(tenant_id, req, owner_kind, owner_id, kind, name, item, body, added_at, state, due_at, attempts)
            SELECT u.tenant_id, u.own, u.owner_kind, u.owner_id, u.kind, u.name, u.item, u.body, u.added_at, u.state, u.due_at, u.attempts
            FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::bytea[],
                $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])
              AS u(req, tenant_id, own, owner_kind, owner_id, kind, name, item, body, added_at, state, due_at, attempts) \(gate)
            """, tenant, .texts(entries.map(\.step.key.description)), .ints(all.map(\.tenant.rawValue)),
            .texts(all.map(\.request.description)),
            .texts(all.map(\.owner.kind)), .ints(all.map(\.owner.id)), .ints(all.map { Int64($0.kind.rawValue) }), .texts(all.map(\.name)),
            .texts(all.map { $0.item?.description }), .bytesList(all.map(\.body)), .ints(all.map(\.addedAt)),
            .ints(all.map { Int64($0.state.rawValue) }), .ints(all.map(\.dueAt)), .ints(all.map { Int64($0.attempts) }))
    }
}
