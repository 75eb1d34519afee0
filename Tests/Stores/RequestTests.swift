import Engine
import Foundation
import Platform
import StoreSupport
import Support
import Testing
import Workflow

/// A request key belongs to whoever asked, is bound to what was asked, and cannot meet the engine's own.
@Suite struct RequestTests {
    private static let bob = Principal(name: "bob", tenant: .local)

    private func world(_ kind: StoreWorld.Kind) async throws -> (world: StoreWorld, engine: WorkflowEngine) {
        let world = try StoreWorld(kind), engine = try await world.engine()
        for text in [TestSpecifications.two, TestSpecifications.wide] {
            _ = try await engine.local.perform(
                .loadSpecification(source: Array(text.utf8), file: "t.yawl"), request: RequestID("load \(text.count)"))
        }
        return (world, engine)
    }

    /// One file with several specifications.
    private static func file(_ names: String...) -> String {
        let files = names.map { name in
            YAWLText.set(
                name, YAWLText.net(start: "T", YAWLText.task("T", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        }
        let parts = files.compactMap { file -> Substring? in
            guard let start = file.range(of: "<specification "), let end = file.range(of: "</specification>") else { return nil }
            return file[start.lowerBound ..< end.upperBound]
        }
        return files[0].replacing(parts[0], with: parts.joined(separator: "\n"))
    }

    private func start(_ name: String) -> Command { .startCase(SpecificationReference(name), data: nil) }

    @Test(arguments: StoreWorld.Kind.both) func twoPeopleMayUseTheSameKey(_ kind: StoreWorld.Kind) async throws {
        let (_, engine) = try await world(kind)
        let mine = try await engine.local.perform(start("two"), request: RequestID("1"))
        let others = try await engine.session(for: Self.bob).perform(start("two"), request: RequestID("1"))
        #expect(mine != others)
        #expect(try await engine.local.perform(start("two"), request: RequestID("1")) == mine)
        #expect(try await engine.local.cases().count == 2)
    }

    @Test(arguments: StoreWorld.Kind.both) func theSameKeyForSomethingElseIsRefused(_ kind: StoreWorld.Kind) async throws {
        let (_, engine) = try await world(kind)
        _ = try await engine.local.perform(start("two"), request: RequestID("1"))
        // What would be carried out, what would be refused anyway, and another kind of thing.
        for command in [start("wide"), .suspendCase(1), .cancelCase(99)] {
            let error = await #expect(throws: EngineError.self) { try await engine.local.perform(command, request: RequestID("1")) }
            #expect(error?.code == "request-reused" && error?.kind == .invalid)
        }
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(
                .addHoliday(day: "2030-01-01", name: ""), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("1"))
        }
        #expect(error?.code == "request-reused")
        #expect(try await engine.local.cases().map(\.status) == [.running])
        #expect(try await engine.local.calendar().holidays.isEmpty)
    }

    /// U27: a harmless command under the name of an expiry must not keep the timer from running out.
    @Test(.timeLimit(.minutes(5)), arguments: StoreWorld.Kind.both) func theEnginesNamesAreItsOwn(_ kind: StoreWorld.Kind) async throws {
        let (world, engine) = try await world(kind)
        _ = try await engine.local.perform(start("wide"), request: RequestID("start"))
        guard
            case .itemStarted(let item) = try await engine.local.perform(
                .startItem(WorkItemID(CaseID("1"), "S")), request: RequestID("take"))
        else { return }
        _ = try await engine.local.perform(.completeItem(item, data: nil), request: RequestID("complete"))
        for n in 0 ..< 4 { _ = try await engine.local.perform(start("two"), request: RequestID("timer:1.\(n)")) }
        world.clock.advance(120_000)
        let work = Task { await TimerService(keeper: engine.keeper).run() }
        defer { work.cancel() }
        while try await !engine.local.timers().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await engine.local.events(ofCase: 1).contains { $0.kind == "timerExpired" && $0.actor == "timer" })
    }

    /// During the first: of many at once one is carried out, and who asked the same gets its answer.
    @Test(arguments: StoreWorld.Kind.both) func whileTheFirstIsUnderWay(_ kind: StoreWorld.Kind) async throws {
        let (world, first) = try await world(kind)
        let engines = [first, try await world.engine()]
        let answers = await withTaskGroup(of: String.self) { group in
            for n in 0 ..< 24 {
                let command = start(n % 3 == 0 ? "wide" : "two")
                group.addTask {
                    do {
                        return "\(try await engines[n % 2].local.perform(command, request: RequestID("one")))"
                    } catch {
                        return (error as? EngineError)?.code ?? "\(error)"
                    }
                }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(try await first.local.cases().count == 1)
        #expect(answers.count == 2 && answers["request-reused"] != nil, "\(answers)")
        #expect(answers["request-reused"] == 8 || answers["request-reused"] == 16)
    }

    /// Replies are kept for a day at least and do not pile up.
    @Test(.timeLimit(.minutes(15)), arguments: StoreWorld.Kind.both) func oldRepliesAreDroppedInPortions(
        _ kind: StoreWorld.Kind
    ) async throws {
        let count = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 3_000 : 100_000
        let (world, engine) = try await world(kind), start = world.clock.now
        let days: Int64 = 30, step = days * 86_400_000 / Int64(count)
        var most = 0
        for n in 0 ..< count {
            world.clock.set(start + Int64(n) * step)
            let day = WorkingCalendar.text(of: 30_000 + n % 50)
            let command: WorkingCalendar.Command = .addHoliday(day: day, name: "\(n)")
            try await engine.local.perform(command, on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("r\(n)"))
            if n % 500 == 499 { most = max(most, Int(try world.sql("SELECT count(*) FROM request")) ?? .max) }
        }
        // A day's worth, and what comes in between two sweeps.
        #expect(most <= count / Int(days) + 600, "\(most) replies of \(count) requests at most")
        // What is not a day old is answered as it was.
        let last = try await engine.local.perform(
            .addHoliday(day: WorkingCalendar.text(of: 30_000 + (count - 1) % 50), name: "\(count - 1)"), on: WorkingCalendar.self,
            WorkingCalendar.address, request: RequestID("r\(count - 1)"))
        #expect(last.version == Int64(count))
        print("replies on \(kind.rawValue): \(most) at most of \(count) requests over \(days) days")
    }

    /// Whatever process numbers containers give them, two daemons never make the same id.
    @Test(.timeLimit(.minutes(15)), arguments: StoreWorld.Kind.both) func twoDaemonsOfOneProcessNumberMakeDifferentIDs(
        _ kind: StoreWorld.Kind
    ) async throws {
        let count = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 300 : 5_000
        let (world, first) = try await world(kind), second = try await world.engine()
        // Both are in this process, and the clock stands still: all ids are of the same millisecond.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, engine) in [first, second].enumerated() {
                for lane in 0 ..< 16 {
                    group.addTask {
                        for n in stride(from: lane, to: count, by: 16) {
                            _ = try await engine.local.perform(start("two"), request: RequestID("s\(index)-\(n)"))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try world.sql("SELECT count(DISTINCT case_id) FROM case_state") == "\(2 * count)")
        #expect(try await first.local.cases().count == 2 * count)
    }

    /// A file with several specifications is one step: all of them or none, and the audit finds nothing wrong with it.
    @Test(arguments: StoreWorld.Kind.both) func aFileOfSeveralSpecificationsIsLoadedWhole(_ kind: StoreWorld.Kind) async throws {
        let world = try StoreWorld(kind), engine = try await world.engine()
        let file = Self.file("a", "b", "c")
        let reply = try await engine.local.perform(
            .loadSpecification(source: Array(file.utf8), file: "three.yawl"), request: RequestID("R"))
        #expect(try await engine.local.specifications().map(\.id.uri) == ["a", "b", "c"])
        #expect(
            try await engine.local.perform(.loadSpecification(source: Array(file.utf8), file: "three.yawl"), request: RequestID("R"))
                == reply)
        #expect(try world.sql("SELECT count(*) FROM request") == "1")
        #expect(try await engine.local.verifyAudit().faults == [])
        // One of them is there already: none of the others is loaded.
        let other = Self.file("d", "b")
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(.loadSpecification(source: Array(other.utf8), file: "two.yawl"), request: RequestID("S"))
        }
        #expect(error?.code == "specification-loaded")
        #expect(try await engine.local.specifications().count == 3)
    }
}
