import Engine
import Foundation
import Platform
import StoreSupport
import Support
import Testing
import Workflow
import XMLTree

/// Tenants cannot meet: two of them work in one engine on one store, each with a case 1, and everything each sees is what it would see
/// had it a store of its own.
@Suite struct TenantTests {
    private let seed =
        ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)

    /// One tenant in the shared store, and alone in a store of its own by the same clock.
    private struct Twin {
        let shared: Session
        let alone: Session
        var requests = 0

        /// Everything a tenant can see, without what is the store's own.
        static func view(_ session: Session) async throws -> [String] {
            var view = try await session.cases().map { "\($0)" }
            view += try await session.items().map { "\($0)" }
            view += try await session.timers().map { "\($0)" }
            view += try await session.specifications().map { "\($0.id) \($0.openCases) \($0.allCases) \($0.loadedBy)" }
            view += try await session.latestEvents(limit: 10_000).map {
                "\($0.caseNumber) \($0.sequence) \($0.at) \($0.kind) \($0.text) \($0.actor)"
            }
            view += try await session.calendar().holidays.sorted { $0.key < $1.key }.map { "\($0)" }
            return view
        }
    }

    @Test(.timeLimit(.minutes(15)), arguments: StoreWorld.Kind.here) func neitherSeesNorChangesAnythingOfTheOther(
        _ kind: StoreWorld.Kind
    ) async throws {
        let isLong = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] != nil
        let commands = isLong ? 10_000 : kind == .sqlite ? 1_500 : 400
        var random = SeededRandom(seed)
        let world = try StoreWorld(kind), engine = try await world.engine()
        let own = [try StoreWorld(.sqlite), try StoreWorld(.sqlite)]
        var twins: [Twin] = []
        for (index, tenant) in [TenantID.local, TenantID(rawValue: 2)].enumerated() {
            // The same name in both: only the tenant tells them apart.
            let ann = Principal(name: "ann", tenant: tenant)
            twins.append(Twin(shared: engine.session(for: ann), alone: try await own[index].engine().session(for: ann)))
        }
        for index in twins.indices {
            for text in [TestSpecifications.two, TestSpecifications.wide] {
                try await perform(.loadSpecification(source: Array(text.utf8), file: "t.yawl"), &twins[index])
            }
        }
        var refused = 0
        for n in 0 ..< commands {
            let index = random.roll(2)
            for clock in [world.clock, own[0].clock, own[1].clock] { clock.set(VirtualClock.monday + Int64(n) * 500) }
            if try await !perform(try await command(twins[index], &random), &twins[index]) { refused += 1 }
            guard n % 100 == 99 else { continue }
            for twin in twins {
                let (shared, alone) = (try await Twin.view(twin.shared), try await Twin.view(twin.alone))
                let differing = zip(shared, alone).first { $0 != $1 }
                #expect(
                    differing == nil && shared.count == alone.count,
                    """
                    tenant \(twin.shared.tenant), MIZZEN_SEED=\(seed): \
                    \(differing.map { "\($0)".prefix(700) } ?? "another number of rows")
                    """
                )
            }
        }
        print("two tenants on \(kind.rawValue): \(commands) commands, \(refused) refused, MIZZEN_SEED=\(seed)")
        #expect(refused < commands / 2)
        for twin in twins { #expect(try await twin.shared.verifyAudit().faults == []) }
        #expect(try await engine.keeper.tenants() == [.local, TenantID(rawValue: 2)])
    }

    /// Gives both the same; they have to get the same answers. False when it was refused.
    @discardableResult
    private func perform(_ command: Command, _ twin: inout Twin) async throws -> Bool {
        twin.requests += 1
        let request = RequestID("r\(twin.requests)")
        func outcome(_ session: Session) async -> String {
            do { return "\(try await session.perform(command, request: request))" } catch { return "\(error.code): \(error.message)" }
        }
        let (shared, alone) = (await outcome(twin.shared), await outcome(twin.alone))
        // Certificates say when they were made, which both are told by the same clock.
        #expect(shared == alone, "\(command), MIZZEN_SEED=\(seed)")
        return !shared.hasPrefix("item-") && !shared.hasPrefix("case-") && !shared.hasPrefix("timer-")
    }

    private func command(_ twin: Twin, _ random: inout SeededRandom) async throws -> Command {
        let items = try await twin.alone.items(limit: 50)
        guard random.roll(5) > 0, let item = items.isEmpty ? nil : items[random.roll(items.count)] else {
            return .startCase(SpecificationReference(random.roll(3) == 0 ? "wide" : "two"), data: nil)
        }
        switch random.roll(30) {
        case 0: return .cancelCase(item.caseNumber)
        case 1: return .suspendCase(item.caseNumber)
        case 2 ... 4: return .resumeCase(item.caseNumber)
        case 5: return .skipItem(item.id)
        case 6: return .rollbackItem(item.id)
        default: break
        }
        guard item.status == .executing else { return .startItem(item.id) }
        let answer = item.id.task == "A" ? try XMLDocument.parse("<Ask><n>\(random.roll(100))</n></Ask>") : nil
        return .completeItem(item.id, data: answer)
    }

    /// What goes out names store and tenant, so that two of them never meet at a service.
    @Test(arguments: StoreWorld.Kind.both) func callsOfTwoTenantsBearDifferentKeys(_ kind: StoreWorld.Kind) async throws {
        let service = RecordingService()
        let world = try StoreWorld(kind)
        let engine = try await world.engine(.init(services: ServiceDirectory(services: [Gateway.automated: service])))
        for tenant in [TenantID.local, TenantID(rawValue: 2)] {
            let session = engine.session(for: Principal(name: "ann", tenant: tenant))
            _ = try await session.perform(
                .loadSpecification(source: Array(TestSpecifications.wide.utf8), file: "wide.yawl"), request: RequestID("load"))
            _ = try await session.perform(.startCase(SpecificationReference("wide"), data: nil), request: RequestID("start"))
            guard
                case .itemStarted(let item) = try await session.perform(
                    .startItem(WorkItemID(CaseID("1"), "S")), request: RequestID("take"))
            else { continue }
            _ = try await session.perform(.completeItem(item, data: nil), request: RequestID("complete"))
        }
        let work = Task { await ServiceRunner(keeper: engine.keeper).run() }
        defer { work.cancel() }
        while service.keys.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        let store = try await engine.keeper.identity()
        #expect(
            Set(service.keys.map { $0.split(separator: "/").prefix(3).joined(separator: "/") }) == [
                "mizzen/\(store)/1", "mizzen/\(store)/2",
            ])
    }
}
