import Platform
import Workflow

/// What a face holds: one principal's way to the house. Everything asked and done here is asked and done by that principal in that
/// principal's tenant; another tenant cannot even be named.
public struct Session: Sendable {
    public let principal: Principal
    let engine: WorkflowEngine
    let origin: RequestKey.Origin
    let policy: any AccessPolicy
    /// W3C trace context that steps are logged with; nil when nobody traces.
    public var trace: String?

    init(_ principal: Principal, in engine: WorkflowEngine, origin: RequestKey.Origin, policy: any AccessPolicy) {
        self.principal = principal
        self.engine = engine
        self.origin = origin
        self.policy = policy
    }

    public var tenant: TenantID { principal.tenant }

    /// What the store is, for headers.
    public var storeName: String { engine.store.name }
    public var storeKind: String { engine.store.kind }

    /// Yields whenever something was committed, by this process or another one on the same store; bursts come as one.
    public func changes() -> AsyncStream<Void> { engine.store.changes() }

    /// The present moment by the store's clock, in milliseconds since 1970.
    public func now() async throws(EngineError) -> Int64 { try await engine.ledger.now() }

    /// Carries out a command. The same request a second time changes nothing and answers as the first time did.
    /// - Throws: what the rules refuse; `not-permitted`; `request-reused` when the id was used for another command.
    public func perform(_ command: Command, request: RequestID) async throws(EngineError) -> Reply {
        try check(permission: command.name)
        return try await engine.carryOut(command, try self.request(request, command.fingerprint))
    }

    func check(permission: String) throws(EngineError) {
        guard policy.permits(permission, to: principal) else {
            throw EngineError(.refused, "not-permitted", "\(principal.name) may not do this: it takes the permission \(permission)")
        }
    }

    func request(_ id: RequestID, _ fingerprint: [UInt8]) throws(EngineError) -> Request {
        let length = id.description.utf8.count
        guard (1 ... 128).contains(length) else {
            throw EngineError(.invalid, "bad-request-id", "a request id has 1 to 128 bytes, this one \(length)")
        }
        return Request(principal: principal, key: RequestKey(origin, id.description), fingerprint: fingerprint, trace: trace)
    }
}
