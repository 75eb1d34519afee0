/// Where the file is that names services and data gateways.
public struct ServicesPlace: Sendable, Hashable {
    public let path: String
    /// Somebody named it, so that it is wrong when it is not there.
    public let isNamed: Bool

    public init(_ path: String, isNamed: Bool) {
        self.path = path
        self.isNamed = isNamed
    }
}
