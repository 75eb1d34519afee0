/// The declaration of a kind of entity, from which everything else follows: how it is stored, listed, filtered, commanded, shown.
public struct Kind<E: Entity>: Sendable {
    /// Stable and never changed once released: it stands in the log, in tables, in paths, in permissions (`listing.publish`).
    public let name: String
    public let plural: String
    public let reach: Reach
    /// What lists show, filter and sort by, in the order of their columns.
    public let fields: [Field<E>]
    public let uniqueKeys: [UniqueKey<E>]
    public let commands: [CommandDeclaration<E>]
    /// Text that is searched word by word; nil when there is nothing to search.
    public let searchText: (@Sendable (E) -> String)?
    public let timer: EntityTimer<E>?

    public init(
        _ name: String, plural: String, reach: Reach = .tenant, fields: [Field<E>] = [], uniqueKeys: [UniqueKey<E>] = [],
        commands: [CommandDeclaration<E>] = [], searchText: (@Sendable (E) -> String)? = nil, timer: EntityTimer<E>? = nil
    ) {
        self.name = name
        self.plural = plural
        self.reach = reach
        self.fields = fields
        self.uniqueKeys = uniqueKeys
        self.commands = commands
        self.searchText = searchText
        self.timer = timer
    }
}

/// How far a kind reaches.
public enum Reach: Sendable, Hashable {
    /// Each tenant has its own, and sees no other's.
    case tenant
    /// There is one set for the whole installation. Tenants read it only when it is public.
    case house(isPublic: Bool)
}

/// Something lists know of an entity.
public struct Field<E: Entity>: Sendable {
    /// Lower case, stable: column of views, key in filters and JSON.
    public let name: String
    public let title: String
    /// Whether filter, order and cursor go down to the store.
    public let isIndexed: Bool
    public let value: @Sendable (E) -> FieldValue?

    public init(_ name: String, _ title: String? = nil, isIndexed: Bool = false, _ value: @escaping @Sendable (E) -> FieldValue?) {
        self.name = name
        self.title = title ?? name.prefix(1).uppercased() + name.dropFirst()
        self.isIndexed = isIndexed
        self.value = value
    }
}

public enum FieldValue: Sendable, Hashable, Codable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    /// Milliseconds since 1970.
    case time(Int64)
    /// In the currency's minor unit; currencies by their three letters (ISO 4217).
    case money(Int64, currency: String)
}

/// A value that at most one entity of the kind has at a time, within its tenant or the house. An entity without a value holds no key.
public struct UniqueKey<E: Entity>: Sendable {
    public let name: String
    public let value: @Sendable (E) -> String?

    public init(_ name: String, _ value: @escaping @Sendable (E) -> String?) {
        self.name = name
        self.value = value
    }
}

/// When an entity wants to be woken. It follows from the entity, so a replay knows it too; the command comes from the house itself.
public struct EntityTimer<E: Entity>: Sendable {
    /// Milliseconds since 1970; nil when it waits for nothing.
    public let moment: @Sendable (E) -> Int64?
    public let command: E.Command

    public init(_ moment: @escaping @Sendable (E) -> Int64?, command: E.Command) {
        self.moment = moment
        self.command = command
    }
}
