import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Testing
import Workflow

/// Timers as rows of a store, and the service that carries them out.
@Suite struct TimerServiceTests {
    private let folder: TemporaryFolder
    private let clock = VirtualClock()
    private static let ann = Principal(name: "ann", tenant: .local)

    init() throws { folder = try TemporaryFolder() }

    private func engine(onSystemTime: Bool = false) throws -> WorkflowEngine {
        let path = folder.path("timers.db")
        return WorkflowEngine(store: onSystemTime ? try SQLiteStore(path: path) : try SQLiteStore(path: path) { [clock] in clock.now })
    }

    /// T with a timer, then Z.
    private func load(
        _ engine: WorkflowEngine, timer: String = "<trigger>OnEnabled</trigger><duration>PT1M</duration>", completed: String = "1"
    ) async throws {
        let text = YAWLText.set(
            "timed",
            YAWLText.net(
                locals: [YAWLText.local("n", "integer", initial: "0")], start: "T",
                YAWLText.task("T", to: ["Z"], completed: [("<n>{\(completed)}</n>", "n")], extra: "<timer>\(timer)</timer>", does: "Work"),
                YAWLText.task("Z", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(text.utf8), file: "timed.yawl"), request: RequestID(UUID().uuidString))
    }

    @discardableResult private func start(_ engine: WorkflowEngine) async throws -> Int64 {
        let reply = try await engine.local.perform(
            .startCase(SpecificationReference(name: "timed"), data: nil), request: RequestID(UUID().uuidString))
        guard case .started(let number, _) = reply else { throw StoreError(.failure, "unexpected reply \(reply)") }
        return number
    }

    /// Runs services until they have reported so many expiries.
    private func expiries(_ count: Int, by engines: WorkflowEngine...) async -> [TimerService.Expiry] {
        let (reports, report) = AsyncStream.makeStream(of: TimerService.Expiry.self)
        return await withTaskGroup(of: Void.self) { group in
            for engine in engines { group.addTask { await TimerService(keeper: engine.keeper).run { report.yield($0) } } }
            var seen: [TimerService.Expiry] = []
            for await expiry in reports {
                seen.append(expiry)
                if seen.count == count { break }
            }
            group.cancelAll()
            return seen
        }
    }

    @Test func aTimerIsARowFromItsStartToItsEnd() async throws {
        let engine = try engine()
        try await load(engine)
        let number = try await start(engine)
        let row = try #require(try await engine.local.timers().first)
        #expect(row.item.description == "\(number):T" && row.due == clock.now + 60_000 && row.effect == .skipped && !row.isHeld)
        #expect(try await engine.local.items().first?.due == row.due)
        _ = try await engine.local.perform(.startItem(row.item), request: RequestID("start"))
        #expect(try await engine.local.timers().first?.effect == .completed)
        _ = try await engine.local.perform(.suspendCase(number), request: RequestID("suspend"))
        #expect(try await engine.local.timers().first?.isHeld == true)
        _ = try await engine.local.perform(.cancelCase(number), request: RequestID("cancel"))
        #expect(try await engine.local.timers().isEmpty)
    }

    /// Timers due while nobody ran are carried out at once, by whoever comes.
    @Test func nothingIsLostWhileNobodyRuns() async throws {
        let first = try engine()
        try await load(first)
        let number = try await start(first)
        clock.advance(3_600_000)
        let second = try engine()
        let expiry = try #require(await expiries(1, by: second).first)
        #expect(expiry.caseNumber == number && expiry.failure == nil && expiry.lateness == 3_540_000)
        #expect(try await second.local.items().map(\.id.description) == ["\(number):Z"])
        #expect(try await second.local.replayedCase(number) == second.local.caseDetail(number).state)
    }

    /// 150 timers; 1,000 when MIZZEN_SOAK is set.
    @Test func eachOfManyTimersRunsOutOnceWhoeverIsFaster() async throws {
        let count = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 150 : 1_000
        let engines = [try engine(), try engine()]
        try await load(engines[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for n in 0 ..< count { group.addTask { try await start(engines[n % 2]) } }
            try await group.waitForAll()
        }
        #expect(try await engines[0].local.timers().count == count)
        clock.advance(60_000)
        let seen = await expiries(count, by: engines[0], engines[1])
        #expect(Set(seen.map(\.item)).count == count)
        #expect(try await engines[1].local.timers().isEmpty)
        let events = try await engines[0].local.events(limit: 100_000).filter { $0.kind == "timerExpired" }
        #expect(events.count == count)
        #expect(try await engines[0].local.items().allSatisfy { $0.id.task == "Z" })
    }

    /// One that is set after the service went to sleep, by another process, and runs out by the system's clock.
    @Test func aSleepingServiceIsWokenByACommitAndThenByTime() async throws {
        let service = try engine(onSystemTime: true), other = try engine(onSystemTime: true)
        try await load(other, timer: "<trigger>OnEnabled</trigger><duration>PT0.2S</duration>")
        async let seen = expiries(1, by: service)
        let number = try await start(other)
        let expiry = try #require(await seen.first)
        #expect(expiry.caseNumber == number && expiry.lateness >= 0)
    }

    @Test func aTimerThatFailsIsKeptAndShownAndDoesNotStopTheOthers() async throws {
        let engine = try engine()
        // There is nothing to divide by until n is something.
        try await load(engine, completed: "1 idiv 0")
        let bad = try await start(engine)
        let good = YAWLText.set(
            "good",
            YAWLText.net(
                start: "T",
                YAWLText.task("T", to: ["o"], extra: "<timer><trigger>OnEnabled</trigger><duration>PT1M</duration></timer>", does: "Work")),
            YAWLText.gateway("Work"))
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(good.utf8), file: "good.yawl"), request: RequestID("good"))
        _ = try await engine.local.perform(.startCase(SpecificationReference(name: "good"), data: nil), request: RequestID("case"))
        clock.advance(60_000)
        let seen = await expiries(2, by: engine)
        #expect(seen.filter { $0.failure != nil }.map(\.caseNumber) == [bad])
        let row = try #require(try await engine.local.timers().first)
        #expect(row.caseNumber == bad && row.failure?.attempts == 1 && row.failure?.retryAt == clock.now + 1000)
        clock.advance(1000)
        #expect(await expiries(1, by: engine).first?.failure?.code == "mapping-failed")
        #expect(try await engine.local.timers().first?.failure?.attempts == 2)
        #expect(try await engine.local.replayedCase(bad) == engine.local.caseDetail(bad).state)
    }

    @Test func aClockThatJumpsBackDoesNoHarm() async throws {
        let engine = try engine()
        try await load(engine)
        let number = try await start(engine)
        let due = try #require(try await engine.local.timers().first?.due)
        clock.set(due - 86_400_000)
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(
                .expireTimer(WorkItemID(CaseID(number: number), "T"), by: "test"), request: RequestID("early"))
        }
        #expect(error?.code == "timer-not-due")
        clock.set(due)
        #expect(await expiries(1, by: engine).first?.caseNumber == number)
    }

    // MARK: Calendar

    @Test func allProcessesCountTheSameWorkingDays() async throws {
        let first = try engine(), second = try engine()
        try await load(first, timer: "<trigger>OnEnabled</trigger><duration>P1D</duration><workdays>true</workdays>")
        // The clock stands on Monday 2026-01-05.
        _ = try await first.local.perform(
            .addHoliday(day: "2026-01-06", name: "Epiphany"), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("h1"))
        try await start(second)
        #expect(try await second.local.timers().first?.due == clock.now + 2 * 86_400_000)
        _ = try await second.local.perform(
            .removeHoliday(day: "2026-01-06"), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("h2"))
        let number = try await start(first)
        #expect(try await first.local.timers(ofCase: number).first?.due == clock.now + 86_400_000)
        #expect(try await first.local.calendar().holidays.isEmpty)
        #expect(try await first.local.events().map(\.kind).filter { $0.hasPrefix("holiday") } == ["holidayAdded", "holidayRemoved"])
    }

    @Test(arguments: [
        (WorkingCalendar.Command.addHoliday(day: "2026-02-30", name: ""), "bad-date"), (.addHoliday(day: "tomorrow", name: ""), "bad-date"),
        (.removeHoliday(day: "2026-01-07"), "holiday-not-found"),
    ])
    func daysThatAreNoneAreRefused(command: WorkingCalendar.Command, code: String) async throws {
        let engine = try engine()
        let error = await #expect(throws: EngineError.self) {
            try await engine.local.perform(command, on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID("day"))
        }
        #expect(error?.code == code)
    }

    /// What a person may ignore is what verification says, not what nobody could run.
    @Test func aFileMayBeLoadedInSpiteOfItsErrors() async throws {
        let engine = try engine()
        let wrong = YAWLText.set(
            "wrong", YAWLText.net(start: "A", YAWLText.task("A", to: ["o"], starting: [("foo(", "n")], does: "Ask")),
            YAWLText.gateway("Ask", inputs: [YAWLText.input("n")]))
        let refused = await #expect(throws: EngineError.self) {
            try await engine.local.perform(
                .loadSpecification(source: Array(wrong.utf8), file: "wrong.yawl"), request: RequestID("1"))
        }
        #expect(refused?.code == "specification-refused")
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(wrong.utf8), file: "wrong.yawl", accepting: [.errors, .unsound]),
            request: RequestID("2"))
        _ = try await engine.local.perform(.startCase(SpecificationReference(name: "wrong"), data: nil), request: RequestID("3"))
        let needed = await #expect(throws: EngineError.self) {
            try await engine.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("4"))
        }
        #expect(needed?.code == "bad-query")
        let untyped = wrong.replacing("<type>string</type><namespace>http://www.w3.org/2001/XMLSchema</namespace>", with: "<isUntyped/>")
            .replacing("wrong", with: "untyped")
        await #expect(throws: EngineError.self) {
            try await engine.local.perform(
                .loadSpecification(source: Array(untyped.utf8), file: "untyped.yawl", accepting: [.errors, .unsound]),
                request: RequestID("5"))
        }
    }
}
