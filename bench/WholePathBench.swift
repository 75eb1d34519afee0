import Engine
import Foundation
import Platform
import StoreSupport
import Workflow

/// The whole path of a command without a disk: session, request key, rules, coding, hash chain, ledger, group commit, a store that forgets.
enum WholePathBench {
    private static let clients = 16

    static func run() async throws {
        print(
            """
            The whole path (session, ledger, a store in memory), \(clients) clients: work items completed per second of processor \
            time, all threads counted. A completion is two commands, a start and a complete, each coded, hashed and committed. \
            Median (min–max) of 5 rounds of a second.

            | net | completions/s of CPU | reference engine | ratio | goal |
            |---|---|---|---|---|
            """)
        guard let corpus = ProcessInfo.processInfo.environment["MIZZEN_CORPUS"] else { return print("| not measured: set MIZZEN_CORPUS |") }
        for (workload, goal) in zip(CoreBench.workloads, [25.0, 75, 25, 25, 25, 25]) {
            let store = MemoryStore(), engine = WorkflowEngine(store: store)
            let source = Array(try Data(contentsOf: URL(fileURLWithPath: corpus + "/perf/\(workload.file).yawl")))
            guard
                case .loaded(let loaded) = try await engine.local.perform(
                    .loadSpecification(source: source, file: workload.file, accepting: [.errors, .unsound]), request: RequestID("load")),
                let id = loaded.first?.id
            else { continue }
            var samples = Samples()
            for round in 0 ..< 5 { samples.add(try await rate(engine, store, id.uri, round)) }
            let ratio = samples.quantile(0.5) / workload.reference
            print(
                "| \(workload.name) | \(samples.text) | \(Samples.number(workload.reference)) | \(Samples.number(ratio)) "
                    + "| \(Samples.number(goal)) |")
        }
        print("")
    }

    private static func rate(_ engine: WorkflowEngine, _ store: MemoryStore, _ name: String, _ round: Int) async throws -> Double {
        let start = processSeconds(), end = ContinuousClock.now + .seconds(1)
        let completions = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0 ..< clients {
                group.addTask {
                    var done = 0, number = 0
                    while ContinuousClock.now < end {
                        number += 1
                        done += try await work(engine.local, store, name, "\(round)-\(client)-\(number)")
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(completions) / (processSeconds() - start)
    }

    /// Starts a case and completes its items; knows what to do next from the rules, as a client knows it from a list.
    private static func work(_ session: Session, _ store: MemoryStore, _ name: String, _ request: String) async throws -> Int {
        guard
            case .started(let number, _) = try await session.perform(
                .startCase(SpecificationReference(name), data: nil), request: RequestID(request))
        else { return 0 }
        var done = 0
        while let item = store.nextItem(ofCase: number) {
            guard case .itemStarted(let started) = try await session.perform(.startItem(item), request: RequestID("\(request)s\(done)"))
            else {
                continue
            }
            _ = try await session.perform(.completeItem(started, data: nil), request: RequestID("\(request)c\(done)"))
            done += 1
        }
        return done
    }

    /// Of all threads.
    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
