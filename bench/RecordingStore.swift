import Engine
import Synchronization
import Workflow

/// A store that remembers the steps it is given, and where it is told to gives each a commit of its own.
final class RecordingStore: Store {
    private let store: any Store
    private let isSplitting: Bool
    private let recorded = Mutex<[Step]>([])

    init(_ store: any Store, isSplitting: Bool) {
        self.store = store
        self.isSplitting = isSplitting
    }

    var name: String { store.name }
    var kind: String { store.kind }
    var concurrentCommits: Int { store.concurrentCommits }
    var steps: [Step] { recorded.withLock { $0 } }

    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        guard isSplitting else {
            let outcomes = try await store.commit(steps)
            recorded.withLock { list in list += zip(steps, outcomes).filter { $0.1 == .committed }.map(\.0) }
            return outcomes
        }
        var outcomes: [StepOutcome] = []
        for step in steps { outcomes += try await store.commit([step]) }
        return outcomes
    }

    func now() async throws(StoreError) -> Int64 { try await store.now() }
    func changes() -> AsyncStream<Void> { store.changes() }
    func reserveCaseNumbers(tenant: Int64, count: Int) async throws(StoreError) -> Int64 { try await store.reserveCaseNumbers(tenant: tenant, count: count) }
    func reply(tenant: Int64, to request: RequestID) async throws(StoreError) -> [UInt8]? { try await store.reply(tenant: tenant, to: request) }
    func specifications(tenant: Int64) async throws(StoreError) -> [SpecificationRecord] { try await store.specifications(tenant: tenant) }
    func specification(tenant: Int64, id: Int64) async throws(StoreError) -> SpecificationRecord? { try await store.specification(tenant: tenant, id: id) }
    func caseCounts(tenant: Int64) async throws(StoreError) -> [Int64: (open: Int, all: Int)] { try await store.caseCounts(tenant: tenant) }
    func ruleSet(tenant: Int64, specification: Int64) async throws(StoreError) -> RuleSetRecord? { try await store.ruleSet(tenant: tenant, specification: specification) }
    func casesAwaitingOthers(tenant: Int64) async throws(StoreError) -> [Int64] { try await store.casesAwaitingOthers(tenant: tenant) }
    func loadCase(tenant: Int64, number: Int64) async throws(StoreError) -> CaseRecord? { try await store.loadCase(tenant: tenant, number: number) }
    func cases(tenant: Int64, openOnly: Bool, limit: Int) async throws(StoreError) -> [CaseSummary] { try await store.cases(tenant: tenant, openOnly: openOnly, limit: limit) }
    func caseSummary(tenant: Int64, number: Int64) async throws(StoreError) -> CaseSummary? { try await store.caseSummary(tenant: tenant, number: number) }
    func caseNumbers(tenant: Int64, after number: Int64, limit: Int) async throws(StoreError) -> [Int64] { try await store.caseNumbers(tenant: tenant, after: number, limit: limit) }
    func items(tenant: Int64, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [ItemRecord] { try await store.items(tenant: tenant, caseNumber: caseNumber, limit: limit) }
    func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord] { try await store.dueTimers(before: moment, limit: limit) }
    func nextTimer(after moment: Int64) async throws(StoreError) -> Int64? { try await store.nextTimer(after: moment) }
    func timers(tenant: Int64, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord] { try await store.timers(tenant: tenant, caseNumber: caseNumber, limit: limit) }
    func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord] { try await store.claimOutbox(claim) }
    func settleOutbox(tenant: Int64, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError) {
        try await store.settleOutbox(tenant: tenant, request: request, claimant: claimant, outcome)
    }
    func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64? { try await store.nextOutbox(kind, names: names) }
    func outbox(tenant: Int64, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord] { try await store.outbox(tenant: tenant, caseNumber: caseNumber, limit: limit) }
    func retryOutbox(tenant: Int64, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int { try await store.retryOutbox(tenant: tenant, item: item, now: now) }
    func calendar(tenant: Int64) async throws(StoreError) -> CalendarRecord? { try await store.calendar(tenant: tenant) }
    func events(tenant: Int64, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord] {
        try await store.events(tenant: tenant, caseNumber: caseNumber, after: position, limit: limit)
    }
    func latestEvents(tenant: Int64, limit: Int) async throws(StoreError) -> [EventRecord] { try await store.latestEvents(tenant: tenant, limit: limit) }
}
