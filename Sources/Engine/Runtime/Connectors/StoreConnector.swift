/// A port: a store whose server can be asked for a sign of life. Without it the store's clock is read.
public protocol StoreProbe: Sendable {
    /// Asks the server something trivial, once. - Returns: its version.
    func probeServer() async throws(ConnectorFailure) -> String?
}

/// The store as a connector: a server that is up or down, or the embedded file.
public struct StoreConnector: Connector {
    public let name = "store"
    public let system: String
    public let endpoint: String
    public let standing: ConnectorStanding
    public let slowAfter: Int64?
    private let store: any Store

    /// - Parameter slowAfter: milliseconds above which the server counts as degraded.
    public init(_ store: any Store, slowAfter: Int64 = 200) {
        self.store = store
        let isEmbedded = store.kind == "embedded"
        system = isEmbedded ? "sqlite" : store.kind
        endpoint = store.name
        standing = isEmbedded ? .embedded : .configured
        self.slowAfter = slowAfter
    }

    public func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        if let probed = store as? any StoreProbe { return ProbeAnswer(version: try await probed.probeServer()) }
        do {
            _ = try await store.now()
            return ProbeAnswer()
        } catch {
            throw ConnectorFailure(error.kind == .unavailable ? .connect : .server, error.message)
        }
    }
}
