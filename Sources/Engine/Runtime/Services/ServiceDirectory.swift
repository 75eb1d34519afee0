import Workflow

/// Which services and gateways there are, by the names specifications call them.
public struct ServiceDirectory: Sendable {
    /// Under the URI of a `yawlService`, the name of a codelet, or `Gateway.automated`.
    public var services: [String: any ServiceCall]
    /// Under the class name an `externalDataGateway` or an `#external:` mapping has.
    public var gateways: [String: any DataGateway]

    public init(services: [String: any ServiceCall] = [:], gateways: [String: any DataGateway] = [:]) {
        self.services = services
        self.gateways = gateways
    }
}
