import Workflow
import XMLTree

extension Session {
    /// Services and gateways: those configured, and those something in the outbox waits for; by name.
    public func serviceRows() async throws(EngineError) -> [ServiceRow] {
        let entries = try await engine.ledger.query { try await $0.outbox(tenant: tenant, caseNumber: nil, limit: .max) }
        let byName = Dictionary(grouping: entries) { ServiceKey(isGateway: $0.kind == .gateway, name: $0.name) }
        let configured =
            engine.options.services.services.map { (ServiceKey(isGateway: false, name: $0.key), $0.value.kind) }
            + engine.options.services.gateways.map { (ServiceKey(isGateway: true, name: $0.key), $0.value.kind) }
        let kinds = Dictionary(configured) { a, _ in a }
        return Set(kinds.keys).union(byName.keys).map { key in
            let entries = byName[key] ?? []
            func count(_ state: OutboxRecord.State) -> Int { entries.count { $0.state == state } }
            return ServiceRow(
                name: key.name, isGateway: key.isGateway, kind: kinds[key], waiting: count(.waiting), running: count(.running),
                accepted: count(.accepted), failed: count(.parked), lastFailure: entries.last { $0.reason != nil }?.reason)
        }.sorted { ($0.name, $0.isGateway ? 1 : 0) < ($1.name, $1.isGateway ? 1 : 0) }
    }

    /// Tries again now what failed too often: the work of one item, or everything. Gives how much that is.
    public func retryServices(item: WorkItemID? = nil) async throws(EngineError) -> Int {
        let now = try await now()
        return try await engine.ledger.query { try await $0.retryOutbox(tenant: tenant, item: item, now: now) }
    }

    /// How the work of items for services stands, one phrase each.
    func serviceNotes(ofCase number: Int64?) async throws(EngineError) -> [WorkItemID: String] {
        let entries = try await engine.ledger.query { try await $0.outbox(tenant: tenant, caseNumber: number, limit: .max) }
        var notes: [WorkItemID: String] = [:]
        for entry in entries {
            guard let item = entry.item, let note = note(on: entry) else { continue }
            notes[item] = note
        }
        return notes
    }

    private func note(on entry: OutboxRecord) -> String? {
        switch entry.state {
        case .parked: return "failed: \(entry.reason ?? "")"
        case .accepted: return "\(entry.name) works on it"
        case .running: return "\(entry.name) is being called"
        case .waiting:
            if let reason = entry.reason { return "attempt \(entry.attempts) failed, to be tried again: \(reason)" }
            return engine.options.services.services[entry.name] == nil
                ? "no service configured for \(entry.name)" : "waits for \(entry.name)"
        }
    }

    /// An item as a service needs it; nil when it is gone.
    func serviceItem(_ id: WorkItemID) async throws(EngineError) -> ServiceItem? {
        guard let number = id.caseID.number,
            let record = try await engine.ledger.query({ try await $0.item(tenant: tenant, caseNumber: number, id) })
        else { return nil }
        let specification = try await engine.specifications.record(record.specification, in: tenant)
        let model = try engine.specifications.library.model(of: specification)
        guard let task = model.nets.first(where: { $0.id == record.netName })?.tasks.first(where: { $0.id == id.task }),
            case .gateway(let gateway)? = task.decomposition.flatMap({ model.decomposition($0) })
        else { return nil }
        return ServiceItem(
            record: record, specification: model.id, task: task, gateway: gateway,
            outputRoot: model.schemaVersion.hasSimpleRootData ? "data" : gateway.id)
    }

    private struct ServiceKey: Hashable {
        let isGateway: Bool
        let name: String
    }
}

/// An item and what its specification says about it.
struct ServiceItem: Sendable {
    let record: ItemRecord
    let specification: SpecificationID
    let task: NetTask
    let gateway: Gateway
    let outputRoot: String
}

/// A service or an external data gateway, and how its work stands.
public struct ServiceRow: Sendable, Equatable {
    public let name: String
    /// A gateway for data, or else a service that does work.
    public let isGateway: Bool
    /// `echo`, `http`, `shell`, `files`, `sql`; nil when nothing is configured under the name.
    public let kind: String?
    public let waiting: Int
    public let running: Int
    /// The service has them and will be heard of.
    public let accepted: Int
    /// Not tried any more by themselves.
    public let failed: Int
    public let lastFailure: String?
}
