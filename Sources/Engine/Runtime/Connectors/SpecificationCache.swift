/// A port: keeps specifications as they came near at hand for several processes. It is no authority: what it does not have, or cannot say
/// just now, is read from the store. So nothing here throws; a cache that is away misses, and counts it.
public protocol SpecificationCache: Sendable {
    /// nil: it is not there, or cannot be had.
    func value(for key: SpecificationCacheKey) async -> [UInt8]?
    func keep(_ value: [UInt8], for key: SpecificationCacheKey) async
}

/// Names the store and the tenant, so that two installations, or two tenants, that share a cache never meet.
public struct SpecificationCacheKey: Sendable, Hashable, CustomStringConvertible {
    public let store: String
    public let tenant: String
    public let specification: Int64

    public init(store: String, tenant: String, specification: Int64) {
        self.store = store
        self.tenant = tenant
        self.specification = specification
    }

    public var description: String { "mizzen/\(store)/\(tenant)/specification/\(specification)" }
}
