import Settings

/// Where the files are that name services, data gateways and other outside systems.
public struct ServicesPlace: Sendable, Hashable {
    public let path: String
    /// Somebody named it, so that it is wrong when it is not there.
    public let isNamed: Bool
    /// config.yaml with all that counts before it; nil where there is none.
    public var configuration: HouseConfiguration?

    public init(_ path: String, isNamed: Bool) {
        self.path = path
        self.isNamed = isNamed
    }
}
