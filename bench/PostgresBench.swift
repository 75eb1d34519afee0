import Engine
import Foundation
import PostgresStore
import Support
import Workflow

/// PostgreSQL: what the engine makes of the database (durability.md G1), and what it is worth to commit several cases at once (G2). The
/// yardstick is the engine's own steps, recorded before, given to the store by as many clients without any engine.
enum PostgresBench {
    private static let clients = 64
    private static let cases = 256
    private static let rounds = 5

    static func run() async throws {
        guard PostgresServer.isInstalled else { return PostgresServer.reportAbsence("the PostgreSQL bench") }
        let server = try PostgresServer(settings: "max_wal_size=4GB wal_compression=on")
        let recorded = try await record(server)
        let steps = recorded.reduce(0) { $0 + $1.count }
        print("## PostgreSQL\n\nSteps per second, \(clients) clients, 4 writing connections, \(cases) cases with \(steps) steps; each row one round, all four one after the other.\n")
        print("| round | fsync ms | A: steps alone, a commit each | B: steps alone, 16 a commit | C: engine | D: engine, a commit each | C÷A | B÷A |\n|---|---|---|---|---|---|---|---|")
        var samples = [Samples(), Samples(), Samples(), Samples()], ratios = [Samples(), Samples()]
        for round in 1 ... rounds {
            let before = try await EngineBench.fsyncProbe().quantile(0.5)
            let single = try await replay(recorded, batch: 1, server), grouped = try await replay(recorded, batch: 16, server)
            let whole = try await engine(server, isGrouping: true, steps), each = try await engine(server, isGrouping: false, steps)
            let after = try await EngineBench.fsyncProbe().quantile(0.5)
            for (index, rate) in [single, grouped, whole, each].enumerated() { samples[index].add(rate) }
            // durability.md 3.4: no ratio where the disk changed meanwhile.
            let isSteady = abs(before - after) <= 0.25 * before
            if isSteady {
                ratios[0].add(whole / single)
                ratios[1].add(grouped / single)
            }
            func ratio(_ a: Double, _ b: Double) -> String { isSteady ? Samples.number(a / b) : "disk moved" }
            print("| \(round) | \(Samples.number(before))–\(Samples.number(after)) | \(Samples.number(single)) | \(Samples.number(grouped)) | \(Samples.number(whole)) | \(Samples.number(each)) "
                + "| \(ratio(whole, single)) | \(ratio(grouped, single)) |")
        }
        print("| all | | \(samples[0].text) | \(samples[1].text) | \(samples[2].text) | \(samples[3].text) | \(ratios[0].text) | \(ratios[1].text) |\n")
        server.stop()
    }

    private static func work(_ engine: WorkflowEngine) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0 ..< clients {
                group.addTask { for n in stride(from: client, to: cases, by: clients) { try await EngineBench.work(engine, "\(n)") } }
            }
            try await group.waitForAll()
        }
    }

    private static func load(_ engine: WorkflowEngine) async throws {
        _ = try await engine.perform(.loadSpecification(source: Array(EngineBench.sequence.utf8), file: "bench.yawl"), as: EngineBench.principal, request: RequestID("load"))
    }

    private static func engine(_ server: PostgresServer, isGrouping: Bool, _ steps: Int) async throws -> Double {
        let store = try await PostgresStore(ServerPlace(try server.newDatabase()))
        let engine = WorkflowEngine(store: isGrouping ? store : RecordingStore(store, isSplitting: true))
        try await load(engine)
        return Double(steps) / (try await milliseconds { try await work(engine) }) * 1000
    }

    /// The steps of each case, in their order.
    private static func record(_ server: PostgresServer) async throws -> [[Step]] {
        let store = RecordingStore(try await PostgresStore(ServerPlace(try server.newDatabase())), isSplitting: false)
        let engine = WorkflowEngine(store: store)
        try await load(engine)
        try await work(engine)
        return Dictionary(grouping: store.steps, by: \.aggregate).values.map { $0.sorted { $0.expectedVersion < $1.expectedVersion } }
    }

    /// Steps of so many cases in one commit; each client has cases of its own.
    private static func replay(_ recorded: [[Step]], batch: Int, _ server: PostgresServer) async throws -> Double {
        let store = try await PostgresStore(ServerPlace(try server.newDatabase()))
        for list in recorded { for step in list { if case .specification = step.change { _ = try await store.commit([step]) } } }
        let lists = recorded.filter { if case .caseChange = $0[0].change { true } else { false } }
        let lanes = clients / batch
        let count = lists.reduce(0) { $0 + $1.count }
        return Double(count) / (try await milliseconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0 ..< lanes {
                    let mine = stride(from: lane, to: lists.count, by: lanes).map { lists[$0] }
                    group.addTask {
                        for start in stride(from: 0, to: mine.count, by: batch) {
                            let together = mine[start ..< min(start + batch, mine.count)]
                            for turn in 0 ..< (together.map(\.count).max() ?? 0) {
                                let outcomes = try await store.commit(together.compactMap { turn < $0.count ? $0[turn] : nil })
                                guard outcomes.allSatisfy({ $0 == .committed }) else { throw StoreError(.failure, "a recorded step was not committed") }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }) * 1000
    }
}
