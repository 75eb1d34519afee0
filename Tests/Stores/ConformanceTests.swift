@testable import Engine
import StoreSupport
import Platform
import Foundation
import PostgresStore
import SQLiteStore
import Support
import Testing
import Workflow
import XMLTree

/// What every store has to do, each test on each kind of store.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct ConformanceTests {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sqlite, postgresql
        var testDescription: String { rawValue }
    }

    /// One store that several open.
    private final class World {
        private let kind: Kind
        private let folder: TemporaryFolder
        private let url: String
        let clock = VirtualClock()

        init(_ kind: Kind) throws {
            self.kind = kind
            folder = try TemporaryFolder(isInMemory: true)
            url = kind == .postgresql ? try PostgresServer.unsafe.get().newDatabase() : ""
        }

        func store() async throws -> any Store {
            switch kind {
            case .sqlite: try SQLiteStore(path: folder.path("test.db")) { [clock] in clock.now }
            case .postgresql: try await PostgresStore(ServerPlace(url)) { [clock] in clock.now }
            }
        }

        func engine() async throws -> WorkflowEngine {
            WorkflowEngine(
                store: try await store(),
                options: WorkflowEngine.Options(services: ServiceDirectory(services: [Gateway.automated: EchoService()])))
        }
    }

    private static let ann = Principal(name: "ann", tenant: .local)

    private func load(_ engine: WorkflowEngine, _ text: String = TestSpecifications.two, as request: String = "load") async throws {
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(text.utf8), file: "test.yawl"), request: RequestID(request))
    }

    private func start(_ engine: WorkflowEngine, _ name: String = "two", request: String = "start") async throws -> Int64 {
        let reply = try await engine.local.perform(
            .startCase(SpecificationReference(name: name), data: nil), request: RequestID(request))
        guard case .started(let number, _) = reply else { throw StoreError(.failure, "unexpected reply \(reply)") }
        return number
    }

    /// A specification as a step, for tests that speak to the store itself.
    private func specification(_ id: Int64 = 7, tenant: TenantID = .local, request: String) -> Step {
        let event = NewEvent(kind: "specificationLoaded", at: 5, actor: "ann", format: 2, body: [1, 0, 255], chain: [9])
        let record = SpecificationRecord(
            internalID: id, id: SpecificationID(identifier: "U", version: SpecificationVersion("0.1"), uri: "s"), source: [0, 60, 255],
            indexInFile: 0, loadedAt: 5, loadedBy: "ann", isLoaded: true, version: 1, chain: [9])
        return Step(
            tenant: tenant, key: RequestKey(.person("ann"), request), fingerprint: [1], reply: Array(request.utf8), at: 5,
            parts: [
                Step.Part(
                    scope: tenant, aggregate: .ofSpecification(id), expectedVersion: 0, events: [event], change: .specification(record))
            ])
    }

    @Test(arguments: Kind.allCases) func aCaseGoesOnWhereItWasInAnotherProcess(_ kind: Kind) async throws {
        let world = try World(kind)
        let first = try await world.engine(), second = try await world.engine()
        try await load(first)
        let number = try await start(first)
        _ = try await first.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("take"))
        let output = try XMLDocument.parse("<Ask><n>5</n></Ask>")
        _ = try await second.local.perform(.completeItem(WorkItemID(CaseID("1.1"), "A"), data: output), request: RequestID("done"))
        #expect(try await second.local.items().map(\.id.description) == ["1:B"])
        #expect(try await second.local.replayedCase(number) == first.local.caseDetail(number).state)
    }

    @Test(arguments: Kind.allCases) func aRepeatedRequestAnswersAsTheFirstTime(_ kind: Kind) async throws {
        let world = try World(kind)
        let engine = try await world.engine(), other = try await world.engine()
        try await load(engine)
        #expect(try await start(engine, request: "r") == 1)
        #expect(try await start(other, request: "r") == 1)
        #expect(try await start(engine, request: "s") == 2)
    }

    @Test(arguments: Kind.allCases) func ofManyWhoStartOneItemOneSucceeds(_ kind: Kind) async throws {
        let world = try World(kind)
        let engines = [try await world.engine(), try await world.engine(), try await world.engine()]
        try await load(engines[0])
        _ = try await start(engines[0])
        let winners = await withTaskGroup(of: Bool.self) { group in
            for n in 0 ..< 24 {
                group.addTask {
                    (try? await engines[n % 3].local.perform(
                        .startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("try-\(n)"))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    /// A start and an unload at the same moment: never a case of what is not loaded.
    @Test(arguments: Kind.allCases) func aSpecificationIsNotUnloadedUnderACase(_ kind: Kind) async throws {
        let world = try World(kind)
        let first = try await world.engine(), second = try await world.engine()
        for round in 0 ..< 8 {
            try await load(first, as: "load-\(round)")
            async let unloaded = try? second.local.perform(
                .unloadSpecification(SpecificationReference("two")), request: RequestID("u-\(round)"))
            async let started = try? start(first, request: "s-\(round)")
            let (isUnloaded, number) = (await unloaded != nil, await started)
            #expect(isUnloaded != (number != nil))
            if let number { _ = try await first.local.perform(.cancelCase(number), request: RequestID("c-\(round)")) }
            if !isUnloaded {
                _ = try await second.local.perform(
                    .unloadSpecification(SpecificationReference("two")), request: RequestID("v-\(round)"))
            }
        }
    }

    @Test(arguments: Kind.allCases) func stepsOfABatchStandEachOnItsOwn(_ kind: Kind) async throws {
        let world = try World(kind), store = try await world.store()
        defer { withExtendedLifetime(world) {} }
        let outcomes = try await store.commit([
            specification(7, request: "a"), specification(8, request: "b"), specification(9, request: "a"),
            specification(10, tenant: TenantID(rawValue: 2), request: "a"),
        ])
        // The second has the name of the first, the third its request, the fourth is another tenant's.
        #expect(outcomes == [.committed, .conflict, .repeated(RecordedReply(reply: Array("a".utf8), fingerprint: [1])), .committed])
        #expect(try await store.specifications(tenant: .local).map(\.internalID) == [7])
        #expect(try await store.specifications(tenant: .local).first?.source == [0, 60, 255])
        #expect(try await store.specification(tenant: TenantID(rawValue: 2), id: 7) == nil)
        #expect(try await store.reply(tenant: .local, to: RequestKey(.person("ann"), "b")) == nil)
        #expect(try await store.events(tenant: .local, caseNumber: nil, after: 0, limit: 10).map(\.event.body) == [[1, 0, 255]])
        #expect(try await store.commit([]) == [])
    }

    @Test(arguments: Kind.allCases) func caseNumbersAreHandedOutOnce(_ kind: Kind) async throws {
        let world = try World(kind)
        let stores = [try await world.store(), try await world.store()]
        let firsts = try await withThrowingTaskGroup(of: Int64.self) { group in
            for n in 0 ..< 20 { group.addTask { try await stores[n % 2].reserveCaseNumbers(tenant: .local, count: 3) } }
            return try await group.reduce(into: [Int64]()) { $0.append($1) }.sorted()
        }
        #expect(firsts == (0 ..< 20).map { Int64($0) * 3 + 1 })
        #expect(try await stores[0].reserveCaseNumbers(tenant: TenantID(rawValue: 2), count: 1) == 1)
    }

    @Test(arguments: Kind.allCases) func anEntryOfTheOutboxIsClaimedOnceAndAgainWhenTheClaimLapsed(_ kind: Kind) async throws {
        let world = try World(kind)
        let engine = try await world.engine()
        try await load(engine, TestSpecifications.wide)
        for n in 0 ..< 6 {
            let number = try await start(engine, "wide", request: "s\(n)")
            guard
                case .itemStarted(let item) = try await engine.local.perform(
                    .startItem(WorkItemID(CaseID(number: number), "S")), request: RequestID("t\(n)"))
            else { continue }
            _ = try await engine.local.perform(.completeItem(item, data: nil), request: RequestID("c\(n)"))
        }
        let stores = [try await world.store(), try await world.store()]
        let now = world.clock.now
        func claim(_ store: any Store, _ who: String, at moment: Int64) async throws -> [OutboxRecord] {
            try await store.claimOutbox(
                OutboxClaim(kind: .service, name: Gateway.automated, claimant: who, now: moment, until: moment + 1000, limit: 4))
        }
        async let first = claim(stores[0], "a", at: now), second = claim(stores[1], "b", at: now)
        let (mine, others) = (try await first, try await second)
        let both = (mine + others).map(\.request.description)
        #expect(Set(both).count == both.count && both.count >= 4)
        let rest = try await claim(stores[0], "a", at: now)
        #expect(both.count + rest.count == 6)
        #expect(try await claim(stores[0], "c", at: now + 1000).count == 4)
        // Whose claim lapsed and was taken by others settles nothing.
        let entry = try #require(mine.first ?? others.first)
        try await stores[0].settleOutbox(tenant: .local, request: entry.request, claimant: "nobody", .done)
        #expect(try await stores[0].outbox(tenant: .local, caseNumber: nil, limit: 100).count == 6)
    }

    @Test(arguments: Kind.allCases) func aCommitIsToldToOthers(_ kind: Kind) async throws {
        let world = try World(kind)
        let watching = try await world.store(), engine = try await world.engine()
        var changes = watching.changes().makeAsyncIterator()
        try await load(engine)
        #expect(await changes.next() != nil)
    }

    @Test(arguments: Kind.allCases) func theLogIsReadOnFromWhereOneWas(_ kind: Kind) async throws {
        let world = try World(kind)
        let engine = try await world.engine(), store = try await world.store()
        try await load(engine)
        for n in 0 ..< 5 { _ = try await start(engine, request: "s\(n)") }
        let all = try await store.events(tenant: .local, caseNumber: nil, after: 0, limit: 1000)
        #expect(all.map(\.position) == all.map(\.position).sorted() && Set(all.map(\.position)).count == all.count)
        var position: Int64 = 0, pieces: [EventRecord] = []
        while case let page = try await store.events(tenant: .local, caseNumber: nil, after: position, limit: 4), let last = page.last {
            pieces += page
            position = last.position
        }
        #expect(pieces == all)
        #expect(try await store.latestEvents(tenant: .local, limit: 7) == Array(all.suffix(7)))
    }
}
