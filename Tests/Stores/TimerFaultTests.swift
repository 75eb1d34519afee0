@testable import Engine
import StoreSupport
import Foundation
import PostgresStore
import SQLiteStore
import Support
import Testing
import Workflow

/// Timers of several daemons, and clocks that are wrong (F7, F10).
extension FaultTests {
    /// Specifications with a timer each; cases of the n-th are due so many tenths of a second after a moment.
    private func startTimed(_ count: Int, dueFrom moment: Int64, _ engine: WorkflowEngine) async throws {
        for tenth in 0 ..< 10 {
            let text = YAWLText.set(
                "timed\(tenth)",
                YAWLText.net(
                    start: "T",
                    YAWLText.task(
                        "T", to: ["Z"], extra: "<timer><trigger>OnEnabled</trigger><expiry>\(moment + Int64(tenth) * 100)</expiry></timer>",
                        does: "Work"),
                    YAWLText.task("Z", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
            _ = try await engine.local.perform(
                .loadSpecification(source: Array(text.utf8), file: "timed.yawl"), request: RequestID("load-\(tenth)"))
        }
        try await CaseWork.start(count, engine, name: "timed") { "timed\($0 % 10)" }
    }

    /// Waits until no timer is left, then tells the daemons to end. Gives how late each timer was, by daemon.
    private func lateness(_ daemons: [WorkerProcess], _ engine: WorkflowEngine) async throws -> [[Int]] {
        while try await engine.ledger.query({ try await $0.nextTimer(after: 0) }) != nil { try await Task.sleep(for: .milliseconds(50)) }
        return try daemons.map { daemon in
            let run = try daemon.end()
            #expect(run.isDone, "a daemon told to end must end in order")
            return run.lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        }
    }

    /// F7: two daemons, all timers due within one second. Each runs out once, and each daemon has its share of the work.
    @Test func daemonsShareTheTimersThatAreDue() async throws {
        let count = Self.isLong ? 10_000 : 200
        let engine = try await engine()
        let folder = try TemporaryFolder()
        let daemons = try (0 ..< 2).map { try WorkerProcess(["serve", url], log: folder.path("\($0).log")) }
        let all = NodeRecord.shardCount
        while try await engine.keeper.nodes().map(\.shards) != [all / 2, all / 2] { try await Task.sleep(for: .milliseconds(100)) }
        let moment = try await engine.local.now() + (Self.isLong ? 60_000 : 10_000)
        try await startTimed(count, dueFrom: moment, engine)
        let isInTime = try await engine.local.now() < moment
        let late = try await lateness(daemons, engine), both = late.joined().sorted()
        let p99 = both.isEmpty ? .max : both[both.count * 99 / 100]
        print(
            """
            \(count) timers due in one second: \(late.map(\.count)) by the two daemons; late by \
            \(both.isEmpty ? 0 : both[both.count / 2]) ms (median), \(p99) ms (p99)
            """
                + (isInTime ? "" : "; the machine was too busy to set them before the first was due"))
        #expect(both.count == count)
        #expect(try await engine.local.events(limit: 1_000_000).count { $0.kind == "timerExpired" } == count)
        // Of few timers chance alone may give one daemon a good deal more.
        #expect((late.map(\.count).min() ?? 0) * 10 >= count * (Self.isLong ? 4 : 3), "a share is less than 80 % of an even one")
        // The goal is a second. How much two processors do beside other work is another matter: the figure is printed, and
        // what hangs fails.
        if !Self.isLong, isInTime { #expect(p99 <= 5000) }
    }

    /// F10: daemons whose clocks are wrong by an hour and a day, in both directions, work on one database with one that is right: what
    /// is due is due by the database's clock.
    @Test func aDaemonsOwnClockDoesNotMatter() async throws {
        let folder = try TemporaryFolder()
        guard let library = try Self.clockShifter(folder) else { return print("NO C COMPILER: daemons with wrong clocks not tried") }
        let engine = try await engine()
        let shifts = [0, 3600, -3600, 86_400, -86_400]
        for shift in shifts {
            let date = try Self.output("/bin/date", ["+%s"], ["LD_PRELOAD": library, "CLOCK_SHIFT": "\(shift)"])
            #expect(abs((Double(date) ?? 0) - Date().timeIntervalSince1970 - Double(shift)) < 5, "the clock of a daemon is not shifted")
        }
        let daemons = try shifts.map {
            try WorkerProcess(["serve", url], environment: ["LD_PRELOAD": library, "CLOCK_SHIFT": "\($0)"], log: folder.path("\($0).log"))
        }
        while try await engine.keeper.nodes().count < shifts.count { try await Task.sleep(for: .milliseconds(50)) }
        let count = 100, moment = try await engine.local.now() + 1500
        try await startTimed(count, dueFrom: moment, engine)
        let late = try await lateness(daemons, engine).joined().sorted()
        #expect(late.count == count)
        #expect((late.first ?? -1) >= 0, "a timer ran out \(-(late.first ?? 0)) ms early")
        let expired = try await engine.local.events(limit: 100_000).filter { $0.kind == "timerExpired" }
        #expect(expired.count == count && expired.allSatisfy { $0.at >= moment })
        print("five daemons with clocks wrong by \(shifts) s: \(count) timers, late by \(late.last ?? 0) ms at most")
    }

    /// F10: the clock by which timers are due is itself put forward and back.
    @Test(arguments: ["sqlite", "postgresql"]) func theClockMayJump(_ kind: String) async throws {
        let folder = try TemporaryFolder(), clock = VirtualClock()
        let store: any Store =
            kind == "sqlite"
            ? try SQLiteStore(path: folder.path("clock.db")) { clock.now } : try await PostgresStore(ServerPlace(url)) { clock.now }
        let engine = WorkflowEngine(store: store), service = TimerService(keeper: engine.keeper)
        let text = YAWLText.set(
            "timed",
            YAWLText.net(
                start: "T",
                YAWLText.task("T", to: ["Z"], extra: "<timer><trigger>OnEnabled</trigger><duration>PT1M</duration></timer>", does: "Work"),
                YAWLText.task("Z", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(text.utf8), file: "timed.yawl"), request: RequestID("load"))
        func open(after expected: Int) async throws {
            _ = await service.fireDue { _ in }
            #expect(try await engine.local.timers().count == expected)
        }
        for (n, jump) in [3_600_000, -3_600_000, 86_400_000, -86_400_000].enumerated() {
            let start = clock.now
            for each in 0 ..< 3 {
                _ = try await engine.local.perform(
                    .startCase(SpecificationReference("timed"), data: nil), request: RequestID("s\(n)-\(each)"))
            }
            try await open(after: 3)
            clock.advance(Int64(jump))
            try await open(after: jump < 0 ? 3 : 0)
            clock.set(start + 59_999)
            try await open(after: jump < 0 ? 3 : 0)
            clock.advance(1)
            try await open(after: 0)
        }
        for row in try await engine.local.cases() {
            #expect(try await engine.local.replayedCase(row.number) == engine.local.caseDetail(row.number).state)
        }
        #expect(try await engine.local.verifyAudit().fault == nil)
    }

    /// A library that, loaded before others, lets a process see another time of day; nil where there is no compiler. (libfaketime does
    /// the same, but a Debian has it only on request.)
    private static func clockShifter(_ folder: TemporaryFolder) throws -> String? {
        let compilers = ["clang", "gcc", "cc"].flatMap { name in
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
        }
        guard let compiler = compilers.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        let source = folder.path("shift.c"), library = folder.path("shift.so")
        try Data(
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdlib.h>
            #include <sys/time.h>
            #include <time.h>
            static time_t shift(void) { const char *text = getenv("CLOCK_SHIFT"); return text ? atol(text) : 0; }
            int clock_gettime(clockid_t clock, struct timespec *now) {
                static int (*real)(clockid_t, struct timespec *);
                if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
                int result = real(clock, now);
                if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
                return result;
            }
            int gettimeofday(struct timeval *now, void *zone) {
                struct timespec exact;
                int result = clock_gettime(CLOCK_REALTIME, &exact);
                now->tv_sec = exact.tv_sec;
                now->tv_usec = exact.tv_nsec / 1000;
                return result;
            }
            time_t time(time_t *now) {
                struct timespec exact;
                clock_gettime(CLOCK_REALTIME, &exact);
                if (now) *now = exact.tv_sec;
                return exact.tv_sec;
            }
            """.utf8
        ).write(to: URL(fileURLWithPath: source))
        _ = try output(compiler, ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], [:])
        return FileManager.default.fileExists(atPath: library) ? library : nil
    }

    private static func output(_ program: String, _ arguments: [String], _ variables: [String: String]) throws -> String {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
