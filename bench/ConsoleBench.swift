import Engine
import Foundation
import SQLiteStore
import Support

/// What a person at the console waits for, on a store with 1,000 cases and 10,000 items.
enum ConsoleBench {
    static func run(binary: String) async throws {
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            print("## Console\n\nnot measured: there is no program \(binary)\n")
            return
        }
        let folder = try TemporaryFolder()
        let store = folder.path("bench.db")
        let filling = try await milliseconds { try await fill(store) }
        print("## Console\n\n1,000 cases, 10,000 items (made in \(Samples.number(filling / 1000)) s); on a pty, milliseconds, median (min–max).\n")
        print("| size | first byte | first paint complete | key to last byte, 100 presses of j | p99 | bytes per press | wake-ups in 2 s idle | MiB |")
        print("|---|---|---|---|---|---|---|---|")
        for (columns, rows) in [(80, 24), (200, 50)] as [(UInt16, UInt16)] {
            var first = Samples(), painted = Samples(), key = Samples(), bytes = Samples()
            var idle = 0, resident = 0.0
            for round in 0 ..< 7 {
                let started = ContinuousClock.now
                let terminal = try PseudoTerminal([binary, "--store", store], environment: environment(folder), columns: columns, rows: rows)
                let paint = terminal.read(quiet: 150, limit: 5_000, from: started)
                first.add(paint.first)
                painted.add(paint.last)
                if round == 6 {
                    for _ in 0 ..< 100 {
                        let pressed = ContinuousClock.now
                        terminal.write("j")
                        let answer = terminal.read(quiet: 15, limit: 1_000, from: pressed)
                        key.add(answer.last)
                        bytes.add(Double(answer.bytes.count))
                    }
                    let before = terminal.usage()
                    usleep(2_000_000)
                    let after = terminal.usage()
                    idle = after.switches - before.switches
                    resident = after.residentMiB
                }
                terminal.close()
            }
            print("| \(columns)×\(rows) | \(first.text) | \(painted.text) | \(key.text) | \(Samples.number(key.quantile(0.99))) | \(bytes.text) | \(idle) | \(Samples.number(resident)) |")
        }
        print("")
    }

    private static func environment(_ folder: TemporaryFolder) -> [String: String] {
        ["TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder.url.path, "PATH": "/usr/bin:/bin"]
    }

    private static func fill(_ path: String) async throws {
        let tasks = (1...10).map { YAWLText.task("T\($0)", to: ["J"], does: "Work") }.joined()
        let text = YAWLText.set("bench", YAWLText.net(start: "S", YAWLText.task("S", to: (1...10).map { "T\($0)" }), tasks,
                                                      YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work"))
        let engine = WorkflowEngine(store: try SQLiteStore(path: path))
        _ = try await engine.perform(.loadSpecification(source: Array(text.utf8), file: "bench.yawl"), as: EngineBench.principal, request: RequestID("load"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 32 {
                group.addTask {
                    for n in stride(from: lane, to: 1_000, by: 32) {
                        _ = try await engine.perform(.startCase(SpecificationReference("bench"), data: nil), as: EngineBench.principal, request: RequestID("\(n)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
