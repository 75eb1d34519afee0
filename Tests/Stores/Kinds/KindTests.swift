import Engine
import Foundation
import Platform
import SQLiteStore
import StoreSupport
import Support
import Synchronization
import Testing
import Workflow

/// A kind declared here alone (`Voucher`) has everything that the house gives to what it keeps, on both stores.
@Suite struct KindTests {
    private static let kinds = KindRegistry(KindRegistry.standard.kinds + [Voucher.self])

    private static func options(_ topics: [String: any EffectHandler] = [:]) -> WorkflowEngine.Options {
        WorkflowEngine.Options(services: ServiceDirectory(topics: topics), kinds: kinds)
    }

    private static let later: Int64 = 10_000_000_000_000

    @discardableResult
    private func issue(
        _ engine: WorkflowEngine, _ code: String, value: Int64 = 500, expiresAt: Int64 = later
    ) async throws -> EntityReply {
        try await engine.local.perform(
            .issue(code: code, value: value, expiresAt: expiresAt), on: Voucher.self, .new, verb: "issue",
            request: RequestID("issue \(code)"))
    }

    private func issue(_ engine: WorkflowEngine, _ range: Range<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 32 {
                group.addTask {
                    for n in stride(from: range.lowerBound + lane, to: range.upperBound, by: 32) {
                        try await issue(engine, "C\(n)", value: Int64(1 + n % 97))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: StoreWorld.Kind.both) func itIsStoredChainedAndReplayedToAnyMoment(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), engine = try await world.engine(Self.options()), start = world.clock.now
        let voucher = try await issue(engine, "SPRING")
        #expect(voucher.version == 1)
        // Asked again, it is answered as the first time.
        #expect(try await issue(engine, "SPRING") == voucher)
        world.clock.advance(1000)
        let redeemed = try await engine.local.perform(.redeem, on: Voucher.self, .id(voucher.id), request: RequestID("redeem"))
        #expect(redeemed.version == 2)

        let other = try await world.engine(Self.options())
        let stored = try #require(try await other.local.entity(Voucher.self, .id(voucher.id)))
        #expect(stored.entity.state == .redeemed && stored.entity.redeemedBy == "ann" && stored.version == 2)
        #expect(try await other.local.entity(Voucher.self, id: voucher.id, at: .sequence(1))?.state == .open)
        #expect(try await other.local.entity(Voucher.self, id: voucher.id, at: .time(start))?.state == .open)
        #expect(try await other.local.entity(Voucher.self, id: voucher.id, at: .time(start - 1)) == nil)
        #expect(try await other.local.latestEvents(limit: 2).map(\.kind) == ["issued", "redeemed"])

        let refusal = await #expect(throws: EngineError.self) {
            try await other.local.perform(.redeem, on: Voucher.self, .id(voucher.id), request: RequestID("again"))
        }
        #expect(refusal?.code == "voucher-closed" && refusal?.kind == .conflict)
        #expect(try await other.local.verifyAudit().faults == [])
    }

    @Test(arguments: StoreWorld.Kind.both) func aSecondHolderOfAKeyIsRefusedByName(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind)
        let first = try await world.engine(Self.options()), second = try await world.engine(Self.options())
        let voucher = try await issue(first, "SPRING")
        let error = await #expect(throws: EngineError.self) {
            try await second.local.perform(
                .issue(code: "SPRING", value: 1, expiresAt: Self.later), on: Voucher.self, .new, request: RequestID("other"))
        }
        #expect(error?.code == "key-taken")
        #expect(error?.message.contains("\(voucher.id)") == true && error?.message.contains("SPRING") == true)
        // What is redeemed holds no key.
        _ = try await first.local.perform(.redeem, on: Voucher.self, .id(voucher.id), request: RequestID("redeem"))
        #expect(
            try await second.local.perform(
                .issue(code: "SPRING", value: 1, expiresAt: Self.later), on: Voucher.self, .new, request: RequestID("other")
            ).version == 1)
    }

    /// Of many who want the same key at once one gets it.
    @Test(arguments: StoreWorld.Kind.both) func aKeyIsGivenOnce(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind)
        let engines = [try await world.engine(Self.options()), try await world.engine(Self.options())]
        let winners = await withTaskGroup(of: Bool.self) { group in
            for n in 0 ..< 20 {
                group.addTask {
                    (try? await engines[n % 2].local.perform(
                        .issue(code: "ONE", value: 1, expiresAt: Self.later), on: Voucher.self, .new, request: RequestID("\(n)"))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    /// What one command brings along stands or falls with it.
    @Test(arguments: StoreWorld.Kind.both) func severalEntitiesChangeInOneStep(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), engine = try await world.engine(Self.options())
        let old = try await issue(engine, "SPRING", value: 700)
        let new = try await engine.local.perform(.replace(code: "SPRING"), on: Voucher.self, .new, request: RequestID("replace"))
        #expect(try await engine.local.entity(Voucher.self, .id(old.id)) == nil)
        #expect(try await engine.local.entity(Voucher.self, .key("code", value: "SPRING"))?.id == new.id)
        #expect(try await engine.local.entity(Voucher.self, .id(new.id))?.entity.value == 700)
        #expect(try await engine.local.verifyAudit().faults == [])
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(.replace(code: "NONE"), on: Voucher.self, .new, request: RequestID("none"))
        }
        #expect(error?.code == "no-voucher")
    }

    /// Page by page, while others commit: none twice, none of those that were there missing.
    @Test(.timeLimit(.minutes(10)), arguments: StoreWorld.Kind.both)
    func itIsListedByCursorFilteredAndSorted(_ kind: StoreWorld.Kind) async throws {
        let count = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 1_000 : 10_000
        let world = try StoreWorld(kind), engine = try await world.engine(Self.options())
        try await issue(engine, 0 ..< count)
        for order in [nil, "value", "code"] {
            for isDescending in [false, true] {
                var listing = EntityListing(limit: 64), seen: [EntityRow] = [], disturbances = 0
                listing.order = order
                listing.isDescending = isDescending
                while case let page = try await engine.local.entityRows(of: "voucher", listing), let last = page.last {
                    seen += page
                    listing.after = last.cursor
                    if disturbances < 3 {
                        disturbances += 1
                        try await issue(engine, "D\(order ?? "id")\(isDescending)\(disturbances)")
                    }
                }
                let old = seen.filter { $0.values[0].map { if case .text(let code) = $0 { code.hasPrefix("C") } else { false } } ?? false }
                #expect(Set(seen.map(\.id)).count == seen.count)
                #expect(old.count == count, "by \(order ?? "id"), descending \(isDescending)")
                let places = seen.map { ($0.cursor.place.number, $0.cursor.place.text, $0.id) }
                let isSorted = zip(places, places.dropFirst()).allSatisfy { isDescending ? $0 > $1 : $0 < $1 }
                #expect(isSorted, "by \(order ?? "id"), descending \(isDescending)")
            }
        }
        var listing = EntityListing(limit: count)
        listing.conditions = [.init("value", .greaterOrEqual, FieldPlace(.integer(90))), .init("value", .less, FieldPlace(.integer(95)))]
        let found = try await engine.local.entityRows(of: "voucher", listing)
        #expect(found.count == (0 ..< count).count { (90 ..< 95).contains(1 + $0 % 97) })
        listing = EntityListing(limit: 5)
        listing.words = ["c77"]
        #expect(try await engine.local.entityRows(of: "voucher", listing).map { $0.values[0] } == [.text("C77")])
        listing.order = "state"
        let error = await #expect(throws: EngineError.self) { try await engine.local.entityRows(of: "voucher", listing) }
        #expect(error?.code == "field-not-indexed" && error?.message.contains("code, value") == true)
    }

    @Test(arguments: StoreWorld.Kind.both) func aChangedBodyIsFound(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), engine = try await world.engine(Self.options())
        let voucher = try await issue(engine, "SPRING")
        let body =
            kind == .sqlite
            ? "CAST(replace(CAST(body AS TEXT), '500', '900') AS BLOB)"
            : "convert_to(replace(convert_from(body, 'UTF8'), '500', '900'), 'UTF8')"
        try world.sql("UPDATE entity SET body = \(body) WHERE kind = 'voucher'")
        let fault = try #require(try await engine.local.verifyAudit().fault)
        #expect(fault.kind == "voucher" && fault.number == voucher.id && fault.message.contains("is not what its log says"))
    }

    @Test(.timeLimit(.minutes(5)), arguments: StoreWorld.Kind.both)
    func ofTwoDaemonsOneWakesItAndItsEffectGoesOutUnderAKeyOfItsOwn(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), sink = EffectSink()
        let engines = [try await world.engine(Self.options(["vouchers": sink])), try await world.engine(Self.options(["vouchers": sink]))]
        let short = try await issue(engines[0], "SHORT", expiresAt: world.clock.now + 60_000)
        let long = try await issue(engines[0], "LONG", value: 300)
        world.clock.advance(60_000)
        _ = try await engines[1].local.perform(.redeem, on: Voucher.self, .id(long.id), request: RequestID("redeem"))
        let work = engines.map { engine in Task { await BackgroundWork(keeper: engine.keeper).run() } }
        defer { for task in work { task.cancel() } }
        while try await engines[0].local.entity(Voucher.self, .id(short.id))?.entity.state == .open || sink.effects.isEmpty {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await engines[1].local.latestEvents(limit: 100).filter { $0.kind == "expired" }.map(\.actor) == ["timer"])
        #expect(sink.effects.map(\.body) == ["LONG 300"])
        let store = try await engines[0].keeper.identity()
        #expect(sink.effects[0].key.description.hasPrefix("mizzen/\(store)/1/effect:voucher/\(long.id)/"))
        #expect(try await engines[0].local.verifyAudit().faults == [])
    }

    /// Backed up from one store, restored into the other, it is the same and goes on.
    @Test(.timeLimit(.minutes(5)), arguments: StoreWorld.Kind.both) func itIsBackedUpAndRestored(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), other = try StoreWorld(kind == .sqlite && PostgresServer.isInstalled ? .postgresql : .sqlite)
        var options = Self.options()
        options.openFile = { path throws(StoreError) in try SQLiteStore(path: path) }
        let engine = try await world.engine(options), restored = try await other.engine(options)
        let voucher = try await issue(engine, "SPRING")
        try await issue(engine, 0 ..< 40)
        let file = world.path("backup.db")
        let copied = try await engine.keeper.backup(to: file)
        #expect(try await restored.keeper.restore(from: file).hash == copied.hash)
        #expect(
            try await restored.local.entity(Voucher.self, .id(voucher.id))?.entity
                == engine.local.entity(Voucher.self, .id(voucher.id))?.entity)
        #expect(try await restored.keeper.identity() == engine.keeper.identity())
        #expect(try await restored.local.verifyAudit().faults == [])
        _ = try await restored.local.perform(.redeem, on: Voucher.self, .id(voucher.id), request: RequestID("redeem"))
        // What was asked before the backup is answered after it as it was then.
        #expect(try await issue(restored, "SPRING") == voucher)
    }

    /// Whoever asks twice in different words is told, whoever asks what another asked is not answered for them.
    @Test(arguments: StoreWorld.Kind.both) func itBelongsToItsTenant(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), engine = try await world.engine(Self.options())
        let voucher = try await issue(engine, "SPRING")
        let stranger = engine.session(for: Principal(name: "ann", tenant: TenantID(rawValue: 2)))
        #expect(try await stranger.entity(Voucher.self, .id(voucher.id)) == nil)
        #expect(try await stranger.entity(Voucher.self, .key("code", value: "SPRING")) == nil)
        #expect(try await stranger.entityRows(of: "voucher", EntityListing(limit: 10)) == [])
        let error = await #expect(throws: EngineError.self) {
            try await stranger.perform(.withdraw, on: Voucher.self, .id(voucher.id), request: RequestID("mine"))
        }
        #expect(error?.kind == .notFound)
        // The same code is free in another tenant.
        #expect(
            try await stranger.perform(
                .issue(code: "SPRING", value: 1, expiresAt: Self.later), on: Voucher.self, .new, request: RequestID("issue SPRING")
            ).version == 1)
    }
}

/// Remembers what it was given.
private final class EffectSink: EffectHandler {
    let kind = "test"
    let patience: Int64 = 1000
    private let taken = Mutex<[OutboundEffect]>([])

    var effects: [OutboundEffect] { taken.withLock { $0 } }

    func deliver(_ effect: OutboundEffect) async throws(ServiceError) { taken.withLock { $0.append(effect) } }
}
