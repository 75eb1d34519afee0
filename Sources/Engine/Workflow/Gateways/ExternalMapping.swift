/// A mapping whose value an external data gateway gives or takes: `#external:Gateway[:name]`.
public struct ExternalMapping: Sendable, Equatable {
    /// Where the value goes by the specification: an input parameter, or a net's variable.
    public let target: String
    /// The gateway as registered: a class name in the reference engine.
    public let gateway: String
    /// What the gateway calls the value: the target's name when the mapping names none.
    public let name: String

    static let prefix = "#external:"

    /// nil for an ordinary query.
    public init?(_ mapping: Mapping) {
        guard mapping.isExternal else { return nil }
        let parts = mapping.query.dropFirst(Self.prefix.count).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.trimmingXMLSpace() }
        target = mapping.target
        gateway = parts.first ?? ""
        name = parts.count > 1 && !parts[1].isEmpty ? parts[1] : mapping.target
    }
}
