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

/// F2: whatever command is given, and at whichever call the store fails, before or after carrying the call out: the world is then as
/// it was or as the command would have made it, never something else; the same request again makes it so.
@Suite struct FailingCallTests {
    private static let ann = Principal(name: "ann", tenant: .local)
    private static let number: Int64 = 1
    private static let item = WorkItemID(CaseID("1.3"), "A")

    /// Something that is asked for.
    private enum Asked {
        case ofCases(Command)
        case ofCalendar(WorkingCalendar.Command)

        func carryOut(in session: Session, _ request: RequestID) async throws -> String {
            switch self {
            case .ofCases(let command): "\(try await session.perform(command, request: request))"
            case .ofCalendar(let command):
                "\(try await session.perform(command, on: WorkingCalendar.self, WorkingCalendar.address, request: request))"
            }
        }
    }

    /// On a case in which A is being worked on, beside a timer, a net of its own and a service that was not called yet.
    private static let commands: [(name: String, command: Asked)] = [
        ("load", .ofCases(.loadSpecification(source: Array(TestSpecifications.two.utf8), file: "two.yawl"))),
        ("unload", .ofCases(.unloadSpecification(SpecificationReference("spare")))),
        ("start", .ofCases(.startCase(SpecificationReference("wide"), data: nil))),
        ("cancel", .ofCases(.cancelCase(number))), ("suspend", .ofCases(.suspendCase(number))),
        ("resume", .ofCases(.resumeCase(2))),
        ("take", .ofCases(.startItem(WorkItemID(CaseID("1.2"), "X")))),
        ("complete", .ofCases(.completeItem(item, data: nil))), ("skip", .ofCases(.skipItem(WorkItemID(CaseID("1"), "T")))),
        ("roll back", .ofCases(.rollbackItem(item))),
        ("suspend item", .ofCases(.suspendItem(item))), ("force", .ofCases(.forceCompleteItem(item, data: nil))),
        ("fail", .ofCases(.failItem(item, data: nil))),
        ("restart", .ofCases(.restartItem(item))), ("cancel item", .ofCases(.cancelItem(item))),
        ("postpone", .ofCases(.postponeTimer(WorkItemID(CaseID("1"), "T"), reason: "é"))),
        ("expire", .ofCases(.expireTimer(WorkItemID(CaseID("1"), "T"), by: "test"))),
        ("holiday", .ofCalendar(.addHoliday(day: "2030-01-01", name: "é"))), ("no holiday", .ofCalendar(.removeHoliday(day: "2029-01-01"))),
    ]

    /// What there is, without ids and positions, which are each store's own.
    private struct World: Equatable {
        var cases: [CaseState?] = []
        var log: [String] = []
        var items: [ItemRow] = []
        var timers: [TimerRow] = []
        var outbox: [String] = []
        var specifications: [String] = []
        var calendar: WorkingCalendar?
    }

    @Test func onSQLite() async throws {
        let folder = try TemporaryFolder(isInMemory: true)
        let template = folder.path("template.db"), clock = VirtualClock()
        try await prepare(SQLiteStore(path: template) { clock.now }, clock)
        try await failEverywhere(Self.commands, "SQLite") {
            let path = folder.path("\(UUID().uuidString).db")
            for end in ["", "-wal"] where FileManager.default.fileExists(atPath: template + end) {
                try FileManager.default.copyItem(atPath: template + end, toPath: path + end)
            }
            return try SQLiteStore(path: path) { clock.now }
        }
    }

    @Test func onPostgreSQL() async throws {
        guard PostgresServer.isInstalled else { return PostgresServer.reportAbsence("failing calls") }
        let server = try PostgresServer.unsafe.get()
        let url = try server.newDatabase(), clock = VirtualClock()
        let store = try await PostgresStore(ServerPlace(url)) { clock.now }
        try await prepare(store, clock)
        try await store.close()
        let isLong = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] != nil
        let commands = Self.commands.filter { isLong || ["load", "start", "complete", "expire", "holiday"].contains($0.name) }
        try await failEverywhere(commands, "PostgreSQL") {
            try await PostgresStore(ServerPlace(try server.newDatabase(like: url)), clock: { clock.now }, writers: 1, readers: 1)
        }
    }

    private func prepare(_ store: any Store, _ clock: VirtualClock) async throws {
        let engine = WorkflowEngine(store: store)
        func perform(_ command: Command, _ request: String) async throws {
            _ = try await engine.local.perform(command, request: RequestID(request))
        }
        let spare = TestSpecifications.two.replacing("\"two\"", with: "\"spare\"").replacing("UID_two", with: "UID_spare")
        for text in [TestSpecifications.wide, spare] {
            try await perform(.loadSpecification(source: Array(text.utf8), file: "test.yawl"), "load-\(text.count)")
        }
        try await engine.local.perform(
            .addHoliday(day: "2029-01-01", name: "day"), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("holiday"))
        for case_ in ["1", "2"] {
            try await perform(.startCase(SpecificationReference("wide"), data: nil), "start-\(case_)")
            guard
                case .itemStarted(let first) = try await engine.local.perform(
                    .startItem(WorkItemID(CaseID(case_), "S")), request: RequestID("s-\(case_)"))
            else { continue }
            try await perform(.completeItem(first, data: nil), "c-\(case_)")
            try await perform(.startItem(WorkItemID(CaseID(case_), "A")), "a-\(case_)")
        }
        try await perform(.suspendCase(2), "suspend")
        clock.advance(60_000)
    }

    private func failEverywhere(
        _ commands: [(name: String, command: Asked)], _ name: String, _ open: () async throws -> any Store
    ) async throws {
        func fresh() async throws -> (FailingStore, WorkflowEngine) {
            let store = FailingStore(try await open())
            return (store, WorkflowEngine(store: store))
        }
        var (store, engine) = try await fresh()
        let old = try await world(engine)
        var failures = 0, calls: Set<String> = []
        for (name, command) in commands {
            let request = RequestID("f2-\(name)")
            do { _ = try await command.carryOut(in: engine.local, request) } catch { Issue.record("\(name): \(error)") }
            let new = try await world(engine)
            #expect(new != old, "\(name) changes nothing")
            (store, engine) = try await fresh()
            for moment in FailingStore.Moment.allCases {
                for call in 1 ... 100 {
                    // One that remembers nothing yet, so that all calls are made.
                    engine = WorkflowEngine(store: store)
                    store.arm(call, moment)
                    let reply = try? await command.carryOut(in: engine.local, request)
                    let hit = store.hit
                    store.disarm()
                    let now = try await world(engine)
                    #expect(now == old || now == new, "\(name): a failure \(moment) call \(call) (\(hit ?? "none")) left a third state")
                    #expect(reply == nil || now == new, "\(name) was acknowledged and not done")
                    if let hit {
                        failures += 1
                        calls.insert(hit)
                        guard now == new || reply != nil else { continue }
                    }
                    // The client who was told nothing asks again.
                    _ = try await command.carryOut(in: engine.local, request)
                    #expect(
                        try await world(engine) == new, "\(name): asked again after a failure \(moment) call \(call) (\(hit ?? "none"))")
                    (store, engine) = try await fresh()
                    if hit == nil { break }
                }
            }
        }
        print("\(name): \(failures) failures in \(commands.count) commands, at \(calls.sorted().joined(separator: ", "))")
        #expect(calls.isSuperset(of: ["commit", "loadCases", "reserveCaseNumbers", "reply", "specification", "now"]))
    }

    private func world(_ engine: WorkflowEngine) async throws -> World {
        var world = World()
        // A number that was handed out for nothing is lost: what a case started here is called is not told.
        for row in try await engine.local.cases() {
            world.cases.append(row.number > 2 ? nil : try await engine.local.caseDetail(row.number).state)
        }
        world.log = try await engine.local.events(limit: 100_000).map {
            "\(min($0.caseNumber, 3)) \($0.sequence) \($0.kind) \($0.at) \($0.caseNumber > 2 ? "" : $0.text)"
        }.sorted()
        world.items = try await engine.local.items().filter { $0.caseNumber < 3 }.sorted { $0.id < $1.id }
        world.timers = try await engine.local.timers()
        world.outbox = try await engine.ledger.query { try await $0.outbox(tenant: .local, caseNumber: nil, limit: 1000) }.map {
            "\($0.request) \($0.state) \($0.dueAt)"
        }.sorted()
        world.specifications = try await engine.local.specifications().map { "\($0.id) \($0.openCases)" }
        world.calendar = try await engine.local.calendar()
        return world
    }
}
