import Engine
import StoreSupport
import Platform
import Foundation
import PostgresStore
import SQLiteStore
import Support
import Testing
import Workflow
import XMLTree

/// One random stream of commands, through one engine, to SQLite and PostgreSQL at once: every answer of both is compared. Neither
/// store waits for a disk here; what is compared is what is stored.
@Suite struct DifferentialTests {
    private static let ann = Principal(name: "ann", tenant: .local)
    private static let lanes = 64

    private let seed: UInt64
    private let clock = VirtualClock()
    private let folder: TemporaryFolder

    init() throws {
        seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)
        folder = try TemporaryFolder(isInMemory: true)
    }

    private static func commands(_ usual: Int) -> Int {
        let environment = ProcessInfo.processInfo.environment
        return environment["MIZZEN_COMMANDS"].flatMap { Int($0) } ?? (environment["MIZZEN_SOAK"] == nil ? usual : 50_000)
    }

    private func stores() async throws -> ComparedStore {
        let clock = clock
        return ComparedStore(
            try SQLiteStore(path: folder.path("compared.db"), clock: { clock.now }),
            try await PostgresStore(ServerPlace(try PostgresServer.unsafe.get().newDatabase()), clock: { clock.now }))
    }

    /// Steps given to the stores directly, so that there can be many: 50,000 of them.
    @Test func bothStoresKeepTheSame() async throws {
        guard PostgresServer.isInstalled else { return PostgresServer.reportAbsence("the comparison of both stores") }
        let store = try await stores()
        var steps = RandomSteps(SeededRandom(seed))
        let wanted = Self.commands(50_000), start = ContinuousClock.now
        var count = 0, outcomes: [String: Int] = [:]
        while count < wanted, store.differences.isEmpty {
            let batch = try await steps.batch { try await store.reserveCaseNumbers(tenant: $0, count: $1) }
            let answers = try await store.commit(batch)
            steps.take(answers, of: batch)
            count += batch.count
            for answer in answers {
                let name =
                    switch answer {
                    case .committed: "committed";
                    case .conflict: "conflicts";
                    case .repeated: "repeated";
                    case .taken: "taken"
                    }
                outcomes[name, default: 0] += 1
            }
            clock.advance(1)
            count += try await Self.outboxCommands(store, ["n0", "n1"], Int64(steps.random.roll(1000)), &steps.random)
            guard steps.random.roll(3) == 0 else { continue }
            let some = steps.someCase()
            try await Self.look(store, some.tenant, some.number, Int64(steps.random.roll(1000)), &steps.random)
            try await Self.look(store, steps.someEntities(), steps.someEntity(), Int64(steps.random.roll(1000)))
            if steps.random.roll(20) == 0 { _ = try await store.dropReplies(before: Int64(count / 4), limit: 50) }
        }
        print(
            """
            differential test of the stores: \(count) commands \(outcomes), \(store.comparisons) answers compared (SQLite \
            \(store.times.first), PostgreSQL \(store.times.second)), \(ContinuousClock.now - start), MIZZEN_SEED=\(seed)
            """
        )
        #expect(store.differences.isEmpty, "MIZZEN_SEED=\(seed): \(store.differences.prefix(3).joined(separator: "\n"))")
        #expect((outcomes["committed"] ?? 0) > count / 3)
        #expect((outcomes["conflicts"] ?? 0) > count / 100)
        #expect((outcomes["repeated"] ?? 0) > count / 100)
    }

    /// Commands through one engine; 50,000 of them in the long form.
    @Test func anEngineOnBothStoresIsAnsweredAlike() async throws {
        guard PostgresServer.isInstalled else { return PostgresServer.reportAbsence("the comparison of both stores") }
        let wanted = Self.commands(1_000)
        var random = SeededRandom(seed)
        let store = try await stores()
        let engine = WorkflowEngine(
            store: store, options: WorkflowEngine.Options(services: ServiceDirectory(services: [Gateway.automated: EchoService()])))
        for text in [TestSpecifications.two, TestSpecifications.wide] {
            _ = try await engine.local.perform(
                .loadSpecification(source: Array(text.utf8), file: "test.yawl"), request: RequestID("load-\(text.count)"))
        }
        let start = ContinuousClock.now
        var commands = 0, refused = 0, newest: Int64 = 0
        while commands < wanted, store.differences.isEmpty {
            // What is asked is decided by the seed and the world as it is before the round, then all of it is asked at once.
            var round: [(command: Command, request: RequestID)] = []
            while round.count < Self.lanes {
                let request = RequestID(random.roll(40) == 0 ? "again-\(random.roll(commands / 50 + 1))" : "r\(commands + round.count)")
                let number = newest == 0 ? 0 : max(1, newest - Int64(random.roll(150)))
                if random.roll(8) == 0 || newest == 0 {
                    round.append((.startCase(SpecificationReference(random.roll(3) == 0 ? "wide" : "two"), data: nil), request))
                } else if let command = try await Self.command(
                    on: try await store.items(tenant: .local, caseNumber: number, after: nil, limit: 20), number, &random)
                {
                    round.append((command, request))
                }
            }
            refused += await withTaskGroup(of: Int.self) { group in
                for entry in round {
                    group.addTask { (try? await engine.local.perform(entry.command, request: entry.request)) == nil ? 1 : 0 }
                }
                return await group.reduce(0, +)
            }
            commands += round.count
            newest = try await store.cases(tenant: .local, openOnly: false, before: nil, limit: 1).first?.number ?? newest
            clock.advance(Int64(random.roll(5000)))
            commands += try await Self.outboxCommands(store, [Gateway.automated], clock.now, &random)
            try await Self.look(store, .local, max(1, newest - Int64(random.roll(100))), clock.now, &random)
        }
        let time = ContinuousClock.now - start
        print(
            """
            differential test: \(commands) commands (\(refused) refused), \(store.comparisons) answers \
            compared, \(newest) cases, \(time), MIZZEN_SEED=\(seed)
            """
        )
        #expect(store.differences.isEmpty, "MIZZEN_SEED=\(seed): \(store.differences.prefix(3).joined(separator: "\n"))")
        #expect(refused < commands / 2)
    }

    /// Something to do about an item of a case; now and then something that cannot be done.
    private static func command(on items: [ItemRecord], _ number: Int64, _ random: inout SeededRandom) async throws -> Command? {
        guard let item = items.isEmpty ? nil : items[random.roll(items.count)] else {
            return random.roll(30) == 0 ? .resumeCase(number) : nil
        }
        switch random.roll(100) {
        case 0: return .cancelCase(number)
        case 1: return .suspendCase(number)
        case 2 ... 5: return .resumeCase(number)
        case 6: return .skipItem(item.item)
        case 7: return .suspendItem(item.item)
        case 8 ... 9: return .unsuspendItem(item.item)
        case 10: return .rollbackItem(item.item)
        case 11: return .expireTimer(item.item, by: "test")
        case 12: return .postponeTimer(item.item, reason: "é \u{1F6A2} 'quoted' \\ back")
        case 13: return .failItem(item.item, data: nil)
        case 14 ... 15: return .completeItem(item.item, data: nil)
        default: break
        }
        switch item.status {
        case .enabled, .fired: return .startItem(item.item)
        case .executing:
            return .completeItem(
                item.item, data: item.item.task == "A" ? try XMLDocument.parse("<Ask><n>\(random.roll(1000))</n></Ask>") : nil)
        case .suspended: return .unsuspendItem(item.item)
        default: return nil
        }
    }

    /// What services would do: claim, settle, try again. Gives how many commands that was.
    private static func outboxCommands(
        _ store: ComparedStore, _ names: [String], _ now: Int64, _ random: inout SeededRandom
    ) async throws -> Int {
        var count = 1
        let claimed = try await store.claimOutbox(
            OutboxClaim(
                kind: random.pick([.gateway, .service, .service, .effect]), name: random.pick(names), claimant: "c\(random.roll(3))",
                now: now,
                until: now + 10_000, limit: random.roll(8) + 1))
        for entry in claimed {
            let outcomes: [OutboxOutcome] = [
                .done, .accepted, .postponed(until: now + 5000, reason: nil), .postponed(until: now, reason: "no"), .parked(reason: "é"),
            ]
            try await store.settleOutbox(
                tenant: entry.tenant, request: entry.request, claimant: "c\(random.roll(3))", random.pick(outcomes))
            count += 1
        }
        if random.roll(10) == 0 {
            _ = try await store.retryOutbox(tenant: .local, item: claimed.first?.item, now: now)
            count += 1
        }
        return count
    }

    private static func look(
        _ store: ComparedStore, _ query: EntityQuery, _ some: (tenant: TenantID, kind: String, id: Int64, key: EntityKey), _ now: Int64
    ) async throws {
        _ = try await store.entities(query)
        _ = try await store.entity(tenant: some.tenant, kind: some.kind, id: some.id)
        _ = try await store.entity(tenant: some.tenant, kind: some.kind, holding: some.key)
        _ = try await store.entities(tenant: some.tenant, after: some.id, limit: 20)
        _ = try await store.dueEntities(before: now, limit: 20)
        _ = try await store.nextEntityTimer()
        _ = try await store.events(tenant: some.tenant, afterAggregate: some.id - 1, sequence: 0, limit: 20)
    }

    /// Everything there is to read, some of it each time.
    private static func look(
        _ store: ComparedStore, _ tenant: TenantID, _ number: Int64, _ now: Int64, _ random: inout SeededRandom
    ) async throws {
        _ = try await store.loadCases(tenant: tenant, numbers: [number] + (0 ..< random.roll(4)).map { number - Int64($0) })
        _ = try await store.caseSummary(tenant: tenant, number: number)
        let events = try await store.events(tenant: tenant, caseNumber: number, after: 0, limit: random.roll(20) + 1)
        _ = try await store.events(tenant: tenant, caseNumber: number, after: events.last?.position ?? 0, limit: 100)
        _ = try await store.latestEvents(tenant: tenant, limit: 200)
        _ = try await store.dueTimers(before: now, limit: 50)
        _ = try await store.nextTimer(after: now)
        _ = try await store.timers(tenant: tenant, caseNumber: random.roll(2) == 0 ? nil : number, limit: 50)
        _ = try await store.outbox(tenant: tenant, caseNumber: random.roll(2) == 0 ? nil : number, limit: 50)
        _ = try await store.nextOutbox(.service, names: [Gateway.automated, "n0", "n1"])
        _ = try await store.items(tenant: tenant, caseNumber: nil, after: nil, limit: random.roll(50) + 1)
        _ = try await store.caseNumbers(tenant: tenant, after: number, limit: 20)
        guard random.roll(10) == 0 else { return }
        _ = try await store.caseCounts(tenant: tenant)
        _ = try await store.cases(tenant: tenant, openOnly: random.roll(2) == 0, before: random.roll(2) == 0 ? nil : number, limit: 50)
        _ = try await store.tenants()
        _ = try await store.casesAwaitingOthers(tenant: tenant)
        _ = try await store.specifications(tenant: tenant)
        _ = try await store.specificationVersions(tenant: tenant)
        _ = try await store.loadCase(tenant: TenantID(rawValue: tenant.rawValue + 1), number: number)
    }
}
