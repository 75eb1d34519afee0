/// A kind of thing that the house keeps: a pure value with commands, events and rules. What it declares is all that stores, faces, the
/// log and the audit need to know of it.
///
///     public struct Listing: Entity {
///         var name: String, price: Int64
///         public enum Command: Codable, Sendable { case publish(name: String, price: Int64), withdraw }
///         public enum Event: Codable, Sendable { case published(Listing), withdrawn }
///         …
///     }
///
/// Events are complete: an entity is what its events add up to, and can be had as it was after any of them. In the log an event has the
/// name of its case (`published`), so a case that was once released keeps its name and its values.
public protocol Entity: Codable, Equatable, Sendable {
    associatedtype Command: Codable, Sendable
    associatedtype Event: Codable, Sendable

    static var kind: Kind<Self> { get }

    /// What a command does to an entity. Pure: time, ids and what must be known of others come in with the context.
    /// - Parameter state: nil when there is none, or none any more.
    /// - Throws: a sentence that says why not, or the question whose answer is missing.
    static func decide(_ command: Command, on state: Self?, in context: DecisionContext) throws(Refusal) -> Decision<Self>

    /// The entity after an event; nil when there is none any more.
    static func apply(_ event: Event, to state: Self?) -> Self?

    /// One line for people about an event; nil leaves it to the event's name.
    static func text(of event: Event) -> String?
}

extension Entity {
    public static func text(of event: Event) -> String? { nil }
}

/// What a command comes to.
public struct Decision<E: Entity>: Sendable {
    public var events: [E.Event]
    /// What the world outside is to be told or asked once this is committed.
    public var effects: [OutboxMessage]
    /// Commands on other entities, which stand or fall with this one.
    public var also: [EntityCommand]

    public init(_ events: [E.Event], effects: [OutboxMessage] = [], also: [EntityCommand] = []) {
        self.events = events
        self.effects = effects
        self.also = also
    }
}

/// A message for the outbox: whoever serves its topic gets it at least once, each time under the same idempotency key.
public struct OutboxMessage: Sendable, Hashable {
    public let topic: String
    /// JSON, or what else the topic's server reads.
    public let body: String
    /// Milliseconds since 1970 before which it is not sent; nil sends it at once.
    public let notBefore: Int64?

    public init(_ topic: String, body: String, notBefore: Int64? = nil) {
        self.topic = topic
        self.body = body
        self.notBefore = notBefore
    }
}

/// A command on an entity of whatever kind.
public struct EntityCommand: Sendable {
    public let target: EntityTarget
    /// A command of the target's kind.
    public let command: any Codable & Sendable

    public init<E: Entity>(_ type: E.Type, _ address: EntityTarget.Address, _ command: E.Command) {
        target = EntityTarget(kind: E.kind.name, address: address)
        self.command = command
    }
}

/// Names an entity: by id, or by the value of one of its unique keys.
public struct EntityTarget: Sendable, Hashable {
    public enum Address: Sendable, Hashable {
        /// One that does not exist yet; its id is made when it is stored.
        case new
        case id(Int64)
        case key(String, value: String)
    }

    public let kind: String
    public let address: Address

    public init(kind: String, address: Address) {
        self.kind = kind
        self.address = address
    }
}
