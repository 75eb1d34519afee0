import Engine
import Platform
import Workflow

/// A store in front of another one, for tests and benches that meddle with what goes through. Every call passes `pass`; who wants to
/// change what a commit does writes `commit` anew.
public protocol ForwardingStore: Store {
    var store: any Store { get }

    /// Carries out one call of the store behind.
    func pass<T: Sendable>(_ call: String, _ body: (any Store) async throws(StoreError) -> T) async throws(StoreError) -> T
}

extension ForwardingStore {
    public func pass<T: Sendable>(_ call: String, _ body: (any Store) async throws(StoreError) -> T) async throws(StoreError) -> T {
        try await body(store)
    }

    public var name: String { store.name }
    public var kind: String { store.kind }
    public var concurrentCommits: Int { store.concurrentCommits }
    public func changes() -> AsyncStream<Void> { store.changes() }

    public func now() async throws(StoreError) -> Int64 {
        try await pass("now") { store throws(StoreError) in try await store.now() }
    }

    public func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        try await pass("commit") { store throws(StoreError) in try await store.commit(steps) }
    }

    public func reserveCaseNumbers(tenant: TenantID, count: Int) async throws(StoreError) -> Int64 {
        try await pass("reserveCaseNumbers") { store throws(StoreError) in try await store.reserveCaseNumbers(tenant: tenant, count: count)
        }
    }

    public func reply(tenant: TenantID, to request: RequestKey) async throws(StoreError) -> RecordedReply? {
        try await pass("reply") { store throws(StoreError) in try await store.reply(tenant: tenant, to: request) }
    }

    public func specifications(tenant: TenantID) async throws(StoreError) -> [SpecificationRecord] {
        try await pass("specifications") { store throws(StoreError) in try await store.specifications(tenant: tenant) }
    }

    public func specification(tenant: TenantID, id: Int64) async throws(StoreError) -> SpecificationRecord? {
        try await pass("specification") { store throws(StoreError) in try await store.specification(tenant: tenant, id: id) }
    }

    public func specificationVersions(tenant: TenantID) async throws(StoreError) -> [Int64: Int64] {
        try await pass("specificationVersions") { store throws(StoreError) in try await store.specificationVersions(tenant: tenant) }
    }

    public func caseCounts(tenant: TenantID) async throws(StoreError) -> [Int64: (open: Int, all: Int)] {
        try await pass("caseCounts") { store throws(StoreError) in try await store.caseCounts(tenant: tenant) }
    }

    public func identity() async throws(StoreError) -> String {
        try await pass("identity") { store throws(StoreError) in try await store.identity() }
    }

    public func leaseNode(holder: String, now: Int64, until: Int64) async throws(StoreError) -> Int64? {
        try await pass("leaseNode") { store throws(StoreError) in try await store.leaseNode(holder: holder, now: now, until: until) }
    }

    public func dropReplies(before moment: Int64, limit: Int) async throws(StoreError) -> Int {
        try await pass("dropReplies") { store throws(StoreError) in try await store.dropReplies(before: moment, limit: limit) }
    }

    public func tenants() async throws(StoreError) -> [TenantID] {
        try await pass("tenants") { store throws(StoreError) in try await store.tenants() }
    }

    public func casesAwaitingOthers(tenant: TenantID) async throws(StoreError) -> [Int64] {
        try await pass("casesAwaitingOthers") { store throws(StoreError) in try await store.casesAwaitingOthers(tenant: tenant) }
    }

    public func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord] {
        try await pass("loadCases") { store throws(StoreError) in try await store.loadCases(tenant: tenant, numbers: numbers) }
    }

    public func cases(
        tenant: TenantID, openOnly: Bool, before number: Int64?, limit: Int
    ) async throws(StoreError) -> [CaseSummary] {
        try await pass("cases") { store throws(StoreError) in
            try await store.cases(tenant: tenant, openOnly: openOnly, before: number, limit: limit)
        }
    }

    public func caseSummary(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseSummary? {
        try await pass("caseSummary") { store throws(StoreError) in try await store.caseSummary(tenant: tenant, number: number) }
    }

    public func caseNumbers(tenant: TenantID, after number: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await pass("caseNumbers") { store throws(StoreError) in try await store.caseNumbers(tenant: tenant, after: number, limit: limit)
        }
    }

    public func items(
        tenant: TenantID, caseNumber: Int64?, after item: ItemCursor?, limit: Int
    ) async throws(StoreError) -> [ItemRecord] {
        try await pass("items") { store throws(StoreError) in
            try await store.items(tenant: tenant, caseNumber: caseNumber, after: item, limit: limit)
        }
    }

    public func item(tenant: TenantID, caseNumber: Int64, _ item: WorkItemID) async throws(StoreError) -> ItemRecord? {
        try await pass("item") { store throws(StoreError) in try await store.item(tenant: tenant, caseNumber: caseNumber, item) }
    }

    public func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await pass("dueTimers") { store throws(StoreError) in try await store.dueTimers(before: moment, limit: limit) }
    }

    public func nextTimer(after moment: Int64) async throws(StoreError) -> Int64? {
        try await pass("nextTimer") { store throws(StoreError) in try await store.nextTimer(after: moment) }
    }

    public func timers(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await pass("timers") { store throws(StoreError) in try await store.timers(tenant: tenant, caseNumber: caseNumber, limit: limit)
        }
    }

    public func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord] {
        try await pass("claimOutbox") { store throws(StoreError) in try await store.claimOutbox(claim) }
    }

    public func settleOutbox(tenant: TenantID, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError) {
        try await pass("settleOutbox") { store throws(StoreError) in
            try await store.settleOutbox(tenant: tenant, request: request, claimant: claimant, outcome)
        }
    }

    public func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64? {
        try await pass("nextOutbox") { store throws(StoreError) in try await store.nextOutbox(kind, names: names) }
    }

    public func outbox(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord] {
        try await pass("outbox") { store throws(StoreError) in try await store.outbox(tenant: tenant, caseNumber: caseNumber, limit: limit)
        }
    }

    public func retryOutbox(tenant: TenantID, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int {
        try await pass("retryOutbox") { store throws(StoreError) in try await store.retryOutbox(tenant: tenant, item: item, now: now) }
    }

    public func entity(tenant: TenantID, kind: String, id: Int64) async throws(StoreError) -> EntityRecord? {
        try await pass("entity") { store throws(StoreError) in try await store.entity(tenant: tenant, kind: kind, id: id) }
    }

    public func entity(tenant: TenantID, kind: String, holding key: EntityKey) async throws(StoreError) -> EntityRecord? {
        try await pass("entity holding") { store throws(StoreError) in try await store.entity(tenant: tenant, kind: kind, holding: key) }
    }

    public func entities(_ query: EntityQuery) async throws(StoreError) -> [EntityRecord] {
        try await pass("entities") { store throws(StoreError) in try await store.entities(query) }
    }

    public func entities(tenant: TenantID, after id: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await pass("all entities") { store throws(StoreError) in try await store.entities(tenant: tenant, after: id, limit: limit) }
    }

    public func dueEntities(before moment: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await pass("dueEntities") { store throws(StoreError) in try await store.dueEntities(before: moment, limit: limit) }
    }

    public func nextEntityTimer() async throws(StoreError) -> Int64? {
        try await pass("nextEntityTimer") { store throws(StoreError) in try await store.nextEntityTimer() }
    }

    public func events(
        tenant: TenantID, afterAggregate id: Int64, sequence: Int64, limit: Int
    ) async throws(StoreError) -> [EventRecord] {
        try await pass("events by aggregate") { store throws(StoreError) in
            try await store.events(tenant: tenant, afterAggregate: id, sequence: sequence, limit: limit)
        }
    }

    public func events(tenant: TenantID, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord] {
        try await pass("events") { store throws(StoreError) in
            try await store.events(tenant: tenant, caseNumber: caseNumber, after: position, limit: limit)
        }
    }

    public func latestEvents(tenant: TenantID, limit: Int) async throws(StoreError) -> [EventRecord] {
        try await pass("latestEvents") { store throws(StoreError) in try await store.latestEvents(tenant: tenant, limit: limit) }
    }
}
