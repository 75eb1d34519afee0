import Platform

/// Between an entity as a value and the rows a store keeps of it; everything follows from the kind's declaration.
enum EntityCodec {
    /// Words of searched text kept of one entity, and letters of one word.
    private static let maxWords = 1_000, maxWordLength = 64

    static func entity<E: Entity>(_ type: E.Type, from record: EntityRecord) throws(EngineError) -> E? {
        guard let body = record.body else { return nil }
        return try Codec.decode(E.self, from: body)
    }

    /// - Parameter state: nil when there is none any more.
    static func change<E: Entity>(
        of type: E.Type, to state: E?, id: Int64, _ chain: EventChain, effects: [OutboxRecord]
    ) throws(EngineError) -> EntityChange {
        let kind = E.kind
        let record = EntityRecord(
            tenant: chain.tenant, kind: kind.name, id: id, version: chain.version, chain: chain.head,
            body: try state.map { state throws(EngineError) in try Codec.encode(state) }, wakesAt: state.flatMap { kind.timer?.moment($0) })
        guard let state else { return EntityChange(record: record, keys: [], fields: [], words: [], effects: effects) }
        return EntityChange(
            record: record,
            keys: kind.uniqueKeys.compactMap { key in key.value(state).map { EntityKey(name: key.name, value: $0) } },
            fields: kind.fields.filter(\.isIndexed).map { EntityField(name: $0.name, place: FieldPlace($0.value(state))) },
            words: kind.searchText.map { words(in: $0(state)) } ?? [], effects: effects)
    }

    /// Lower case, each once, in the order of their bytes.
    static func words(in text: String) -> [String] {
        let all = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { String($0.prefix(maxWordLength)) }
        return Array(Set(all).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(maxWords))
    }

    /// The name of an event's case, which is the first string of its JSON: `{"published":…}`.
    static func name(ofEvent body: [UInt8]) -> String {
        let quote = UInt8(ascii: "\"")
        let name = body.drop { $0 != quote }.dropFirst().prefix { $0 != quote }
        return String(decoding: name, as: UTF8.self)
    }
}

/// An entity being rebuilt from its log.
struct EntityReplay<E: Entity> {
    private(set) var state: E?

    /// - Throws: `stored-form`.
    mutating func take(_ body: [UInt8]) throws(EngineError) {
        state = E.apply(try Codec.decode(E.Event.self, from: body), to: state)
    }
}
