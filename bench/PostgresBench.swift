import Engine
import Foundation
import PostgresStore
import Support
import Workflow

/// The goals for PostgreSQL that are measured, each against its yardstick in one run.
enum PostgresBench {
    static let gates: [String: @Sendable (PostgresServer) async throws -> Void] = [
        "g1": CompletionGates.throughput, "g2": CompletionGates.grouping, "g4": ClaimGate.run, "g5": SizeGate.run, "g6": RecoveryGate.run,
        "g7": LiveGate.run,
        "g8": EmbeddedGate.run, "timers": TimerGate.run,
    ]

    static func run(_ names: [String]) async throws {
        guard PostgresServer.isInstalled else { return PostgresServer.reportAbsence("the PostgreSQL bench") }
        let server = try PostgresServer(
            settings: """
                max_wal_size=4GB wal_compression=on checkpoint_timeout=15min \
                log_destination=jsonlog logging_collector=on log_directory=log \
                log_filename=server shared_preload_libraries=pg_stat_statements
                """)
        defer { server.stop() }
        let version = try server.sql("SHOW server_version")
        print("## PostgreSQL \(version), durable, on the same machine; load \(Machine.load)\n")
        for (name, gate) in gates.sorted(by: { $0.key < $1.key }) where names.isEmpty || names.contains("postgres") || names.contains(name)
        { try await gate(server) }
    }

    /// A number from the environment, for runs larger or smaller than usual.
    static func size(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment["MIZZEN_BENCH_\(name)"].flatMap { Int($0) } ?? usual
    }
}

/// Clients that do nothing but work items off: each has cases of a few tasks in a row, and knows what comes next.
struct Clients {
    let engine: WorkflowEngine
    let count: Int
    static let tasks = 4

    static func open(_ url: String, writers: Int = 4, isGrouping: Bool = true) async throws -> WorkflowEngine {
        let store = try await PostgresStore(ServerPlace(url), writers: writers)
        let engine = WorkflowEngine(store: isGrouping ? store : RecordingStore(store, isSplitting: true))
        try await load(engine)
        return engine
    }

    private static let specification = YAWLText.set(
        "bench",
        YAWLText.net(
            start: "T1",
            (1 ... tasks).map { n in
                YAWLText.task("T\(n)", to: [n == tasks ? "o" : "T\(n + 1)"], does: "Work")
            }.joined()), YAWLText.gateway("Work"))

    static func load(_ engine: WorkflowEngine) async throws {
        _ = try await engine.session(for: EngineBench.principal).perform(
            .loadSpecification(source: Array(specification.utf8), file: "bench.yawl"), request: RequestID("load")
        )
    }

    /// One case from its start to its end. Gives the milliseconds each command took.
    static func work(_ engine: WorkflowEngine, _ name: String) async throws -> [Double] {
        var times: [Double] = []
        func perform(_ command: Command, _ request: String) async throws -> Reply {
            let start = ContinuousClock.now
            let reply = try await engine.session(for: EngineBench.principal).perform(command, request: RequestID(request))
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            return reply
        }
        guard case .started(let number, _) = try await perform(.startCase(SpecificationReference("bench"), data: nil), "begin-\(name)")
        else { return [] }
        for task in 1 ... tasks {
            let id = WorkItemID(CaseID(number: number), "T\(task)")
            guard case .itemStarted(let item) = try await perform(.startItem(id), "s\(id)") else { return [] }
            _ = try await perform(.completeItem(item, data: nil), "c\(item)")
        }
        return times
    }

    /// Completions per second over some seconds, and what each command took.
    func run(seconds: Double, _ label: String = UUID().uuidString) async throws -> (rate: Double, times: Samples) {
        let start = ContinuousClock.now, end = start + .seconds(seconds)
        let engine = engine
        let (done, all) = try await withThrowingTaskGroup(of: (Int, [Double]).self) { group in
            for client in 0 ..< count {
                group.addTask {
                    var done = 0, times: [Double] = []
                    while ContinuousClock.now < end {
                        times += try await Self.work(engine, "\(label)-\(client)-\(done)")
                        done += Self.tasks
                    }
                    return (done, times)
                }
            }
            return try await group.reduce((0, [])) { ($0.0 + $1.0, $0.1 + $1.1) }
        }
        var times = Samples()
        for time in all { times.add(time) }
        return (Double(done) / ((ContinuousClock.now - start) / .seconds(1)), times)
    }
}
