import Engine
import StoreSupport
import Foundation
import PostgresStore
import Support
import Workflow

/// F7 with its figures: two daemons on one database, all timers due within one second.
enum TimerGate {
    static func run(_ server: PostgresServer) async throws {
        let count = PostgresBench.size("TIMERS", 10_000)
        print(
            """
            ### F7, timers of two daemons\n
            \(count) timers due within one second. Goal: each once, a share of at least 80 % of an even one, \
            late by 1000 ms at most (p99).

            """
        )
        print(
            """
            | round | fsync ms | load | by each daemon | late, ms: median | p99 | most | timers/s | \
            processor, ms each |\n|---|---|---|---|---|---|---|---|---|
            """
        )
        for round in 1 ... PostgresBench.size("ROUNDS", 3) {
            let probe = try await EngineBench.fsyncProbe().quantile(0.5), load = Machine.load
            let (late, work) = try await lateness(of: count, server), all = late.joined().sorted()
            var samples = Samples()
            for each in all { samples.add(Double(each)) }
            // The last one was due 900 ms after the first.
            let rate = Double(all.count) / max(0.9, 0.9 + samples.quantile(1) / 1000)
            print(
                """
                | \(round) | \(Samples.number(probe)) | \(load) | \(late.map { String($0.count) }.joined(separator: ", ")) | \
                \(Samples.number(samples.quantile(0.5))) | \(Samples.number(samples.quantile(0.99))) | \
                \(Samples.number(samples.quantile(1))) | \(Samples.number(rate)) | \(Samples.number(work * 1000 / Double(count))) |
                """
            )
        }
        print()
    }

    /// Milliseconds by daemon and timer; and how many seconds the machine's processors worked meanwhile.
    private static func lateness(of count: Int, _ server: PostgresServer) async throws -> ([[Int]], work: Double) {
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url))
        let engine = WorkflowEngine(store: store)
        let daemons = try (0 ..< 2).map { _ in try ChildRole.start("daemon", url) }
        while try await engine.keeper.nodes().filter({ $0.shards == NodeRecord.shardCount / 2 }).count < 2 {
            try await Task.sleep(for: .milliseconds(100))
        }
        // Time to set them: a few hundred a second.
        let moment = try await engine.local.now() + Int64(PostgresBench.size("LEAD", 5 + count / 400)) * 1000
        try await start(count, dueFrom: moment, engine)
        guard try await engine.local.now() < moment else {
            throw StoreError(.failure, "the timers were not set before the first was due; give a greater MIZZEN_BENCH_LEAD, in seconds")
        }
        try await Task.sleep(for: .milliseconds(moment - engine.local.now()))
        let before = Machine.busySeconds
        while try await store.nextTimer(after: 0) != nil { try await Task.sleep(for: .milliseconds(100)) }
        let work = Machine.busySeconds - before
        let late = try daemons.map { daemon in
            try daemon.input.close()
            let text = String(decoding: try daemon.output.readToEnd() ?? Data(), as: UTF8.self)
            daemon.process.waitUntilExit()
            return text.split(separator: "\n").compactMap { Int($0) }
        }
        try await store.close()
        return (late, work)
    }

    /// Cases of ten specifications, whose timers run out a tenth of a second after one another.
    private static func start(_ count: Int, dueFrom moment: Int64, _ engine: WorkflowEngine) async throws {
        for tenth in 0 ..< 10 {
            let text = YAWLText.set(
                "timed\(tenth)",
                YAWLText.net(
                    start: "T",
                    YAWLText.task(
                        "T", to: ["Z"], extra: "<timer><trigger>OnEnabled</trigger><expiry>\(moment + Int64(tenth) * 100)</expiry></timer>",
                        does: "Work"),
                    YAWLText.task("Z", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
            _ = try await engine.session(for: EngineBench.principal).perform(
                .loadSpecification(source: Array(text.utf8), file: "timed.yawl"),
                request: RequestID("load-\(tenth)"))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 64 {
                group.addTask {
                    for n in stride(from: lane, to: count, by: 64) {
                        _ = try await engine.session(for: EngineBench.principal).perform(
                            .startCase(SpecificationReference("timed\(n % 10)"), data: nil),
                            request: RequestID("start-\(n)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
