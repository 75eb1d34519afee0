/// Why the store did not do it. Nothing of a failed commit is kept.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// Cannot be reached or is busy beyond patience; the same call may work later.
        case unavailable
        /// The file or schema is not ours, newer than this program, or damaged.
        case unusable
        case failure
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
