import Engine
import StoreSupport
import Foundation
import Platform
import Synchronization
import Workflow

/// Two stores as one: everything is done to both and every answer compared. What the first says is passed on. Positions in the log are
/// each store's own, so only their order is compared. While one writes nobody reads, or the two would be seen at different moments.
final class ComparedStore: Store {
    let name = "two stores"
    let kind = "compared"
    private let first: any Store
    private let second: any Store
    private struct State {
        var differences: [String] = []
        var comparisons = 0
        /// Spent waiting for each.
        var times = (first: Duration.zero, second: Duration.zero)
        /// Positions of the second store by the first's.
        var positions: [Int64: Int64] = [:]
    }

    private let state = Mutex(State())
    private let gate = ReadWriteGate()

    init(_ first: any Store, _ second: any Store) {
        self.first = first
        self.second = second
    }

    var differences: [String] { state.withLock(\.differences) }
    var comparisons: Int { state.withLock(\.comparisons) }
    var times: (first: Duration, second: Duration) { state.withLock(\.times) }

    private func both<T: Sendable>(
        _ what: String, isWriting: Bool = false, _ body: @Sendable @escaping (any Store) async throws -> T,
        same: (T, T) -> Bool
    ) async throws(StoreError) -> T {
        await gate.enter(writing: isWriting)
        async let other = Self.result(second, body)
        let (one, firstTime) = await Self.result(first, body), (two, secondTime) = await other
        await gate.leave(writing: isWriting)
        let isSame =
            switch (one, two) {
            case (.success(let a), .success(let b)): same(a, b)
            case (.failure, .failure): true
            default: false
            }
        state.withLock { state in
            state.comparisons += 1
            state.times.first += firstTime
            state.times.second += secondTime
            if !isSame { state.differences.append("\(what): " + Self.difference("\(one)", "\(two)")) }
        }
        return try one.get()
    }

    /// From a little before the place where they begin to differ.
    private static func difference(_ one: String, _ two: String) -> String {
        let same = max(0, zip(one, two).prefix { $0 == $1 }.count - 200)
        return "… \(one.dropFirst(same).prefix(500)) … and … \(two.dropFirst(same).prefix(500))"
    }

    private static func result<T: Sendable>(
        _ store: any Store, _ body: @Sendable (any Store) async throws -> T
    ) async
        -> (Result<T, StoreError>, Duration)
    {
        let start = ContinuousClock.now
        do {
            return (.success(try await body(store)), ContinuousClock.now - start)
        } catch {
            return (.failure(error as? StoreError ?? StoreError(.failure, "\(error)")), ContinuousClock.now - start)
        }
    }

    private func both<T: Sendable & Equatable>(
        _ what: String, isWriting: Bool = false, _ body: @Sendable @escaping (any Store) async throws -> T
    )
        async throws(StoreError) -> T
    {
        try await both(what, isWriting: isWriting, body, same: ==)
    }

    // MARK: Store

    func now() async throws(StoreError) -> Int64 { try await both("now") { try await $0.now() } }
    func changes() -> AsyncStream<Void> { first.changes() }

    func commit(_ steps: [Step]) async throws(StoreError) -> [StepOutcome] {
        try await both("commit", isWriting: true) { try await $0.commit(steps) }
    }

    func reserveCaseNumbers(tenant: TenantID, count: Int) async throws(StoreError) -> Int64 {
        try await both("reserveCaseNumbers", isWriting: true) { try await $0.reserveCaseNumbers(tenant: tenant, count: count) }
    }

    func reply(tenant: TenantID, to request: RequestKey) async throws(StoreError) -> RecordedReply? {
        try await both("reply \(request)") { try await $0.reply(tenant: tenant, to: request) }
    }

    func specifications(tenant: TenantID) async throws(StoreError) -> [SpecificationRecord] {
        try await both("specifications") { try await $0.specifications(tenant: tenant) }
    }

    func specification(tenant: TenantID, id: Int64) async throws(StoreError) -> SpecificationRecord? {
        try await both("specification") { try await $0.specification(tenant: tenant, id: id) }
    }

    func specificationVersions(tenant: TenantID) async throws(StoreError) -> [Int64: Int64] {
        try await both("specificationVersions") { try await $0.specificationVersions(tenant: tenant) }
    }

    func caseCounts(tenant: TenantID) async throws(StoreError) -> [Int64: (open: Int, all: Int)] {
        try await both(
            "caseCounts", { try await $0.caseCounts(tenant: tenant) },
            same: { a, b in
                a.keys == b.keys && a.allSatisfy { key, value in b[key].map { $0 == value } ?? false }
            })
    }

    /// Each store's own, like positions.
    func identity() async throws(StoreError) -> String { try await first.identity() }

    /// Which one is free is each store's own affair; whether there is one is not.
    func leaseNode(holder: String, now: Int64, until: Int64) async throws(StoreError) -> Int64? {
        try await both(
            "leaseNode", isWriting: true, { try await $0.leaseNode(holder: holder, now: now, until: until) },
            same: { ($0 == nil) == ($1 == nil) })
    }

    func dropReplies(before moment: Int64, limit: Int) async throws(StoreError) -> Int {
        try await both("dropReplies", isWriting: true) { try await $0.dropReplies(before: moment, limit: limit) }
    }

    func tenants() async throws(StoreError) -> [TenantID] { try await both("tenants") { try await $0.tenants() } }

    func casesAwaitingOthers(tenant: TenantID) async throws(StoreError) -> [Int64] {
        try await both("casesAwaitingOthers") { try await $0.casesAwaitingOthers(tenant: tenant) }
    }

    func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord] {
        try await both("loadCases \(numbers)") { try await $0.loadCases(tenant: tenant, numbers: numbers) }
    }

    func cases(
        tenant: TenantID, openOnly: Bool, before number: Int64?, limit: Int
    ) async throws(StoreError) -> [CaseSummary] {
        try await both("cases") { try await $0.cases(tenant: tenant, openOnly: openOnly, before: number, limit: limit) }
    }

    func caseSummary(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseSummary? {
        try await both("caseSummary \(number)") { try await $0.caseSummary(tenant: tenant, number: number) }
    }

    func caseNumbers(tenant: TenantID, after number: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await both("caseNumbers") { try await $0.caseNumbers(tenant: tenant, after: number, limit: limit) }
    }

    func items(
        tenant: TenantID, caseNumber: Int64?, after item: ItemCursor?, limit: Int
    ) async throws(StoreError) -> [ItemRecord] {
        try await both("items \(caseNumber ?? 0)") {
            try await $0.items(tenant: tenant, caseNumber: caseNumber, after: item, limit: limit)
        }
    }

    func item(tenant: TenantID, caseNumber: Int64, _ item: WorkItemID) async throws(StoreError) -> ItemRecord? {
        try await both("item \(item)") { try await $0.item(tenant: tenant, caseNumber: caseNumber, item) }
    }

    func dueTimers(before moment: Int64, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await both("dueTimers") { try await $0.dueTimers(before: moment, limit: limit) }
    }

    func nextTimer(after moment: Int64) async throws(StoreError) -> Int64? {
        try await both("nextTimer") { try await $0.nextTimer(after: moment) }
    }

    func timers(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [TimerRecord] {
        try await both("timers") { try await $0.timers(tenant: tenant, caseNumber: caseNumber, limit: limit) }
    }

    func claimOutbox(_ claim: OutboxClaim) async throws(StoreError) -> [OutboxRecord] {
        try await both("claimOutbox", isWriting: true) { try await $0.claimOutbox(claim) }
    }

    func settleOutbox(tenant: TenantID, request: RequestID, claimant: String, _ outcome: OutboxOutcome) async throws(StoreError) {
        _ = try await both("settleOutbox", isWriting: true) { store in
            try await store.settleOutbox(tenant: tenant, request: request, claimant: claimant, outcome)
            return true
        }
    }

    func nextOutbox(_ kind: OutboxRecord.Kind, names: [String]) async throws(StoreError) -> Int64? {
        try await both("nextOutbox") { try await $0.nextOutbox(kind, names: names) }
    }

    func outbox(tenant: TenantID, caseNumber: Int64?, limit: Int) async throws(StoreError) -> [OutboxRecord] {
        try await both("outbox") { try await $0.outbox(tenant: tenant, caseNumber: caseNumber, limit: limit) }
    }

    func retryOutbox(tenant: TenantID, item: WorkItemID?, now: Int64) async throws(StoreError) -> Int {
        try await both("retryOutbox", isWriting: true) { try await $0.retryOutbox(tenant: tenant, item: item, now: now) }
    }

    func entity(tenant: TenantID, kind: String, id: Int64) async throws(StoreError) -> EntityRecord? {
        try await both("entity \(kind) \(id)") { try await $0.entity(tenant: tenant, kind: kind, id: id) }
    }

    func entity(tenant: TenantID, kind: String, holding key: EntityKey) async throws(StoreError) -> EntityRecord? {
        try await both("entity \(kind) \(key)") { try await $0.entity(tenant: tenant, kind: kind, holding: key) }
    }

    func entities(_ query: EntityQuery) async throws(StoreError) -> [EntityRecord] {
        try await both("entities \(query)") { try await $0.entities(query) }
    }

    func entities(tenant: TenantID, after id: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await both("all entities") { try await $0.entities(tenant: tenant, after: id, limit: limit) }
    }

    func dueEntities(before moment: Int64, limit: Int) async throws(StoreError) -> [EntityRecord] {
        try await both("dueEntities") { try await $0.dueEntities(before: moment, limit: limit) }
    }

    func nextEntityTimer() async throws(StoreError) -> Int64? { try await both("nextEntityTimer") { try await $0.nextEntityTimer() } }

    func events(
        tenant: TenantID, afterAggregate id: Int64, sequence: Int64, limit: Int
    ) async throws(StoreError) -> [EventRecord] {
        try await both(
            "events by aggregate", { try await $0.events(tenant: tenant, afterAggregate: id, sequence: sequence, limit: limit) },
            same: { $0.map(\.placeless) == $1.map(\.placeless) })
    }

    func events(tenant: TenantID, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord] {
        let others = state.withLock { $0.positions[position] ?? position }
        return try await compared("events \(caseNumber ?? 0)") { [first] in
            try await $0.events(
                tenant: tenant, caseNumber: caseNumber, after: $0 as AnyObject === first as AnyObject ? position : others, limit: limit)
        }
    }

    func latestEvents(tenant: TenantID, limit: Int) async throws(StoreError) -> [EventRecord] {
        try await compared("latestEvents") { try await $0.latestEvents(tenant: tenant, limit: limit) }
    }

    private func compared(
        _ what: String, _ body: @Sendable @escaping (any Store) async throws -> [EventRecord]
    ) async throws(StoreError) -> [EventRecord] {
        try await both(
            what, body,
            same: { one, two in
                state.withLock { state in for (a, b) in zip(one, two) { state.positions[a.position] = b.position } }
                return one.map(\.placeless) == two.map(\.placeless) && two.map(\.position) == two.map(\.position).sorted()
            })
    }
}

private extension EventRecord {
    var placeless: EventRecord {
        var record = self
        record.position = 0
        return record
    }
}
