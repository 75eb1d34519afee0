/// A connector as panes, commands, metrics and readiness see it. Times are milliseconds since 1970.
public struct ConnectorRow: Sendable, Hashable {
    public let name: String
    public let system: String
    public let endpoint: String
    /// A reference such as `env:NAME`, never the secret; nil where none is needed.
    public let secretSource: String?
    public let health: ConnectorHealth
    public let figures: [ConnectorFigure]

    init(_ connector: any Connector, _ health: ConnectorHealth) {
        name = connector.name
        system = connector.system
        endpoint = connector.endpoint
        secretSource = connector.secretSource
        self.health = health
        figures = connector.figures()
    }

    /// The state as a word; a connector that was never probed has none.
    public var stateText: String { health.state?.rawValue ?? "not probed" }
}

extension Session {
    /// Every outside system and its state. What nobody watches is probed first, so that a command that runs once shows something.
    public func connectors() async throws(EngineError) -> [ConnectorRow] {
        await engine.options.connectors.probeUnknown()
        return engine.options.connectors.rows()
    }
}

extension Keeper {
    /// Probes outside systems until the surrounding task is cancelled; part of `BackgroundWork`.
    public func watchConnectors() async { await engine.options.connectors.run() }

    /// Probes one now. - Throws: `connector-not-found`.
    public func probeConnector(_ name: String) async throws(EngineError) -> ConnectorRow { try await engine.options.connectors.probe(name) }
}
