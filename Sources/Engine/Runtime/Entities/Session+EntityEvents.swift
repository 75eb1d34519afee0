import Platform

extension Session {
    /// What happened to one entity, oldest first.
    /// - Throws: `unknown-kind`, `house-kind`.
    public func entityEvents(of kind: String, id: Int64, limit: Int = 10_000) async throws(EngineError) -> [EventRow] {
        guard let type = kinds[kind] else { throw EngineError(.invalid, "unknown-kind", "there is no kind of thing called \(kind)") }
        try checkReading(type)
        let scope = EntityRunner.scope(of: type.kindReach, tenant)
        var rows: [EventRow] = [], sequence: Int64 = 0
        while rows.count < limit {
            let after = sequence, wanted = min(limit - rows.count, 500)
            let records = try await engine.ledger.query {
                try await $0.events(tenant: scope, afterAggregate: id, sequence: after, limit: wanted)
            }.filter { $0.aggregate == AggregateID(kind: kind, id: id) }
            guard let last = records.last else { break }
            rows += records.map { EventRow(entity: $0, kinds: kinds) }
            sequence = last.sequence
        }
        return rows
    }
}

extension EventRow {
    fileprivate init(entity record: EventRecord, kinds: KindRegistry) {
        self.init(
            position: record.position, caseNumber: record.caseNumber, sequence: record.sequence, at: record.event.at,
            kind: record.event.kind, text: EventText.line(record, kinds: kinds), actor: record.event.actor,
            request: RequestKey.text(of: record.request, format: record.event.format))
    }
}
