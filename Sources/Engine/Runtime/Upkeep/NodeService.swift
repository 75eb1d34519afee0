import Foundation

/// Tells a shared store that this process serves it, every few seconds, and takes its leave at the end; once a day it sees to it that the
/// log has room for the months to come. Stores of one machine alone have no nodes.
struct NodeService: Sendable {
    let keeper: Keeper
    let id: NodeRecord.ID

    /// Until the surrounding task is cancelled.
    func run() async {
        guard let store = keeper.store as? any SharedStore else { return }
        let host = ProcessInfo.processInfo.hostName, process = Int64(ProcessInfo.processInfo.processIdentifier)
        var preparedAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            if preparedAt.map({ ContinuousClock.now - $0 > .seconds(86_400) }) ?? true {
                // Who may not leaves it to others, or to `mizzen db migrate`: without room of its own the log goes on elsewhere.
                try? await store.prepareMonths()
                preparedAt = .now
            }
            // A beat that is missed is made up for by the next.
            try? await store.beat(id, host: host, process: process)
            try? await Task.sleep(for: .milliseconds(NodeRecord.beat))
        }
        // In a task of its own: what is cancelled could not say so any more.
        await Task { try? await store.leave(id) }.value
    }
}

extension Keeper {
    /// Processes that serve the store, those that fell silent lately included; empty where the store is one machine's.
    public func nodes() async throws(EngineError) -> [NodeRecord] {
        guard let store = store as? any SharedStore else { return [] }
        return try await ledger.query { _ in try await store.nodes() }
    }

    /// - Throws: `not-shared` where there is no server.
    public func migrateStore() async throws(EngineError) -> [String] {
        let store = try shared()
        return try await ledger.query { _ in try await store.migrate() }
    }

    public func migrationScript() throws(EngineError) -> String { try shared().migrationScript }

    public func checkSettings() async throws(EngineError) -> [SettingCheck] {
        let store = try shared()
        return try await ledger.query { _ in try await store.checkSettings() }
    }

    private func shared() throws(EngineError) -> any SharedStore {
        guard let store = store as? any SharedStore else {
            throw EngineError(
                .refused, "not-shared",
                "\(store.name) is a file: it is migrated when it is opened and has no settings; "
                    + "name a PostgreSQL database with --store")
        }
        return store
    }
}
