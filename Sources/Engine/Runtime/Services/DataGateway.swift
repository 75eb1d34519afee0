import Workflow
import XMLTree

/// A port: data of cases that live in another system . Registered by name in the `ServiceDirectory`.
public protocol DataGateway: Sendable {
    /// One word for people: `files`, `sql`.
    var kind: String { get }
    /// The longest a call takes, in milliseconds; the gateway itself ends a longer one with an error.
    var patience: Int64 { get }

    /// The values asked for, one element each under the names of the question. What it does not know it leaves out.
    func read(_ read: GatewayRead) async throws(ServiceError) -> [XMLDocument]

    /// Keeps a value. Comes again under the same request after a failure, or when a process died before it could note that it was
    /// done; the second time must change nothing.
    func write(_ write: GatewayWrite, key: IdempotencyKey) async throws(ServiceError)
}

/// A value that a case hands to an external data gateway.
public struct GatewayWrite: Sendable, Equatable, Codable {
    public let caseID: CaseID
    public let specification: SpecificationID
    /// nil for a case's data at its end.
    public let task: String?
    public let name: String
    public let value: XMLDocument

    public init(caseID: CaseID, specification: SpecificationID, task: String?, name: String, value: XMLDocument) {
        self.caseID = caseID
        self.specification = specification
        self.task = task
        self.name = name
        self.value = value
    }
}
