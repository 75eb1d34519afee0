import Platform

/// The house's own way: timers, effects, upkeep, and operators of the installation. It reaches all tenants; what it does in one is logged
/// there under the name of who did it, with a request key of the engine's own.
public struct Keeper: Sendable {
    let engine: WorkflowEngine

    init(_ engine: WorkflowEngine) { self.engine = engine }

    var store: any Store { engine.store }
    var ledger: Ledger { engine.ledger }

    /// What is done in a tenant without anybody having asked.
    /// - Parameter actor: `timer`, `service`, `exceptions`: who stands in the log.
    func session(in tenant: TenantID, as actor: String) -> Session {
        Session(Principal(name: actor, tenant: tenant), in: engine, origin: .engine, policy: LocalAccess())
    }

    public func now() async throws(EngineError) -> Int64 { try await ledger.now() }

    /// The random name the store was given when it was made.
    public func identity() async throws(EngineError) -> String { try await ledger.query { try await $0.identity() } }

    /// Tenants that have anything in the store.
    public func tenants() async throws(EngineError) -> [TenantID] { try await ledger.query { try await $0.tenants() } }
}
