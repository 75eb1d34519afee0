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

    public init(_ kind: Kind, _ code: String, _ message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
