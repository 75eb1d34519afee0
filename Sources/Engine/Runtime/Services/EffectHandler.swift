import Platform

/// A port: whoever takes the effects of one topic out into the world. Registered by topic in the `ServiceDirectory`.
public protocol EffectHandler: Sendable {
    /// One word for people: `mail`, `webhook`.
    var kind: String { get }
    /// The longest a delivery takes, in milliseconds.
    var patience: Int64 { get }

    /// Comes again under the same key after a failure, or when a process died in the middle.
    func deliver(_ effect: OutboundEffect) async throws(ServiceError)
}

/// An effect on its way.
public struct OutboundEffect: Sendable {
    public let tenant: TenantID
    /// The entity it comes from.
    public let kind: String
    public let entity: Int64
    public let topic: String
    public let body: String
    public let key: IdempotencyKey
}
