import Platform

/// What a call carries so that whoever gets it twice can tell. It names the store, the tenant and the piece of work: two installations, or
/// two tenants, that call the same service never meet.
public struct IdempotencyKey: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }

    init(store: String, tenant: TenantID, request: RequestID) { description = "mizzen/\(store)/\(tenant)/\(request)" }
}
