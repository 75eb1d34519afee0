import Workflow

extension Session {
    /// Timers that run or stand still, the earliest first; of one case or of all.
    public func timers(ofCase number: Int64? = nil, limit: Int = 100_000) async throws(EngineError) -> [TimerRow] {
        let records = try await engine.ledger.query { try await $0.timers(tenant: tenant, caseNumber: number, limit: limit) }
        guard !records.isEmpty else { return [] }
        let items = try await engine.ledger.query { try await $0.items(tenant: tenant, caseNumber: number, after: nil, limit: .max) }
        return try await rows(records, of: items)
    }

    /// Timers with what the specifications say of them; `items` tell which are still on offer.
    func rows(_ records: [TimerRecord], of items: [ItemRecord]) async throws(EngineError) -> [TimerRow] {
        let offered = Set(items.lazy.filter { $0.status == .enabled }.map { OwnerKey(caseNumber: $0.caseNumber, item: $0.item) })
        let specifications = Dictionary(try await engine.specifications.all(in: tenant).map { ($0.internalID, $0) }) { a, _ in a }
        var rows: [TimerRow] = []
        for record in records {
            guard let specification = specifications[record.specification] else { continue }
            let model = try engine.specifications.library.model(of: specification)
            let task = model.nets.lazy.filter { $0.id == record.netName || record.netName.isEmpty }.flatMap(\.tasks).first {
                $0.id == record.item.task
            }
            let isOffered = offered.contains(OwnerKey(caseNumber: record.caseNumber, item: record.item))
            rows.append(
                TimerRow(
                    caseNumber: record.caseNumber, specification: specification.id, item: record.item,
                    task: task?.label ?? record.item.task,
                    due: record.due, isHeld: record.wakesAt == nil,
                    effect: Self.effect(of: task, in: model, isOffered: isOffered), failure: record.failure))
        }
        return rows
    }

    private static func effect(of task: NetTask?, in model: Specification, isOffered: Bool) -> TimerRow.Effect {
        if case .gateway(let gateway)? = task?.decomposition.flatMap({ model.decomposition($0) }), gateway.isAutomated { return .told }
        return isOffered ? .skipped : .completed
    }

    private struct OwnerKey: Hashable {
        let caseNumber: Int64
        let item: WorkItemID
    }
}

/// A timer of a case as people see it.
public struct TimerRow: Sendable, Equatable {
    /// What happens to the work when it runs out.
    public enum Effect: String, Sendable, Codable {
        /// Nobody has started it: it is skipped.
        case skipped = "skip"
        /// It is completed with the data it has.
        case completed = "complete"
        /// Automated work goes on; its service is told.
        case told = "tell"
    }

    public let caseNumber: Int64
    public let specification: SpecificationID
    public let item: WorkItemID
    /// The task's name for people.
    public let task: String
    /// Milliseconds since 1970 by the store's clock.
    public let due: Int64
    /// Stands still because its case is suspended.
    public let isHeld: Bool
    public let effect: Effect
    public let failure: RunningTimer.Failure?

    public init(
        caseNumber: Int64, specification: SpecificationID, item: WorkItemID, task: String, due: Int64, isHeld: Bool, effect: Effect,
        failure: RunningTimer.Failure?
    ) {
        self.caseNumber = caseNumber
        self.specification = specification
        self.item = item
        self.task = task
        self.due = due
        self.isHeld = isHeld
        self.effect = effect
        self.failure = failure
    }
}
