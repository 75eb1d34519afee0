import Engine
import Foundation
import Platform
import StoreSupport
import Support
import Synchronization
import Testing
import Workflow

/// Lists come in pages, and one thing is looked up by its id.
@Suite struct ListTests {
    /// Remembers which calls were made.
    private final class CountingStore: ForwardingStore {
        let store: any Store
        private let made = Mutex<[String]>([])

        init(_ store: any Store) { self.store = store }

        var calls: [String] { made.withLock { $0 } }

        func pass<T: Sendable>(
            _ call: String, _ body: (any Store) async throws(StoreError) -> T
        ) async throws(StoreError) -> T {
            made.withLock { $0.append(call) }
            return try await body(store)
        }

        func forget() { made.withLock { $0 = [] } }
    }

    @Test(arguments: StoreWorld.Kind.both) func anItemIsLookedUpByItsID(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), store = CountingStore(try await world.store()), engine = WorkflowEngine(store: store)
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(TestSpecifications.two.utf8), file: "two.yawl"), request: RequestID("load"))
        for n in 1 ... 20 {
            _ = try await engine.local.perform(.startCase(SpecificationReference("two"), data: nil), request: RequestID("s\(n)"))
        }
        store.forget()
        let detail = try await engine.local.itemDetail(WorkItemID(CaseID("7"), "A"))
        #expect(detail.row.caseNumber == 7 && detail.row.status == .enabled)
        #expect(store.calls == ["item", "specification"], "no list is read for one row")
        store.forget()
        let missing = await #expect(throws: EngineError.self) { try await engine.local.itemDetail(WorkItemID(CaseID("7"), "B")) }
        #expect(missing?.message.contains("Case 7 has 7:A") == true)
    }

    /// A million in the long form: what the first page takes is printed, not judged.
    @Test(.timeLimit(.minutes(20)), arguments: StoreWorld.Kind.both)
    func openCasesAndItemsComeByCursorWhileOthersCommit(_ kind: StoreWorld.Kind) async throws {
        let count = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 20_000 : 1_000_000
        let world = try StoreWorld(kind), engine = try await world.engine(), store = try await world.store()
        try await CaseWork.load(engine)
        try fill(world, count)
        let first = try await Self.time { try await store.cases(tenant: .local, openOnly: true, before: nil, limit: 200) }
        let firstItems = try await Self.time { try await store.items(tenant: .local, caseNumber: nil, after: nil, limit: 200) }
        print("\(count) open cases on \(kind.rawValue): first page of cases \(first), of items \(firstItems)")

        // From the newest to the oldest; those that are started meanwhile come before the first page.
        var before: Int64?, seen: Set<Int64> = [], started = 0
        while case let page = try await store.cases(tenant: .local, openOnly: true, before: before, limit: 5_000), let last = page.last {
            for summary in page { #expect(seen.insert(summary.number).inserted) }
            before = last.number
            started += 1
            if started < 5 {
                _ = try await engine.local.perform(.startCase(SpecificationReference("kill"), data: nil), request: RequestID("n\(started)"))
            }
        }
        #expect(seen.isSuperset(of: 1 ... Int64(count)) && seen.count == count)

        var after: ItemCursor?, items: Set<String> = []
        while case let page = try await store.items(tenant: .local, caseNumber: nil, after: after, limit: 5_000), let last = page.last {
            for item in page { #expect(items.insert(item.item.description).inserted) }
            after = ItemCursor(enabledAt: last.enabledAt, caseNumber: last.caseNumber, item: last.item)
        }
        #expect(items.count == count + 4)
    }

    /// Cases with one item each, put there as fast as the database can: what is listed is what counts here.
    private func fill(_ world: StoreWorld, _ count: Int) throws {
        let specification = try world.sql("SELECT spec_id FROM specification"), now = world.clock.now
        let series =
            world.kind == .sqlite
            ? "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < \(count))"
            : "WITH series(n) AS (SELECT generate_series(1, \(count)))"
        let bytes = world.kind == .sqlite ? "x''" : "''::bytea"
        try world.script(
            """
            \(series) INSERT INTO case_state(case_id, tenant_id, number, spec_id, status, \
            version, started_at, started_by, changed_at, open_items,
              marking, marking_hash, chain) SELECT n, 1, n, \(specification), 0, 1, \(now) + n, \
            'ann', \(now) + n, 1, \(bytes), \(bytes), \(bytes)
              FROM series
            """)
        try world.script(
            """
            \(series) INSERT INTO work_item(case_id, item, tenant_id, net, net_name, status, enabled_at)
              SELECT n, CAST(n AS TEXT) || ':S', 1, CAST(n AS TEXT), 'Net', 0, \(now) - 1000 + n % 7 FROM series
            """)
        try world.script(
            """
            INSERT INTO case_number(tenant_id, next) VALUES (1, \(count + 1)) ON CONFLICT \
            (tenant_id) DO UPDATE SET next = \(count + 1)
            """)
        if world.kind != .sqlite { try world.sql("ANALYZE") }
    }

    private static func time<T>(_ body: () async throws -> [T]) async throws -> Duration {
        let start = ContinuousClock.now
        #expect(try await body().count == 200)
        return ContinuousClock.now - start
    }
}
