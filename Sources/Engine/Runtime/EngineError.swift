import Workflow

/// Why a command or a query was refused: one sentence a person can act on, and a kind that every face maps to its own code.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable {
        /// Something unforeseen went wrong here.
        case failure
        /// The input is not acceptable as it is.
        case invalid
        case unauthenticated
        case notFound
        /// The world is not in the state the command needs.
        case conflict
        /// A part we need cannot be reached just now.
        case unavailable
        /// A rule or policy says no.
        case refused
    }

    public let kind: Kind
    /// Stable, such as `item-not-executing`.
    public let code: String
    public let message: String
    /// What verification found, where that is the reason.
    public let findings: [Finding]

    public init(_ kind: Kind, _ code: String, _ message: String, findings: [Finding] = []) {
        self.kind = kind
        self.code = code
        self.message = message
        self.findings = findings
    }

    public var description: String { message }
}
