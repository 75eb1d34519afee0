import Engine
import Platform
import StoreSupport
import Foundation
import Support
import Synchronization
import Testing
import Workflow
@testable import PostgresStore
import SQLiteStore

/// Faults of a machine, a server and a network, in the short form; the long one with MIZZEN_SOAK. bench/RESULTS.md
/// names them by their numbers (F1, F2 …). The server waits for its disk here. One after the other: the next test would feel what
/// one does to the server.
@Suite(.serialized, .enabled(if: PostgresServer.isInstalled)) struct FaultTests {
    private static let server = Result { try PostgresServer() }
    static let isLong = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] != nil
    let server: PostgresServer
    let url: String

    init() throws {
        server = try Self.server.get()
        url = try server.newDatabase()
    }

    func engine() async throws -> WorkflowEngine { WorkflowEngine(store: try await PostgresStore(ServerPlace(url))) }

    /// F1: kill -9 of a daemon with 64 clients, while many other cases are open. Whoever is started after it serves at once.
    @Test func whatWasAcknowledgedSurvivesTheDaemon() async throws {
        let kills = Self.isLong ? 200 : 6, open = Self.isLong ? 10_000 : 50
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)
        print("PostgreSQL kill test: \(kills) kills, \(open) other cases open, MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        let folder = try TemporaryFolder()
        let file = folder.path("kill.yawl")
        try Data(CaseWork.specification.utf8).write(to: URL(fileURLWithPath: file))
        let cases = 64
        try await openCases(open)
        var killed = 0, times: [Duration] = []
        while killed < kills {
            let url = try server.newDatabase(like: url)
            var acknowledged: Set<String> = []
            while killed < kills {
                let worker = try WorkerProcess(store: url, specification: file, cases: cases)
                let run = worker.readUntilKilled(after: random.roll(200) + 1, spin: random.roll(40_000))
                acknowledged.formUnion(run.lines)
                if let time = worker.timeToFirstAnswer { times.append(time) }
                if run.isDone { break }
                killed += 1
            }
            #expect(try WorkerProcess(store: url, specification: file, cases: cases).readUntilKilled(after: .max, spin: 0).isDone)
            let store = try await PostgresStore(ServerPlace(url))
            try await CaseWork.check(WorkflowEngine(store: store), cases: cases)
            for line in acknowledged {
                let request = String(line.split(separator: " ").first ?? "")
                #expect(
                    try await store.reply(tenant: .local, to: RequestKey(.person("worker"), request)) != nil,
                    "\(request) was acknowledged and is gone")
            }
            try server.sql("DROP DATABASE \(url.split(separator: "/").last ?? "") WITH (FORCE)")
        }
        times.sort()
        print(
            """
            serving again after \(times[times.count / 2]) (median), \(times[times.count - 1]) \
            (longest of \(times.count)), from the start of the process
            """
        )
        #expect(times[times.count / 2] < .seconds(2))
    }

    /// Cases that nobody works on.
    private func openCases(_ count: Int) async throws {
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        let source = Array(CaseWork.specification.replacing("\"kill\"", with: "\"other\"").replacing("UID_kill", with: "UID_other").utf8)
        _ = try await engine.local.perform(
            .loadSpecification(source: source, file: "other.yawl"), request: RequestID("load-other"))
        try await CaseWork.start(count, engine, name: "other") { _ in "other" }
        try await store.close()
    }

    /// F4: the server crashes and comes back while clients work; nobody is told of it. For three minutes in the long form.
    @Test func aServerThatCrashesIsWaitedFor() async throws {
        let engine = try await engine()
        try await CaseWork.load(engine)
        let start = ContinuousClock.now, duration = Duration.seconds(Self.isLong ? 180 : 1)
        let wave = 60
        let (waves, crashes) = try await withThrowingTaskGroup(of: (waves: Int, crashes: Int).self) { group in
            group.addTask {
                var waves = 0
                while waves == 0 || ContinuousClock.now - start < duration {
                    try await CaseWork.run(engine, cases: wave, lanes: 16, name: "w\(waves)-")
                    waves += 1
                }
                return (waves, 0)
            }
            group.addTask { [server] in
                var crashes = 0
                while crashes < 2 || ContinuousClock.now - start < duration {
                    try await Task.sleep(for: .milliseconds(Self.isLong ? Int.random(in: 5000 ... 40_000) : 400))
                    try server.crash()
                    crashes += 1
                }
                return (0, crashes)
            }
            return try await group.reduce((0, 0)) { ($0.0 + $1.waves, $0.1 + $1.crashes) }
        }
        print("\(crashes) crashes of the server in \(ContinuousClock.now - start), \(waves * wave) cases worked off by 16 clients")
        try await CaseWork.check(engine, cases: waves * wave)
    }

    /// F5: sessions are cut off at random, ten a second.
    @Test func sessionsThatAreCutOffAreMadeAgain() async throws {
        let engine = try await engine()
        try await CaseWork.load(engine)
        let cases = Self.isLong ? 2000 : 60
        let name = try #require(url.split(separator: "/").last)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await CaseWork.run(engine, cases: cases, lanes: 16)
                return true
            }
            group.addTask { [server] in
                var cut = 0
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(100))
                    try server.sql(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)' AND \
                        backend_type = 'client backend' ORDER BY random() LIMIT 1
                        """
                    )
                    cut += 1
                }
                print("sessions cut off: \(cut)")
                return false
            }
            while let isDone = try await group.next() { if isDone { group.cancelAll() } }
        }
        try await CaseWork.check(engine, cases: cases)
    }

    /// F8: a daemon that is stopped while it works, and goes on after others did its work, changes nothing more.
    @Test func aPausedDaemonIsFenced() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("kill.yawl")
        try Data(CaseWork.specification.utf8).write(to: URL(fileURLWithPath: file))
        let paused = try WorkerProcess(store: url, specification: file, cases: 20)
        _ = paused.read(15)
        paused.signal(SIGSTOP)
        // It may be stopped inside a transaction: the server ends that after five seconds, and others wait until then.
        #expect(try WorkerProcess(store: url, specification: file, cases: 20).readUntilKilled(after: .max, spin: 0).isDone)
        paused.signal(SIGCONT)
        #expect(paused.readUntilKilled(after: .max, spin: 0).isDone)
        try await CaseWork.check(try await engine(), cases: 20)
    }

    /// F3: commits whose answer never came. The same request again gets the first answer.
    @Test(arguments: ["sqlite", "postgresql"]) func anAnswerThatWasLostIsGivenAgain(_ kind: String) async throws {
        let folder = try TemporaryFolder()
        let store: any Store = kind == "sqlite" ? try SQLiteStore(path: folder.path("lost.db")) : try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: ForgetfulStore(store))
        try await CaseWork.load(engine)
        try await CaseWork.run(engine, cases: 30, lanes: 8)
        try await CaseWork.check(engine, cases: 30)
    }

    /// A second process sees a commit within 150 ms.
    @Test func othersSeeACommitAtOnce() async throws {
        let first = try await PostgresStore(ServerPlace(url)), second = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: first)
        try await CaseWork.load(engine)
        let told = Mutex<[ContinuousClock.Instant]>([])
        let listener = Task { for await _ in second.changes() { told.withLock { $0.append(.now) } } }
        defer { listener.cancel() }
        // The first word comes when it begins to listen.
        while told.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(5)) }
        var times: [Duration] = []
        for n in 0 ..< 9 {
            // What is told late of the one before must not be taken for this one.
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            _ = try await engine.local.perform(
                .startCase(SpecificationReference(name: "kill"), data: nil), request: RequestID("s\(n)"))
            let committed = ContinuousClock.now
            while !told.withLock({ $0.contains { $0 > start } }) { try await Task.sleep(for: .milliseconds(1)) }
            times.append(max(.zero, (told.withLock { $0.first { $0 > start } } ?? committed) - committed))
        }
        times.sort()
        print("a commit is seen by another process after \(times) (median \(times[times.count / 2]))")
        // Other suites of this process may hold its threads for a while; what is told late is told late every time.
        #expect(times[0] < .milliseconds(150))
    }
}
