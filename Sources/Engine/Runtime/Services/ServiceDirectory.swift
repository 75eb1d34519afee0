import Workflow

/// Which services and gateways there are, by the names specifications call them.
public struct ServiceDirectory: Sendable {
    /// Under the URI of a `yawlService`, the name of a codelet, or `Gateway.automated`.
    public var services: [String: any ServiceCall]
    /// Under the class name an `externalDataGateway` or an `#external:` mapping has.
    public var gateways: [String: any DataGateway]

    /// Who takes effects of entities out, by topic.
    public var topics: [String: any EffectHandler]

    public init(
        services: [String: any ServiceCall] = [:], gateways: [String: any DataGateway] = [:], topics: [String: any EffectHandler] = [:]
    ) {
        self.services = services
        self.gateways = gateways
        self.topics = topics
    }
}
