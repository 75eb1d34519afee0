import Engine
import Platform
import Synchronization
import Workflow

/// A store that keeps specifications and versions in memory and forgets everything else at once: what is left of a command's cost is the
/// engine's own. It serves `CoreBench` alone; cases are gone on with from the engine's own memory, and nothing can be read back.
final class MemoryStore: Store {
    private struct State {
        var specifications: [SpecificationRecord] = []
        var versions: [AggregateID: Int64] = [:]
        var nextCase: Int64 = 1
        /// Items that somebody can start, by case.
        var offered: [Int64: Set<WorkItemID>] = [:]

        mutating func keep(_ part: Step.Part) {
            versions[part.aggregate] = part.newVersion
            switch part.change {
            case .specification(let record): specifications.append(record)
            case .entity: break
            case .caseChange(let change):
                let number = change.summary.number
                guard change.summary.status.isOpen else {
                    // What has ended need not be known any more.
                    versions[part.aggregate] = nil
                    offered[number] = nil
                    return
                }
                for item in change.removedItems { offered[number]?.remove(item) }
                for item in change.items {
                    if item.status == .enabled || item.status == .fired {
                        offered[number, default: []].insert(item.item)
                    } else {
                        offered[number]?.remove(item.item)
                    }
                }
            }
        }
    }

    let name = "memory"
    let kind = "memory"
    private let state = Mutex(State())

    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        state.withLock { state in
            steps.map { step in
                guard step.parts.allSatisfy({ state.versions[$0.aggregate] ?? 0 == $0.expectedVersion }) else { return .conflict }
                for part in step.parts { state.keep(part) }
                return .committed
            }
        }
    }

    /// Something to start; nil when there is nothing.
    func nextItem(ofCase number: Int64) -> WorkItemID? { state.withLock { $0.offered[number]?.first } }

    func reserveCaseNumbers(tenant: TenantID, count: Int) async throws(StoreError) -> Int64 {
        state.withLock { state in
            defer { state.nextCase += Int64(count) }
            return state.nextCase
        }
    }

    func identity() async throws(StoreError) -> String { "memory" }
    func now() async throws(StoreError) -> Int64 { systemMilliseconds() }
    func leaseNode(holder: String, now: Int64, until: Int64) async throws(StoreError) -> Int64? { 0 }
    func reply(tenant: TenantID, to request: RequestKey) async throws(StoreError) -> RecordedReply? { nil }
    func dropReplies(before moment: Int64, limit: Int) async throws(StoreError) -> Int { 0 }
    func tenants() async throws(StoreError) -> [TenantID] { [.local] }
    func changes() -> AsyncStream<Void> { AsyncStream { _ in } }

    func specifications(tenant: TenantID) async throws(StoreError) -> [SpecificationRecord] { state.withLock(\.specifications) }

    func specification(tenant: TenantID, id: Int64) async throws(StoreError) -> SpecificationRecord? {
        state.withLock { $0.specifications.first { $0.internalID == id } }
    }

    func specificationVersions(tenant: TenantID) async throws(StoreError) -> [Int64: Int64] {
        state.withLock { Dictionary($0.specifications.map { ($0.internalID, $0.version) }) { a, _ in a } }
    }

    func entity(tenant: TenantID, kind: String, id: Int64) async throws(StoreError) -> EntityRecord? { nil }
    func entity(tenant: TenantID, kind: String, holding key: EntityKey) async throws(StoreError) -> EntityRecord? { nil }

    // MARK: Nothing is read back

    func caseCounts(tenant: TenantID) async throws(StoreError) -> [Int64: (open: Int, all: Int)] { [:] }
    func casesAwaitingOthers(tenant: TenantID) async throws(StoreError) -> [Int64] { [] }
    func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord] { [] }
    func caseSummary(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseSummary? { nil }
    func caseNumbers(tenant: TenantID, after number: Int64, limit: Int) async throws(StoreError) -> [Int64] { [] }
    func item(tenant: TenantID, caseNumber: Int64, _ item: WorkItemID) async throws(StoreError) -> ItemRecord? { nil }
    func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord] { [] }
    func nextTimer(after moment: Int64) async throws(StoreError) -> Int64? { nil }
    func timers(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord] { [] }
    func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord] { [] }
    func settleOutbox(tenant: TenantID, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError) {}
    func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64? { nil }
    func outbox(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord] { [] }
    func retryOutbox(tenant: TenantID, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int { 0 }
    func entities(_ query: EntityQuery) async throws(StoreError) -> [EntityRecord] { [] }
    func entities(tenant: TenantID, after id: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] { [] }
    func dueEntities(before moment: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] { [] }
    func nextEntityTimer() async throws(StoreError) -> Int64? { nil }
    func latestEvents(tenant: TenantID, limit: Int) async throws(StoreError) -> [EventRecord] { [] }

    func cases(tenant: TenantID, openOnly: Bool, before number: Int64?, limit: Int) async throws(StoreError) -> [CaseSummary] { [] }

    func items(tenant: TenantID, caseNumber: Int64?, after item: ItemCursor?, limit: Int) async throws(StoreError) -> [ItemRecord] { [] }

    func events(tenant: TenantID, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord] { [] }

    func events(
        tenant: TenantID, afterAggregate id: Int64, sequence: Int64, limit: Int
    ) async throws(StoreError) -> [EventRecord] { [] }
}
