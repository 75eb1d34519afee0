import Engine
import Platform
import Workflow

extension PostgresStore {
    public func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        guard !steps.isEmpty else { return [] }
        // What comes twice has to see what became of the first, and so goes into a transaction after it.
        let cut = Self.firstRepetition(in: steps)
        guard cut == steps.count else { return try await commit(Array(steps[..<cut])) + commit(Array(steps[cut...])) }
        let groups = StepGroup.groups(of: steps)
        // What touches two tenants sees all; every statement names its own.
        let isOfOne = steps.allSatisfy { step in step.tenant == steps[0].tenant && step.parts.allSatisfy { $0.scope == step.tenant } }
        let tenant = isOfOne ? steps[0].tenant : .house
        let statements = [Statement("BEGIN")] + groups.flatMap(\.statements) + [Statement("COMMIT")]
        let (results, isUncertain) = try await patiently(writers) { connection throws(PostgresError) in
            try await connection.run(statements, tenant: tenant)
        }
        var outcomes: [StepOutcome] = []
        var next = 1
        for group in groups {
            outcomes += results[next + group.verdictIndex].map { StepOutcome(row: &$0) }
            next += group.statements.count
        }
        let count = outcomes.count { $0 == .committed }
        if count > 0 || isUncertain {
            for part in steps.lazy.flatMap(\.parts) { marks.lower(for: part.change) }
            committed.add(count)
            feed.tell()
        }
        guard isUncertain else { return outcomes }
        // An earlier try may have been carried out while this one already looked: then its record tells.
        for (index, step) in steps.enumerated() where index < outcomes.count && outcomes[index] == .conflict {
            if let reply = try await reply(tenant: step.tenant, to: step.key) { outcomes[index] = .repeated(reply) }
        }
        return outcomes
    }

    /// Index of the first step one of whose aggregates or whose request came before; the number of steps when there is none.
    private static func firstRepetition(in steps: [Step]) -> Int {
        var aggregates: Set<AggregateID> = [], requests: Set<RequestKey> = []
        return steps.firstIndex { step in
            let isNew = step.parts.allSatisfy { aggregates.insert($0.aggregate).inserted }
            return !isNew || !requests.insert(step.key).inserted
        } ?? steps.count
    }
}

extension StepOutcome {
    /// Whether it was carried out; what its request was answered before, and to what; which key is taken.
    fileprivate init(row: inout ResultRows.Row) {
        if row.bool() {
            self = .committed
        } else if let reply = row.bytesOrNil() {
            self = .repeated(RecordedReply(reply: reply, fingerprint: row.bytes()))
        } else {
            _ = row.bytes()
            guard let kind = row.textOrNil() else {
                self = .conflict
                return
            }
            self = .taken(TakenKey(kind: kind, key: row.text(), value: row.text(), holder: row.int()))
        }
    }
}

/// Steps that are carried out together, and the statements that do it. The statement at `verdictIndex` gives a row for each step, in
/// their order: whether it was carried out, and what its request was answered before. It records the requests of those that were;
/// the statements after it touch nothing but what belongs to a request recorded in this very transaction, so that a loser leaves
/// nothing behind.
struct StepGroup {
    private(set) var statements: [Statement] = []
    private(set) var verdictIndex = 0

    /// Joins rows `u` to what was recorded in this transaction. Here and below OFFSET 0 keeps the planner from turning things round:
    /// a plan made while a table was small must look up by key when it is large.
    static let gate = """
        CROSS JOIN LATERAL (SELECT 1 FROM request WHERE request.tenant_id = $1 AND request.req = u.req
          AND request.xmin = pg_current_xact_id()::xid OFFSET 0) AS won
        """

    init(before: [Statement], verdict: Statement, after: [Statement]) {
        statements = before + [verdict] + after
        verdictIndex = before.count
    }

    /// In the order of the steps. Steps of cases of one tenant that are next to each other share their statements.
    static func groups(of steps: [Step]) -> [StepGroup] {
        var groups: [StepGroup] = []
        var cases: [CaseStepPart] = []
        var events = 0
        func close() {
            if !cases.isEmpty { groups.append(.cases(cases, firstEvent: &events)) }
            cases = []
        }
        for step in steps {
            if step.parts.count == 1, case .caseChange(let change) = step.parts[0].change {
                if let first = cases.first, first.step.tenant != step.tenant { close() }
                cases.append(CaseStepPart(step: step, part: step.parts[0], change: change))
            } else {
                close()
                groups.append(.general(step, firstEvent: &events))
            }
        }
        close()
        return groups
    }

    /// Appends to the log. A position is the transaction's number and a place within it, so that who reads on from a position
    /// misses nothing.
    static func log(_ parts: [(step: Step, part: Step.Part)], firstEvent: inout Int) -> Statement {
        let events = parts.flatMap(\.part.events), runs = EventRows.Run.runs(of: parts.map(\.part))
        // Places count over all parts, sequences within one.
        var before: [Int64] = [], place: Int64 = 0
        for entry in parts {
            before.append(entry.part.expectedVersion - place)
            place += Int64(entry.part.events.count)
        }
        defer { firstEvent += events.count }
        return Statement(
            """
            INSERT INTO log(tenant_id, aggregate_id, seq, position, case_number, at, format, \
            actor, req, kinds, bodies, chains, aggregate_kind,
              trace)
            SELECT u.tenant_id, u.aggregate_id, u.seq,
              (SELECT base + (pg_current_xact_id()::text::bigint << 20) + $2 FROM log_origin) + u.last, u.case_number,
              u.at, u.format, u.actor, u.req, ($12::text[])[u.first::int : u.last::int], ($13::bytea[])[u.first::int : u.last::int],
              ($14::bytea[])[u.first::int : u.last::int], u.aggregate_kind, u.trace
            FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::bigint[],
                $11::bigint[], $15::bigint[], $16::text[], $17::text[])
              AS u(aggregate_id, seq, case_number, at, format, actor, req, first, last, tenant_id, aggregate_kind, trace) \(gate)
            """, .int(parts.first?.step.tenant), .int(firstEvent), .ints(runs.map { parts[$0.part].part.aggregate.id }),
            .ints(runs.map { before[$0.part] + Int64($0.last) }), .ints(runs.map { parts[$0.part].part.caseNumber }),
            .ints(runs.map(\.sample.at)), .ints(runs.map { Int64($0.sample.format) }), .texts(runs.map(\.sample.actor)),
            .texts(runs.map { parts[$0.part].step.key.description }), .ints(runs.map { Int64($0.first) }),
            .ints(runs.map { Int64($0.last) }), .texts(events.map(\.kind)), .bytesList(events.map(\.body)), .bytesList(events.map(\.chain)),
            .ints(runs.map { parts[$0.part].part.scope.rawValue }), .texts(runs.map { parts[$0.part].part.aggregate.kind }),
            .texts(runs.map { parts[$0.part].step.trace }))
    }
}

/// A step that changes one case and nothing else.
struct CaseStepPart {
    let step: Step
    let part: Step.Part
    let change: CaseChange
}

extension Parameter {
    static func int(_ tenant: TenantID?) -> Parameter { int(tenant?.rawValue) }
}
