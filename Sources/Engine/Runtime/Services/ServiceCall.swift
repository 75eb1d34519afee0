import Workflow
import XMLTree

/// A port: something outside that does the work of an item . Registered by name in the `ServiceDirectory`.
public protocol ServiceCall: Sendable {
    /// One word for people: `echo`, `http`, `shell`.
    var kind: String { get }
    /// The longest a call takes, in milliseconds; the service itself ends a longer one with an error.
    var patience: Int64 { get }

    /// Does the work. Comes again under the same request after a failure, or when a process died in the middle.
    func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer
}

/// An item for a service: already started, so that nobody else works on it.
public struct ServiceWork: Sendable {
    /// Goes out with the call, so that the service can tell a repeated one.
    public let key: IdempotencyKey
    public let item: WorkItemID
    public let specification: SpecificationID
    public let task: NetTask
    public let gateway: Gateway
    public let input: XMLDocument
    /// Name the output document must have.
    public let outputRoot: String
    /// Milliseconds since 1970.
    public let enabledAt: Int64
    public let startedAt: Int64

    public init(
        key: IdempotencyKey, item: WorkItemID, specification: SpecificationID, task: NetTask, gateway: Gateway, input: XMLDocument,
        outputRoot: String, enabledAt: Int64, startedAt: Int64
    ) {
        self.key = key
        self.item = item
        self.specification = specification
        self.task = task
        self.gateway = gateway
        self.input = input
        self.outputRoot = outputRoot
        self.enabledAt = enabledAt
        self.startedAt = startedAt
    }
}

public enum ServiceAnswer: Sendable, Equatable {
    /// The item is completed with this output; nil hands in what it was started with.
    case completed(XMLDocument?)
    /// The service has the work and will be heard of later: the item stays executing until somebody completes it.
    case accepted
}

/// Why a service or a gateway did not do it: one sentence for people.
public struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    /// Trying again as it is would end the same way.
    public let isFinal: Bool

    public init(_ message: String, isFinal: Bool = false) {
        self.message = message
        self.isFinal = isFinal
    }

    public var description: String { message }
}

/// Gives input back as output.
public struct EchoService: ServiceCall {
    public let kind = "echo"
    public let patience: Int64 = 0

    public init() {}

    public func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer { .completed(nil) }
}
