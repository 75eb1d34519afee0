/// A port: an outside system as the house knows it. Its insides are a client's; the `ConnectorBoard` probes it and keeps its state.
///
/// Nothing here shows a secret: `endpoint` is for people, `secretSource` only says where the secret comes from.
public protocol Connector: Sendable {
    /// As the configuration calls it: `cache`, `mail`.
    var name: String { get }
    /// What it is: `redis`, `smtp`, `postgresql`.
    var system: String { get }
    /// Where it is, without user and password.
    var endpoint: String { get }
    /// `env:NAME`, `file:PATH`; nil where it needs none.
    var secretSource: String? { get }
    var standing: ConnectorStanding { get }
    /// The longest a probe may take, in milliseconds; the board waits no longer.
    var patience: Int64 { get }
    /// An answer that takes longer, in milliseconds, counts as degraded; nil: no limit.
    var slowAfter: Int64? { get }

    /// Asks the system for a sign of life, once, changing nothing there.
    func probe() async throws(ConnectorFailure) -> ProbeAnswer

    /// What else is counted, for people and programs: hits and misses, what is queued.
    func figures() -> [ConnectorFigure]
}

extension Connector {
    public var secretSource: String? { nil }
    public var standing: ConnectorStanding { .configured }
    public var patience: Int64 { 5_000 }
    public var slowAfter: Int64? { 1_000 }

    public func figures() -> [ConnectorFigure] { [] }
}

/// Whether there is an outside system behind a connector at all.
public enum ConnectorStanding: String, Sendable, Hashable {
    case configured
    /// Nothing is configured; what is built in does the work.
    case embedded
    /// Turned off by the configuration.
    case off
}

/// What a system says of itself when it is probed.
public struct ProbeAnswer: Sendable, Hashable {
    /// nil where it does not say.
    public var version: String?
    /// Why it is there but not well, in a sentence; nil: it is well.
    public var trouble: String?

    public init(version: String? = nil, trouble: String? = nil) {
        self.version = version
        self.trouble = trouble
    }
}

/// Something a connector counts.
public struct ConnectorFigure: Sendable, Hashable {
    /// Lower case, stable: `hits`.
    public let name: String
    public let value: Int64

    public init(_ name: String, _ value: Int64) {
        self.name = name
        self.value = value
    }
}

/// Why a probe has no answer: an error class and one sentence without any secret.
public struct ConnectorFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error classes of all outside systems, as `Outbound` and metrics count them.
    public enum Kind: String, Sendable, CaseIterable {
        case auth, dns, connect, tls, timeout, `protocol`, quota, server, client
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
