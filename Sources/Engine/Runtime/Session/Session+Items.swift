import Workflow

/// Items by their ids alone, without what the specifications say of them.
extension Session {
    /// Whether there is an open item of exactly this id; reads one row.
    public func hasItem(_ id: WorkItemID) async throws(EngineError) -> Bool {
        guard let number = id.caseID.number else { return false }
        return try await engine.ledger.query { try await $0.item(tenant: tenant, caseNumber: number, id) } != nil
    }

    /// The open items of one case, oldest first.
    public func itemIDs(ofCase number: Int64, limit: Int = 100_000) async throws(EngineError) -> [WorkItemID] {
        try await engine.ledger.query { try await $0.items(tenant: tenant, caseNumber: number, after: nil, limit: limit) }.map(\.item)
    }
}
