/// Why a step was refused. The case is exactly as it was before.
public struct ExecutionError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// The data or the specification are not acceptable.
        case invalid
        case notFound
        /// The case or item is not in a state that allows it.
        case conflict
    }

    public let kind: Kind
    /// Stable, such as `item-not-executing`.
    public let code: String
    public let message: String
    /// Set when the step only lacks an answer of an external data gateway: with it the same step goes on.
    public let missing: GatewayRead?

    public init(_ kind: Kind, _ code: String, _ message: String, missing: GatewayRead? = nil) {
        self.kind = kind
        self.code = code
        self.message = message
        self.missing = missing
    }

    public var description: String { message }
}
