import Platform
import Workflow

/// Where the world is kept: the log, the snapshots and the queues. SQLite and PostgreSQL implement it alike; a conformance suite
/// holds them to it. Nothing here knows a rule: a store keeps what a step says and refuses what came too late.
public protocol Store: Sendable {
    /// For people: a path, or a server and database.
    var name: String { get }
    /// `embedded` or `postgresql`.
    var kind: String { get }

    /// Batches of steps that are worth committing side by side.
    var concurrentCommits: Int { get }

    /// A random name given to the store when it was made; it goes out with every call, so that no two stores' calls are taken for one.
    func identity() async throws(StoreError) -> String

    /// The present moment in milliseconds since 1970, the same for everybody who has the store open: what is due is due by it.
    func now() async throws(StoreError) -> Int64

    /// Commits steps of different aggregates in one transaction, each on its own terms: a step with a part whose version is not the
    /// stored one changes nothing and is a conflict; one whose request was answered before gives that answer. Returns after the flush.
    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome]

    /// Hands out `count` case numbers never handed out before, and gives the first. Numbers not used are lost.
    func reserveCaseNumbers(tenant: TenantID, count: Int) async throws(StoreError) -> Int64

    /// Leases one of `NodeLease.count` numbers to a maker of ids until a moment; nil when others hold all of them. Whoever holds one
    /// keeps it by asking again in time.
    func leaseNode(holder: String, now: Int64, until: Int64) async throws(StoreError) -> Int64?

    /// The reply recorded for a request.
    func reply(tenant: TenantID, to request: RequestKey) async throws(StoreError) -> RecordedReply?
    /// Drops replies that were recorded before a moment, the oldest first; gives how many.
    func dropReplies(before moment: Int64, limit: Int) async throws(StoreError) -> Int

    func specifications(tenant: TenantID) async throws(StoreError) -> [SpecificationRecord]
    func specification(tenant: TenantID, id: Int64) async throws(StoreError) -> SpecificationRecord?
    /// Which specifications there are, by internal id, in which version of their records.
    func specificationVersions(tenant: TenantID) async throws(StoreError) -> [Int64: Int64]
    /// Open and all cases by specification.
    func caseCounts(tenant: TenantID) async throws(StoreError) -> [Int64: (open: Int, all: Int)]

    /// Cases with exlets that wait for something outside of them, oldest first.
    func casesAwaitingOthers(tenant: TenantID) async throws(StoreError) -> [Int64]
    /// Tenants that have anything in the store, the house not among them.
    func tenants() async throws(StoreError) -> [TenantID]

    /// Cases with their data and items, as needed to go on with them, by number; those that are not there are left out.
    func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord]
    /// Newest first; below a number, where one is given.
    func cases(tenant: TenantID, openOnly: Bool, before number: Int64?, limit: Int) async throws(StoreError) -> [CaseSummary]
    func caseSummary(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseSummary?
    /// Numbers of cases above one, ascending: to go through all of them.
    func caseNumbers(tenant: TenantID, after number: Int64, limit: Int) async throws(StoreError) -> [Int64]
    /// Items that are not done, oldest first; of one case or of all, after an item where one is given.
    func items(tenant: TenantID, caseNumber: Int64?, after item: ItemCursor?, limit: Int) async throws(StoreError) -> [ItemRecord]
    func item(tenant: TenantID, caseNumber: Int64, _ item: WorkItemID) async throws(StoreError) -> ItemRecord?

    /// Timers that wake at or before a moment, the earliest first; of all tenants.
    func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord]
    /// When the earliest timer of a case wakes that wakes after a moment; nil when none does.
    func nextTimer(after moment: Int64) async throws(StoreError) -> Int64?
    /// Timers that run or stand still, the earliest first; of one case or of all.
    func timers(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord]

    /// Claims entries of the outbox, those due longest first. Of several who claim at once each entry goes to one.
    func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord]
    /// Ends a claim; without effect when the claim has lapsed and somebody else has the entry, or when the entry is gone.
    func settleOutbox(tenant: TenantID, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError)
    /// When the next entry of a kind and one of these names can be claimed; nil when there is none.
    func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64?
    /// What is in the outbox, oldest first; of one case or of all.
    func outbox(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord]
    /// Makes what is parked due now, of one item or of all; gives how many.
    func retryOutbox(tenant: TenantID, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int

    /// An entity, also one that is no more.
    func entity(tenant: TenantID, kind: String, id: Int64) async throws(StoreError) -> EntityRecord?
    /// The entity that has a unique key.
    func entity(tenant: TenantID, kind: String, holding key: EntityKey) async throws(StoreError) -> EntityRecord?
    /// Those that are no more are left out.
    func entities(_ query: EntityQuery) async throws(StoreError) -> [EntityRecord]
    /// Everything there is or was, of all kinds, by id, after one: to go through all of them.
    func entities(tenant: TenantID, after id: Int64, limit: Int) async throws(StoreError) -> [EntityRecord]
    /// Entities that want to be woken at or before a moment, the earliest first; of all tenants.
    func dueEntities(before moment: Int64, limit: Int) async throws(StoreError) -> [EntityRecord]
    /// When the earliest entity wants to be woken; nil when none does.
    func nextEntityTimer() async throws(StoreError) -> Int64?

    /// The log after a position, in order; of one case or of all.
    func events(tenant: TenantID, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord]
    /// The log by aggregate and then by sequence, after an event: the order in which aggregates are followed one after the other.
    func events(tenant: TenantID, afterAggregate id: Int64, sequence: Int64, limit: Int) async throws(StoreError) -> [EventRecord]
    func latestEvents(tenant: TenantID, limit: Int) async throws(StoreError) -> [EventRecord]

    /// Yields after commits, this process's and others', once they can be read. Several may come as one; none is missed.
    func changes() -> AsyncStream<Void>
}

extension Store {
    /// One writer at a time, unless the store says otherwise.
    public var concurrentCommits: Int { 1 }

    public func loadCase(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseRecord? {
        try await loadCases(tenant: tenant, numbers: [number]).first
    }
}

/// The last item one has; the next page begins after it.
public struct ItemCursor: Sendable, Hashable {
    public var enabledAt: Int64
    public var caseNumber: Int64
    public var item: WorkItemID

    public init(enabledAt: Int64, caseNumber: Int64, item: WorkItemID) {
        self.enabledAt = enabledAt
        self.caseNumber = caseNumber
        self.item = item
    }
}
