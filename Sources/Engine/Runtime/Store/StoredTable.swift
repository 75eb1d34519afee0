/// What every store keeps, as tables: the form in which one store is copied into another. Columns that only say something of one
/// store's own workings are not among them.
public struct StoredTable: Sendable {
    public enum Kind: Sendable { case int, flag, text, bytes }

    public struct Column: Sendable {
        public let name: String
        public let kind: Kind
    }

    public let name: String
    public let columns: [Column]
    /// How many of the columns, from the first, tell a row from all others; rows are read in their order.
    public let keyLength: Int

    private init(_ name: String, key: [(String, Kind)], _ rest: (String, Kind)...) {
        self.name = name
        columns = (key + rest).map { Column(name: $0.0, kind: $0.1) }
        keyLength = key.count
    }

    /// What others refer to comes first.
    public static let all: [StoredTable] = [
        identity,
        StoredTable(
            "specification", key: [("tenant_id", .int), ("spec_id", .int)], ("identifier", .text), ("uri", .text), ("spec_version", .text),
            ("source", .bytes), ("index_in_file", .int), ("loaded_at", .int), ("loaded_by", .text), ("is_loaded", .flag), ("version", .int),
            ("chain", .bytes), ("certificate", .text)),
        StoredTable("case_number", key: [("tenant_id", .int)], ("next", .int)),
        StoredTable(
            "case_state", key: [("tenant_id", .int), ("case_id", .int)], ("number", .int), ("spec_id", .int), ("status", .int),
            ("version", .int),
            ("started_at", .int), ("started_by", .text), ("changed_at", .int), ("open_items", .int), ("marking", .bytes),
            ("marking_hash", .bytes), ("chain", .bytes)),
        StoredTable("case_data", key: [("case_id", .int), ("net", .text), ("name", .text)], ("position", .int), ("doc", .text)),
        StoredTable(
            "work_item", key: [("case_id", .int), ("item", .text)], ("tenant_id", .int), ("net", .text), ("net_name", .text),
            ("status", .int),
            ("enabled_at", .int), ("started_at", .int), ("owner", .text), ("choice", .text), ("input", .text), ("output", .text)),
        StoredTable(
            "timer", key: [("case_id", .int), ("item", .text)], ("tenant_id", .int), ("number", .int), ("net_name", .text), ("due", .int),
            ("wakes_at", .int), ("attempts", .int), ("retry_at", .int), ("reason", .text)),
        StoredTable("exlet_queue", key: [("case_id", .int)], ("tenant_id", .int)),
        StoredTable(
            "outbox", key: [("tenant_id", .int), ("req", .text)], ("owner_kind", .text), ("owner_id", .int),
            ("kind", .int), ("name", .text), ("item", .text),
            ("body", .bytes),
            ("added_at", .int), ("state", .int), ("due_at", .int), ("claimant", .text), ("attempts", .int), ("reason", .text),
            ("sent_as", .text)),
        StoredTable("request", key: [("tenant_id", .int), ("req", .text)], ("at", .int), ("reply", .bytes), ("fingerprint", .bytes)),
        StoredTable(
            "entity", key: [("tenant_id", .int), ("kind", .text), ("entity_id", .int)], ("version", .int), ("chain", .bytes),
            ("body", .bytes), ("wakes_at", .int)),
        StoredTable(
            "entity_key", key: [("tenant_id", .int), ("kind", .text), ("key", .text), ("value", .text)], ("entity_id", .int)),
        StoredTable(
            "entity_field", key: [("tenant_id", .int), ("kind", .text), ("entity_id", .int), ("field", .text)],
            ("present", .int), ("number", .int), ("text", .text)),
        StoredTable(
            "entity_word", key: [("tenant_id", .int), ("kind", .text), ("word", .text), ("entity_id", .int)]),
        StoredTable(
            "event", key: [("position", .int)], ("tenant_id", .int), ("aggregate_kind", .text), ("aggregate_id", .int),
            ("seq", .int), ("case_number", .int),
            ("at", .int),
            ("kind", .text), ("actor", .text), ("req", .text), ("trace", .text), ("format", .int), ("body", .bytes),
            ("chain", .bytes)),
    ]

    /// What a store was named when it was made; a store that is filled from another one takes its name.
    public static let identity = StoredTable("store_identity", key: [("name", .text)])
}

public enum StoredValue: Sendable, Hashable {
    case null
    case int(Int64)
    case text(String)
    case bytes([UInt8])
}
