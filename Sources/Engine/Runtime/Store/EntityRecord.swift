import Platform

/// An entity as a store keeps it, whatever its kind.
public struct EntityRecord: Sendable, Equatable {
    public var tenant: TenantID
    public var kind: String
    public var id: Int64
    /// Number of its last event.
    public var version: Int64
    /// Hash of its last event.
    public var chain: [UInt8]
    /// The encoded entity; nil when there is none any more.
    public var body: [UInt8]?
    /// Milliseconds since 1970.
    public var wakesAt: Int64?

    public init(tenant: TenantID, kind: String, id: Int64, version: Int64, chain: [UInt8], body: [UInt8]?, wakesAt: Int64?) {
        self.tenant = tenant
        self.kind = kind
        self.id = id
        self.version = version
        self.chain = chain
        self.body = body
        self.wakesAt = wakesAt
    }
}

/// What a step does to an entity's rows: they are written anew, whatever they were.
public struct EntityChange: Sendable {
    public var record: EntityRecord
    public var keys: [EntityKey]
    public var fields: [EntityField]
    /// Words by which it is found; lower case, each once.
    public var words: [String]
    public var effects: [OutboxRecord]

    public init(record: EntityRecord, keys: [EntityKey], fields: [EntityField], words: [String], effects: [OutboxRecord]) {
        self.record = record
        self.keys = keys
        self.fields = fields
        self.words = words
        self.effects = effects
    }
}

public struct EntityKey: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A field by which entities are found and put in order: by presence, then number, then text (by its bytes), then id.
public struct EntityField: Sendable, Hashable {
    public var name: String
    public var place: FieldPlace

    public init(name: String, place: FieldPlace) {
        self.name = name
        self.place = place
    }
}

/// Where a value stands in the order of a field.
public struct FieldPlace: Sendable, Hashable {
    /// What has no value comes before everything else.
    public var isPresent: Bool
    public var number: Int64
    public var text: String

    public init(isPresent: Bool, number: Int64 = 0, text: String = "") {
        self.isPresent = isPresent
        self.number = number
        self.text = text
    }

    public init(_ value: FieldValue?) {
        switch value {
        case nil: self.init(isPresent: false)
        case .text(let text): self.init(isPresent: true, text: text)
        case .integer(let number), .time(let number): self.init(isPresent: true, number: number)
        case .flag(let flag): self.init(isPresent: true, number: flag ? 1 : 0)
        case .money(let amount, let currency): self.init(isPresent: true, number: amount, text: currency)
        }
    }
}

/// Which entities are wanted, in which order, and from where on.
public struct EntityQuery: Sendable {
    /// All of a query's conditions hold.
    public struct Condition: Sendable, Hashable {
        public enum Comparison: String, Sendable { case equal = "=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">=" }

        public var field: String
        public var comparison: Comparison
        public var place: FieldPlace

        public init(_ field: String, _ comparison: Comparison, _ place: FieldPlace) {
            self.field = field
            self.comparison = comparison
            self.place = place
        }
    }

    /// The last entity one has; the next page begins after it.
    public struct Cursor: Sendable, Hashable {
        /// Its place in the field of the order; without meaning where the order is that of ids.
        public var place: FieldPlace
        public var id: Int64

        public init(place: FieldPlace = FieldPlace(isPresent: false), id: Int64) {
            self.place = place
            self.id = id
        }
    }

    public var tenant: TenantID
    public var kind: String
    public var conditions: [Condition]
    /// Words all of which are in the searched text.
    public var words: [String]
    /// An indexed field; nil orders by id, which is the order of creation.
    public var order: String?
    public var isDescending: Bool
    public var after: Cursor?
    public var limit: Int

    public init(
        tenant: TenantID, kind: String, conditions: [Condition] = [], words: [String] = [], order: String? = nil,
        isDescending: Bool = false,
        after: Cursor? = nil, limit: Int
    ) {
        self.tenant = tenant
        self.kind = kind
        self.conditions = conditions
        self.words = words
        self.order = order
        self.isDescending = isDescending
        self.after = after
        self.limit = limit
    }
}
