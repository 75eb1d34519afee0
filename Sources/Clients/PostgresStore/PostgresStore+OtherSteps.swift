import Engine
import Foundation
import Workflow

/// Steps of specifications, rules and the calendar. They are rare, so each goes alone.
extension StepGroup {
    static func single(_ step: Step, firstEvent: inout Int) -> StepGroup {
        let log = log([(step, 0)], firstEvent: &firstEvent)
        switch step.change {
        case .specification(let record):
            return StepGroup(before: locks(record, step), verdict: verdict(record, step), after: [log])
        case .rules(let record, let rules):
            return StepGroup(before: locks(record, step), verdict: verdict(record, step), after: [log, keep(rules, of: record, step)])
        case .calendar(let record):
            return StepGroup(before: [], verdict: verdict(record, step), after: [log])
        case .caseChange(let change):
            return cases([(step, change)], firstEvent: &firstEvent)
        }
    }

    /// `change` ends in RETURNING; `isNew` stands for its request not having been carried out.
    private static func verdict(_ change: (_ isNew: String) -> String, _ step: Step, _ parameters: [Parameter]) -> Statement {
        Statement(
            """
            WITH known AS MATERIALIZED (SELECT reply FROM request WHERE tenant_id = $1 AND req = $2),
            won AS (\(change("NOT EXISTS(SELECT 1 FROM known)"))),
            recorded AS (INSERT INTO request(tenant_id, req, at, reply) SELECT $1, $2, $3, $4 FROM won)
            SELECT EXISTS(SELECT 1 FROM won), (SELECT reply FROM known)
            """,
            parameters: [.int(step.tenant), .text(step.request.description), .int(step.events.last?.at ?? 0), .bytes(step.reply)]
                + parameters)
    }

    /// Before a specification is changed nobody may be about to give it a case, and who just did must be seen.
    private static func locks(_ record: SpecificationRecord, _ step: Step) -> [Statement] {
        guard step.expectedVersion > 0 else { return [] }
        return [
            Statement("SELECT pg_advisory_xact_lock($1)", .int(record.internalID)),
            Statement(
                "SELECT 1 FROM specification WHERE tenant_id = $1 AND spec_id = $2 FOR UPDATE", .int(step.tenant), .int(record.internalID)),
        ]
    }

    private static func verdict(_ record: SpecificationRecord, _ step: Step) -> Statement {
        if step.expectedVersion == 0 {
            return verdict(
                { isNew in
                    """
                    INSERT INTO specification(tenant_id, spec_id, identifier, uri, spec_version, source, index_in_file, loaded_at, loaded_by, is_loaded,
                      version, chain, certificate)
                    SELECT $1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 WHERE \(isNew) ON CONFLICT DO NOTHING RETURNING 1
                    """
                }, step,
                [
                    .int(record.internalID), .text(record.id.identifier), .text(record.id.uri), .text(record.id.version.description),
                    .bytes(record.source),
                    .int(record.indexInFile), .int(record.loadedAt), .text(record.loadedBy), .bool(record.isLoaded), .int(step.newVersion),
                    .bytes(record.chain),
                    .text(record.certificate.flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) }),
                ])
        }
        return verdict(
            { isNew in
                """
                UPDATE specification SET is_loaded = $5, version = $6, chain = $7
                WHERE tenant_id = $1 AND spec_id = $8 AND version = $9 AND \(isNew)
                  AND ($5 OR NOT EXISTS(SELECT 1 FROM case_state WHERE tenant_id = $1 AND spec_id = $8 AND status IN (0, 1, 2)))
                RETURNING 1
                """
            }, step,
            [.bool(record.isLoaded), .int(step.newVersion), .bytes(record.chain), .int(record.internalID), .int(step.expectedVersion)])
    }

    private static func keep(_ rules: RuleSetRecord?, of record: SpecificationRecord, _ step: Step) -> Statement {
        guard let rules else {
            return Statement(
                "DELETE FROM rule_set s USING (SELECT 1 FROM (SELECT $2 AS req) AS u \(gate)) AS u WHERE s.tenant_id = $1 AND s.spec_id = $3",
                .int(step.tenant), .text(step.request.description), .int(record.internalID))
        }
        return Statement(
            """
            INSERT INTO rule_set(tenant_id, spec_id, source, file, loaded_at, loaded_by, version)
            SELECT $1, $3, $4, $5, $6, $7, $8 FROM (SELECT $2 AS req) AS u \(gate)
            ON CONFLICT (tenant_id, spec_id) DO UPDATE SET source = excluded.source, file = excluded.file, loaded_at = excluded.loaded_at,
              loaded_by = excluded.loaded_by, version = excluded.version
            """, .int(step.tenant), .text(step.request.description), .int(rules.specification), .bytes(rules.source), .text(rules.file),
            .int(rules.loadedAt), .text(rules.loadedBy), .int(rules.version))
    }

    private static func verdict(_ record: CalendarRecord, _ step: Step) -> Statement {
        verdict(
            { isNew in
                step.expectedVersion == 0
                    ? "INSERT INTO calendar(tenant_id, version, body, chain) SELECT $1, $5, $6, $7 WHERE $8 = 0 AND \(isNew) ON CONFLICT DO NOTHING RETURNING 1"
                    : "UPDATE calendar SET version = $5, body = $6, chain = $7 WHERE tenant_id = $1 AND version = $8 AND \(isNew) RETURNING 1"
            }, step, [.int(step.newVersion), .bytes(record.body), .bytes(record.chain), .int(step.expectedVersion)])
    }
}
