import Engine
import Foundation
import SQLiteStore
import Support

/// What a person at the console waits for, on a store with ten items to each of 1,000 cases, or of as many as `MIZZEN_BENCH_CASES` says.
enum ConsoleBench {
    private static let cases = ProcessInfo.processInfo.environment["MIZZEN_BENCH_CASES"].flatMap { Int($0) } ?? 1_000

    static func run(binary: String) async throws {
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            print("## Console\n\nnot measured: there is no program \(binary)\n")
            return
        }
        let folder = try TemporaryFolder()
        let store = folder.path("bench.db")
        let filling = try await milliseconds { try await fill(store) }
        print("## Console\n\n\(cases) cases, \(cases * 10) items (made in \(Samples.number(filling / 1000)) s); on a pty, milliseconds, median (min–max).\n")
        print("| size | first byte | first paint complete | key to last byte, 100 presses of j | p99 | bytes per press | wake-ups in 2 s idle | MiB |")
        print("|---|---|---|---|---|---|---|---|")
        for (columns, rows) in [(80, 24), (200, 50)] as [(UInt16, UInt16)] {
            var first = Samples(), painted = Samples(), key = Samples(), bytes = Samples()
            var idle = 0, resident = 0.0
            for round in 0 ..< 7 {
                let started = ContinuousClock.now
                let terminal = try HostedProgram([binary, "--store", store], environment: environment(folder), columns: columns, rows: rows)
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
        var drawn = Samples(), listed = Samples()
        for _ in 0 ..< 7 {
            drawn.add(try await milliseconds { try run([binary, "spec", "draw", "big", "--store", store]) })
            listed.add(try await milliseconds { try run([binary, "spec", "list", "--store", store]) })
        }
        print("A net of 200 tasks drawn, whole process: \(drawn.text); listing the specifications instead: \(listed.text).\n")
    }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    /// A long way with short cuts.
    private static var bigNet: String {
        let tasks = (0 ..< 200).map { number -> String in
            let next = number == 199 ? "o" : "T\(number + 1)", far = "T\(min(199, number + 2 + number * 7 % 20))"
            return YAWLText.task("T\(number)", to: number % 3 == 0 && far != next && number < 190 ? [next, far] : [next], does: "Work")
        }
        return YAWLText.set("big", YAWLText.net(start: "T0", tasks.joined()), YAWLText.gateway("Work"))
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
        _ = try await engine.perform(.loadSpecification(source: Array(bigNet.utf8), file: "big.yawl", accepting: .unsound), as: EngineBench.principal, request: RequestID("big"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 32 {
                group.addTask {
                    for n in stride(from: lane, to: cases, by: 32) {
                        _ = try await engine.perform(.startCase(SpecificationReference("bench"), data: nil), as: EngineBench.principal, request: RequestID("\(n)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
