import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Workflow

/// How fast cases run: the pure core alone, and the whole way to the disk.
enum EngineBench {
    static let principal = Principal(name: "bench", tenant: .local)

    static func run() async throws {
        print("## Engine\n\nCompletions per second; a completion is a work item started and completed. Median (min–max) of 5 rounds.\n")
        print("| net | core alone, one thread | SQLite, 1 client | SQLite, 64 clients |\n|---|---|---|---|")
        for (name, text, items) in nets {
            let specification = try SpecificationReader.read(Array(text.utf8), file: name)[0]
            let executable = try ExecutableSpecification(specification)
            var core = Samples(), one = Samples(), many = Samples()
            // Interleaved, so that a slow moment of the machine hits all three.
            for _ in 0 ..< 5 {
                core.add(try await rate(items * 200) { for _ in 0 ..< 200 { try play(executable) } })
                one.add(try await throughEngine(text, cases: 20, items: items, clients: 1))
                many.add(try await throughEngine(text, cases: 320, items: items, clients: 64))
            }
            print("| \(name) | \(core.text) | \(one.text) | \(many.text) |")
        }
        print("\nfsync of this disk: \(try await fsyncProbe().text) ms\n")
    }

    private static func rate(_ completions: Int, _ body: () async throws -> Void) async rethrows -> Double {
        Double(completions) / (try await milliseconds(body)) * 1000
    }

    private static func play(_ specification: ExecutableSpecification) throws {
        let context = StepContext(now: 1, actor: "bench")
        var state = try specification.step(nil, .launch(CaseID("1"), parameters: nil), in: context).state
        while let item = state.liveItems.first {
            state = try specification.step(
                state, item.status == .executing ? .complete(item.id, output: nil) : .start(item.id), in: context
            ).state
        }
    }

    private static func throughEngine(_ text: String, cases: Int, items: Int, clients: Int) async throws -> Double {
        let folder = try TemporaryFolder()
        let engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("bench.db")))
        _ = try await engine.session(for: principal).perform(
            .loadSpecification(source: Array(text.utf8), file: "bench.yawl"), request: RequestID("load"))
        return try await rate(cases * items) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0 ..< clients {
                    group.addTask { for n in stride(from: client, to: cases, by: clients) { try await work(engine, "\(n)") } }
                }
                try await group.waitForAll()
            }
        }
    }

    static func work(_ engine: WorkflowEngine, _ name: String) async throws {
        let reply = try await engine.session(for: principal).perform(
            .startCase(SpecificationReference("bench"), data: nil), request: RequestID(name))
        guard case .started(let number, _) = reply else { return }
        while let row = try await engine.local.items(ofCase: number).first {
            let started = try await engine.session(for: principal).perform(.startItem(row.id), request: RequestID("s\(row.id)"))
            guard case .itemStarted(let item) = started else { return }
            _ = try await engine.session(for: principal).perform(.completeItem(item, data: nil), request: RequestID("c\(item)"))
        }
    }

    /// What one flush costs here: everything durable is bounded by it.
    static func fsyncProbe() async throws -> Samples {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.path("probe"), O_CREAT | O_WRONLY, 0o600)
        defer { close(descriptor) }
        var samples = Samples()
        for _ in 0 ..< 50 {
            samples.add(
                await milliseconds {
                    _ = write(descriptor, "0123456789abcdef", 16)
                    fdatasync(descriptor)
                })
        }
        return samples
    }

    private static var nets: [(name: String, text: String, items: Int)] {
        let work = YAWLText.gateway("Work")
        let steps = (1 ... 10).map { YAWLText.task("T\($0)", to: [$0 == 10 ? "o" : "T\($0 + 1)"], does: "Work") }
        let names = ["a", "b", "c", "d", "e"]
        let mapped = (1 ... 10).map { n in
            YAWLText.task(
                "T\(n)", to: [n == 10 ? "o" : "T\(n + 1)"], starting: names.map { ("<\($0)>{/Net/\($0)/text()}</\($0)>", $0) },
                completed: names.map { ("<\($0)>{/Data/\($0)/text()}</\($0)>", $0) }, does: "Data")
        }
        let data = YAWLText.gateway(
            "Data", inputs: names.enumerated().map { YAWLText.input($1, index: $0) },
            outputs: names.enumerated().map { YAWLText.output($1, index: $0) })
        let parallel =
            [YAWLText.task("S", to: (1 ... 10).map { "T\($0)" }, does: "Work")]
            + (1 ... 10).map { YAWLText.task("T\($0)", to: ["J"], does: "Work") } + [
                YAWLText.task("J", to: ["o"], join: "and", does: "Work")
            ]
        return [
            ("sequence of 10, no data", YAWLText.set("bench", YAWLText.net(start: "T1", steps.joined()), work), 10),
            (
                "sequence of 10, 5 strings in and out",
                YAWLText.set(
                    "bench",
                    YAWLText.net(
                        locals: names.enumerated().map { YAWLText.local($1, index: $0, initial: "value \($1)") }, start: "T1",
                        mapped.joined()), data), 10
            ),
            ("AND split of 10 and join", YAWLText.set("bench", YAWLText.net(start: "S", parallel.joined()), work), 12),
        ]
    }
}
