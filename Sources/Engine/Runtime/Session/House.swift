/// What a face on the same machine holds: one person's session and, because whoever can open the store may look after it, its keeper.
public struct House: Sendable {
    public let session: Session
    public let keeper: Keeper
}

extension WorkflowEngine {
    public func house(for principal: Principal) -> House { House(session: session(for: principal), keeper: keeper) }
}

extension Session {
    /// Processes that serve the store, those that fell silent lately included; empty where the store is one machine's.
    public func nodes() async throws(EngineError) -> [NodeRecord] { try await engine.keeper.nodes() }
}
