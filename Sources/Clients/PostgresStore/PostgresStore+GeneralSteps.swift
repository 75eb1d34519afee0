import Engine
import Foundation
import Platform
import Workflow

/// Steps of several parts, or of anything but a case. They are rarer, so each goes alone: what it depends on is locked, the verdict looks
/// at everything and records the request, and what the parts change is written where that was recorded.
extension StepGroup {
    static func general(_ step: Step, firstEvent: inout Int) -> StepGroup {
        let parts = GeneralParts(step)
        let log = log(step.parts.map { (step, $0) }, firstEvent: &firstEvent)
        let cases = parts.cases.flatMap { [caseState($0)] + rows(of: [$0], .int(step.tenant)) }
        return StepGroup(
            before: parts.locks, verdict: parts.verdict,
            after: (step.parts.isEmpty ? [] : [log]) + parts.specifications.map { specification($0.record, $0.part, step) } + cases
                + parts.entities.flatMap { clearing($0.change, $0.part, step) } + parts.entities.flatMap { entity($0.change, step) })
    }

    /// Parameters 1 and 2 of a statement that is carried out where the step won, and the row `u` that says so.
    private static func winner(_ step: Step) -> [Parameter] { [.int(step.tenant), .text(step.key.description)] }
    private static let won = "(SELECT $2::text AS req) AS u \(gate)"

    private static func caseState(_ entry: CaseStepPart) -> Statement {
        let change = entry.change, summary = change.summary
        let written: [Parameter] = [
            .int(summary.internalID), .int(summary.specification), .int(summary.status.rawValue), .int(entry.part.newVersion),
            .int(summary.changedAt), .int(summary.openItems), .bytes(change.marking), .bytes(change.markingHash), .bytes(change.chain),
        ]
        guard entry.part.expectedVersion == 0 else {
            return Statement(
                """
                UPDATE case_state c SET spec_id = $4, status = $5, version = $6, changed_at = $7, open_items = $8, marking = $9,
                  marking_hash = $10, chain = $11
                FROM \(won) WHERE c.tenant_id = $1 AND c.case_id = $3
                """, parameters: winner(entry.step) + written)
        }
        return Statement(
            """
            INSERT INTO case_state(tenant_id, case_id, spec_id, status, version, changed_at, \
            open_items, marking, marking_hash, chain, number,
              started_at, started_by)
            SELECT $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM \(won)
            """,
            parameters: winner(entry.step) + written + [.int(summary.number), .int(summary.startedAt), .text(summary.startedBy)])
    }

    private static func specification(_ record: SpecificationRecord, _ part: Step.Part, _ step: Step) -> Statement {
        let name: [Parameter] = [
            .int(part.scope), .int(record.internalID), .bool(record.isLoaded), .int(part.newVersion), .bytes(record.chain),
        ]
        guard part.expectedVersion == 0 else {
            return Statement(
                "UPDATE specification s SET is_loaded = $5, version = $6, chain = $7 FROM \(won) WHERE s.tenant_id = $3 AND s.spec_id = $4",
                parameters: winner(step) + name)
        }
        let certificate = record.certificate.flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) }
        return Statement(
            """
            INSERT INTO specification(tenant_id, spec_id, is_loaded, version, chain, identifier, uri, spec_version, source, index_in_file,
              loaded_at, loaded_by, certificate)
            SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 FROM \(won)
            """,
            parameters: winner(step) + name + [
                .text(record.id.identifier), .text(record.id.uri), .text(record.id.version.description), .bytes(record.source),
                .int(record.indexInFile), .int(record.loadedAt), .text(record.loadedBy), .text(certificate),
            ])
    }

    private static func name(_ record: EntityRecord, _ step: Step) -> [Parameter] {
        winner(step) + [.int(record.tenant), .text(record.kind), .int(record.id)]
    }

    /// Of all entities of a step before any of them is written: one may take the key that another one gives up.
    private static func clearing(_ change: EntityChange, _ part: Step.Part, _ step: Step) -> [Statement] {
        guard part.expectedVersion > 0 else { return [] }
        return ["entity_key", "entity_field", "entity_word"].map { table in
            Statement(
                "DELETE FROM \(table) t USING \(won) WHERE t.tenant_id = $3 AND t.kind = $4 AND t.entity_id = $5",
                parameters: name(change.record, step))
        }
    }

    private static func entity(_ change: EntityChange, _ step: Step) -> [Statement] {
        let record = change.record, name = name(record, step)
        var statements = [
            Statement(
                """
                INSERT INTO entity(tenant_id, kind, entity_id, version, chain, body, wakes_at)
                SELECT $3, $4, $5, $6, $7, $8, $9 FROM \(won)
                ON CONFLICT (tenant_id, kind, entity_id) DO UPDATE SET version = excluded.version, chain = excluded.chain,
                  body = excluded.body, wakes_at = excluded.wakes_at
                """,
                parameters: name + [.int(record.version), .bytes(record.chain), .bytes(record.body), .int(record.wakesAt)])
        ]
        if !change.keys.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO entity_key(tenant_id, kind, entity_id, key, value)
                    SELECT $3, $4, $5, k.key, k.value FROM \(won) CROSS JOIN unnest($6::text[], $7::text[]) AS k(key, value)
                    """, parameters: name + [.texts(change.keys.map(\.name)), .texts(change.keys.map(\.value))]))
        }
        if !change.fields.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO entity_field(tenant_id, kind, entity_id, field, present, number, text)
                    SELECT $3, $4, $5, f.field, f.present, f.number, f.text
                    FROM \(won) CROSS JOIN unnest($6::text[], $7::bigint[], $8::bigint[], $9::text[]) AS f(field, present, number, text)
                    """,
                    parameters: name + [
                        .texts(change.fields.map(\.name)), .ints(change.fields.map { $0.place.isPresent ? 1 : 0 }),
                        .ints(change.fields.map(\.place.number)), .texts(change.fields.map(\.place.text)),
                    ]))
        }
        if !change.words.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO entity_word(tenant_id, kind, entity_id, word)
                    SELECT $3, $4, $5, w FROM \(won) CROSS JOIN unnest($6::text[]) AS w
                    """, parameters: name + [.texts(change.words)]))
        }
        if !change.effects.isEmpty { statements.append(outboxEntries(change.effects.map { (step, $0) }, .int(step.tenant))) }
        return statements
    }
}

/// The parts of a step by what they change, what they depend on, and whether all of it holds.
private struct GeneralParts {
    let step: Step
    private(set) var cases: [CaseStepPart] = []
    private(set) var specifications: [(record: SpecificationRecord, part: Step.Part)] = []
    private(set) var entities: [(change: EntityChange, part: Step.Part)] = []

    init(_ step: Step) {
        self.step = step
        for part in step.parts {
            switch part.change {
            case .caseChange(let change): cases.append(CaseStepPart(step: step, part: part, change: change))
            case .specification(let record): specifications.append((record, part))
            case .entity(let change): entities.append((change, part))
            }
        }
    }

    /// Who holds what of the same kind in the meantime waits; what he has committed is then seen. Always in the same order, so that two who
    /// want the same things do not wait for each other.
    var locks: [Statement] {
        var statements: [Statement] = []
        let given = Set(cases.filter { $0.part.expectedVersion == 0 }.map(\.change.summary.specification)).sorted()
        if !given.isEmpty {
            statements.append(Statement("SELECT pg_advisory_xact_lock_shared(id) FROM unnest($1::bigint[]) AS id", .ints(given)))
        }
        // Before a specification is changed nobody may be about to give it a case, and who just did must be seen.
        let changed = specifications.filter { $0.part.expectedVersion > 0 }.map(\.record.internalID).sorted()
        if !changed.isEmpty {
            statements.append(Statement("SELECT pg_advisory_xact_lock(id) FROM unnest($1::bigint[]) AS id", .ints(changed)))
        }
        let names =
            entities.flatMap { entry in entry.change.keys.map { "\(entry.part.scope)/\(entry.change.record.kind)/\($0.name)/\($0.value)" } }
            + specifications.map { "\($0.part.scope)/specification/\($0.record.id.key)/\($0.record.id.version)" }
        if !names.isEmpty {
            statements.append(
                Statement(
                    """
                    SELECT pg_advisory_xact_lock(lock) FROM (
                      SELECT DISTINCT hashtextextended(name, 0) AS lock FROM unnest($1::text[]) AS name ORDER BY 1) AS locks
                    """, .texts(names)))
        }
        func rows(_ table: String, _ key: String, _ ids: [Int64]) {
            guard !ids.isEmpty else { return }
            statements.append(
                Statement("SELECT 1 FROM \(table) WHERE \(key) = ANY($1::bigint[]) ORDER BY \(key) FOR UPDATE", .ints(ids.sorted())))
        }
        rows("case_state", "case_id", cases.filter { $0.part.expectedVersion > 0 }.map(\.change.summary.internalID))
        rows("specification", "spec_id", changed)
        rows("entity", "entity_id", entities.filter { $0.part.expectedVersion > 0 }.map(\.change.record.id))
        return statements
    }

    var verdict: Statement {
        let keys = entities.flatMap { entry in entry.change.keys.map { (record: entry.change.record, key: $0) } }
        return Statement(
            """
            WITH known AS MATERIALIZED (SELECT reply, fingerprint FROM request WHERE tenant_id = $1 AND req = $2),
            taken AS MATERIALIZED (
              SELECT k.kind, k.key, k.value, k.entity_id
              FROM unnest($6::bigint[], $7::text[], $8::text[], $9::text[]) WITH ORDINALITY AS u(tenant_id, kind, key, value, n)
                JOIN entity_key k ON k.tenant_id = u.tenant_id AND k.kind = u.kind AND k.key = u.key AND k.value = u.value
                  AND k.entity_id <> ALL($12)
              ORDER BY u.n LIMIT 1),
            fits AS MATERIALIZED (SELECT
              NOT EXISTS(
                SELECT 1 FROM unnest($10::bigint[], $11::text[], $12::bigint[], $13::bigint[]) AS u(tenant_id, kind, entity_id, expected)
                  LEFT JOIN entity e USING (tenant_id, kind, entity_id) WHERE coalesce(e.version, 0) <> u.expected)
              AND NOT EXISTS(
                SELECT 1 FROM unnest($14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::text[])
                    AS u(tenant_id, spec_id, expected, is_loaded, name, spec_version)
                  LEFT JOIN specification s USING (tenant_id, spec_id)
                WHERE coalesce(s.version, 0) <> u.expected
                  OR u.expected = 0 AND EXISTS(SELECT 1 FROM specification o WHERE o.tenant_id = u.tenant_id
                    AND coalesce(o.identifier, o.uri) = u.name AND o.spec_version = u.spec_version AND o.is_loaded)
                  OR u.expected > 0 AND u.is_loaded = 0 AND EXISTS(SELECT 1 FROM case_state c WHERE c.tenant_id = u.tenant_id
                    AND c.spec_id = u.spec_id AND c.status IN (0, 1, 2)))
              AND NOT EXISTS(
                SELECT 1 FROM unnest($20::bigint[], $21::bigint[], $22::bigint[]) AS u(case_id, expected, spec_id)
                  LEFT JOIN case_state c ON c.tenant_id = $1 AND c.case_id = u.case_id
                WHERE coalesce(c.version, 0) <> u.expected
                  OR c.spec_id IS DISTINCT FROM u.spec_id AND NOT EXISTS(
                    SELECT 1 FROM specification s WHERE s.tenant_id = $1 AND s.spec_id = u.spec_id AND s.is_loaded))
              AS all_of_it),
            recorded AS (
              INSERT INTO request(tenant_id, req, at, reply, fingerprint) SELECT $1, $2, $3, $4, $5 FROM fits
              WHERE all_of_it AND NOT EXISTS(SELECT 1 FROM known) AND NOT EXISTS(SELECT 1 FROM taken) RETURNING 1)
            SELECT EXISTS(SELECT 1 FROM recorded), known.reply, known.fingerprint, taken.kind, taken.key, taken.value, taken.entity_id
            FROM (SELECT 1) AS one LEFT JOIN known ON true LEFT JOIN taken ON (SELECT all_of_it FROM fits)
            """, .int(step.tenant), .text(step.key.description), .int(step.at), .bytes(step.reply), .bytes(step.fingerprint),
            .ints(keys.map(\.record.tenant.rawValue)), .texts(keys.map(\.record.kind)), .texts(keys.map(\.key.name)),
            .texts(keys.map(\.key.value)),
            .ints(entities.map(\.part.scope.rawValue)), .texts(entities.map(\.change.record.kind)), .ints(entities.map(\.change.record.id)),
            .ints(entities.map(\.part.expectedVersion)),
            .ints(specifications.map(\.part.scope.rawValue)), .ints(specifications.map(\.record.internalID)),
            .ints(specifications.map(\.part.expectedVersion)), .ints(specifications.map { $0.record.isLoaded ? 1 : 0 }),
            .texts(specifications.map(\.record.id.key)), .texts(specifications.map(\.record.id.version.description)),
            .ints(cases.map(\.change.summary.internalID)), .ints(cases.map(\.part.expectedVersion)),
            .ints(cases.map(\.change.summary.specification)))
    }
}
