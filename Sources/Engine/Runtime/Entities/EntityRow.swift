import Platform

/// An entity of whatever kind, as lists show it.
public struct EntityRow: Sendable, Equatable {
    public let kind: String
    public let id: Int64
    /// Number of its last event.
    public let version: Int64
    /// By the declaration's order of fields.
    public let values: [FieldValue?]
    /// The whole entity as JSON.
    public let body: String
    public let cursor: EntityQuery.Cursor
}

/// What is wanted of a list.
public struct EntityListing: Sendable {
    /// On indexed fields.
    public var conditions: [EntityQuery.Condition] = []
    public var words: [String] = []
    /// An indexed field; nil orders by creation.
    public var order: String?
    public var isDescending = false
    public var after: EntityQuery.Cursor?
    public var limit: Int

    public init(limit: Int) { self.limit = limit }
}

extension Session {
    /// Kinds of things this house keeps.
    public var kinds: KindRegistry { engine.options.kinds }

    /// One page of a kind's entities.
    /// - Throws: `unknown-kind`, `house-kind`, `field-not-indexed`.
    public func entityRows(of kind: String, _ listing: EntityListing) async throws(EngineError) -> [EntityRow] {
        guard let type = kinds[kind] else { throw EngineError(.invalid, "unknown-kind", "there is no kind of thing called \(kind)") }
        try checkReading(type)
        return try await rows(type, listing)
    }

    private func rows<E: Entity>(_ type: E.Type, _ listing: EntityListing) async throws(EngineError) -> [EntityRow] {
        let kind = E.kind, indexed = Set(kind.fields.filter(\.isIndexed).map(\.name))
        for field in listing.conditions.map(\.field) + [listing.order].compactMap({ $0 }) where !indexed.contains(field) {
            throw EngineError(
                .invalid, "field-not-indexed",
                "\(kind.plural) cannot be listed by \(field); there are \(indexed.sorted().joined(separator: ", "))")
        }
        let query = EntityQuery(
            tenant: EntityRunner.scope(of: kind.reach, tenant), kind: kind.name, conditions: listing.conditions,
            words: listing.words.flatMap(EntityCodec.words(in:)), order: listing.order, isDescending: listing.isDescending,
            after: listing.after, limit: listing.limit)
        var rows: [EntityRow] = []
        for record in try await engine.ledger.query({ try await $0.entities(query) }) {
            guard let entity = try EntityCodec.entity(type, from: record) else { continue }
            rows.append(row(record, entity, order: listing.order))
        }
        return rows
    }

    private func row<E: Entity>(_ record: EntityRecord, _ entity: E, order: String?) -> EntityRow {
        let place = order.flatMap { name in E.kind.fields.first { $0.name == name } }.map { FieldPlace($0.value(entity)) }
        return EntityRow(
            kind: record.kind, id: record.id, version: record.version, values: E.kind.fields.map { $0.value(entity) },
            body: String(decoding: record.body ?? [], as: UTF8.self),
            cursor: EntityQuery.Cursor(place: place ?? FieldPlace(isPresent: false), id: record.id))
    }

    /// One entity by id, without reading a list.
    public func entityRow(of kind: String, id: Int64) async throws(EngineError) -> EntityRow {
        guard let type = kinds[kind] else { throw EngineError(.invalid, "unknown-kind", "there is no kind of thing called \(kind)") }
        try checkReading(type)
        return try await row(type, id)
    }

    private func row<E: Entity>(_ type: E.Type, _ id: Int64) async throws(EngineError) -> EntityRow {
        let scope = EntityRunner.scope(of: E.kind.reach, tenant)
        guard let record = try await engine.entities.record(E.kind.name, .id(id), in: scope),
            let entity = try EntityCodec.entity(type, from: record)
        else { throw EngineError(.notFound, "\(E.kind.name)-not-found", "there is no \(E.kind.name) \(id)") }
        return row(record, entity, order: nil)
    }

    /// An entity as it was at a moment; nil when there was none then.
    public func entity<E: Entity>(_ type: E.Type, id: Int64, at moment: CaseMoment) async throws(EngineError) -> E? {
        try checkReading(type)
        let scope = EntityRunner.scope(of: E.kind.reach, tenant)
        var replay = EntityReplay<E>(), sequence: Int64 = 0
        while true {
            let after = sequence
            let records = try await engine.ledger.query {
                try await $0.events(tenant: scope, afterAggregate: id, sequence: after, limit: 500)
            }.filter { $0.aggregate == AggregateID(kind: E.kind.name, id: id) }
            for record in records {
                switch moment {
                case .sequence(let last) where record.sequence > last: return replay.state
                case .time(let last) where record.event.at > last: return replay.state
                default: try replay.take(record.event.body)
                }
                sequence = record.sequence
            }
            if records.isEmpty { return replay.state }
        }
    }
}
