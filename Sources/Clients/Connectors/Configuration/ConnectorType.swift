import Engine
import Outbound
import Settings

/// One type of outside system: the word for it in the configuration, and how an entry becomes a connector. A new one is a folder
/// with such a value, and a line in `all`.
public struct ConnectorType: Sendable {
    /// What it is used as; an entry of `services` or `gateways` takes only its own.
    public enum Role: String, Sendable {
        case service, gateway, cache, mail
    }

    /// `type: redis`
    public let word: String
    public let role: Role
    /// nil: something is wrong and has been reported.
    public let make: @Sendable (SettingsSection, ConnectorSurroundings) -> ConnectorParts?

    public init(
        _ word: String, _ role: Role, make: @escaping @Sendable (SettingsSection, ConnectorSurroundings) -> ConnectorParts?
    ) {
        self.word = word
        self.role = role
        self.make = make
    }

    /// Every type there is, in the order in which complaints name them.
    public static let all: [ConnectorType] = [.echo, .http, .shell, .files, .sql, .redis, .smtp]

    static func words(of role: Role? = nil) -> String {
        let words = all.filter { role == nil || $0.role == role }.map(\.word)
        return words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
}

/// What an entry may know of the file it stands in.
public struct ConnectorSurroundings: Sendable {
    /// Relative paths are meant from here.
    public let folder: String
    /// Programs of the operator's own may be run.
    public let allowsShell: Bool

    public init(folder: String, allowsShell: Bool) {
        self.folder = folder
        self.allowsShell = allowsShell
    }
}

/// What an entry of the configuration becomes: the connector, and whatever ports of the engine it serves.
public struct ConnectorParts: Sendable {
    public var connector: any Connector
    public var service: (any ServiceCall)?
    public var gateway: (any DataGateway)?
    public var topics: [String: any EffectHandler]
    public var cache: (any SpecificationCache)?

    public init(
        _ connector: any Connector, service: (any ServiceCall)? = nil, gateway: (any DataGateway)? = nil,
        topics: [String: any EffectHandler] = [:], cache: (any SpecificationCache)? = nil
    ) {
        self.connector = connector
        self.service = service
        self.gateway = gateway
        self.topics = topics
        self.cache = cache
    }
}

extension ConnectorFailure {
    init(_ error: OutboundError) { self.init(Kind(rawValue: error.kind.rawValue) ?? .protocol, error.message) }

    init(_ problem: SecretProblem) { self.init(.auth, problem.message) }
}

extension OutboundCaller {
    var figures: [ConnectorFigure] {
        let counts = snapshot.counts
        return [
            ConnectorFigure("calls", Int64(counts.calls)), ConnectorFigure("failures", Int64(counts.failures)),
            ConnectorFigure("retries", Int64(counts.retries)), ConnectorFigure("refused", Int64(counts.refused)),
        ]
    }

    /// What the circuit breaker has to say about a system that answers a probe.
    var trouble: String? {
        switch snapshot.circuit {
        case .open: "it answers, but its circuit is open"
        case .halfOpen: "it answers, and its circuit is half-open"
        case .closed, .none: nil
        }
    }
}
