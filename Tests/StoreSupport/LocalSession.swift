import Engine
import Platform

extension Principal {
    /// Who does things in tests where it does not matter who does them.
    public static let ann = Principal(name: "ann", tenant: .local)
}

extension WorkflowEngine {
    /// Ann's session in the local tenant.
    public var local: Session { session(for: .ann) }
    public var house: House { house(for: .ann) }
}

extension Step {
    /// A step of one part in the local tenant, for tests that speak to a store itself.
    public init(_ aggregate: AggregateID, after version: Int64, _ events: [NewEvent], request: String, _ change: Change) {
        let part = Part(scope: .local, aggregate: aggregate, expectedVersion: version, events: events, change: change)
        self.init(
            tenant: .local, key: RequestKey(.person("ann"), request), fingerprint: [], reply: [], at: events.last?.at ?? 0, parts: [part])
    }
}
