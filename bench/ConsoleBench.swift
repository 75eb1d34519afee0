import Engine
import Foundation
import SQLiteStore
import Support

/// What a person at the console waits for, on stores with a hundred items, with ten thousand and with ten for each of as many cases as
/// `MIZZEN_BENCH_CASES` says; and the same of a packaged tool where one is installed.
enum ConsoleBench {
    private static let cases = [10, 1_000, ProcessInfo.processInfo.environment["MIZZEN_BENCH_CASES"].flatMap { Int($0) } ?? 10_000]
    private static let sizes: [(UInt16, UInt16)] = [(80, 24), (200, 50)]
    private static let rounds = 7

    static func run(binary: String) async throws {
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            print("## Console\n\nnot measured: there is no program \(binary)\n")
            return
        }
        let folder = try TemporaryFolder()
        print(
            """
            ## Console\n\nOn a pty, \(rounds) starts each; milliseconds, median (min–max). Key: \
            to the last byte of the answer, 90 presses of j.
            """
        )
        print("Own memory is what no other process could share: without the code of libraries, which is mapped from its files.\n")
        print(
            """
            | what | size | first byte | first paint complete | key | p99 | bytes per key | most | \
            wake-ups/s idle | bytes in 2 s idle | MiB | own MiB |
            """
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|---|")
        for cases in cases {
            let store = folder.path("bench-\(cases).db")
            try await fill(store, cases)
            for size in sizes {
                try measure("\(cases * 10) rows", [binary, "--store", store], size, environment(folder), down: "j")
            }
        }
        try measure("no row", [binary, "--store", folder.path("empty.db")], sizes[0], environment(folder), down: "j")
        let htop = "/usr/bin/htop"
        if FileManager.default.isExecutableFile(atPath: htop) {
            for size in sizes { try measure("htop", [htop], size, environment(folder), down: "\u{1B}OB") }
        } else {
            print("\nhtop is not installed, so there is nothing beside it; apt-get install htop")
        }
        print(
            """
            \nBudgets: first paint 60 ms, key 2 ms at the median, 500 bytes per key, nothing while \
            idle, 30 MiB at 10,000 rows, 100,000 rows as quick as 100.

            """
        )
        var drawn = Samples(), listed = Samples()
        for _ in 0 ..< rounds {
            drawn.add(try await milliseconds { try run([binary, "spec", "draw", "big", "--store", folder.path("bench-10.db")]) })
            listed.add(try await milliseconds { try run([binary, "spec", "list", "--store", folder.path("bench-10.db")]) })
        }
        print(
            """
            A net of 200 tasks drawn, whole process: \(drawn.text); listing the specifications \
            instead: \(listed.text). Budget for the drawing: 50 ms.

            """
        )
    }

    /// One row of the table.
    private static func measure(
        _ what: String, _ arguments: [String], _ size: (UInt16, UInt16), _ environment: [String: String], down: String
    ) throws {
        var first = Samples(), painted = Samples(), key = Samples(), bytes = Samples()
        var wakes = 0.0, idleBytes = 0, used = (resident: 0.0, own: 0.0)
        for round in 0 ..< rounds {
            let started = ContinuousClock.now
            // Each begins anew, not where the one before left off.
            let memory = environment.merging(["XDG_STATE_HOME": (environment["HOME"] ?? "") + "/\(UUID().uuidString)"]) { $1 }
            let terminal = try HostedProgram(arguments, environment: memory, columns: size.0, rows: size.1)
            // Data are painted every 100 ms at most: what comes after such a pause is news, no longer the first paint.
            let paint = terminal.read(quiet: 90, limit: 5_000, from: started)
            first.add(paint.first)
            painted.add(paint.last)
            if round == rounds - 1 {
                // All rows are there, and what was written for the last time has been.
                while !terminal.read(quiet: 500, limit: 3_000).bytes.isEmpty, ContinuousClock.now - started < .seconds(10) {}
                for _ in 0 ..< 90 {
                    let pressed = ContinuousClock.now
                    terminal.write(down)
                    let answer = terminal.read(quiet: 15, limit: 1_000, from: pressed)
                    key.add(answer.last)
                    bytes.add(Double(answer.bytes.count))
                }
                // Ages follow the last key a moment later.
                while !terminal.read(quiet: 500, limit: 500).bytes.isEmpty {}
                let before = terminal.usage()
                idleBytes = terminal.read(quiet: 2_000, limit: 2_000).bytes.count
                let after = terminal.usage()
                wakes = Double(after.switches - before.switches) / 2
                used = (after.residentMiB, after.privateMiB)
            }
            terminal.close()
        }
        print(
            """
            | \(what) | \(size.0)×\(size.1) | \(first.text) | \(painted.text) | \(key.text) | \(Samples.number(key.quantile(0.99))) \
            | \(Samples.number(bytes.quantile(0.5))) | \(Samples.number(bytes.quantile(1))) | \(Samples.number(wakes)) | \
            \(idleBytes) | \(Samples.number(used.resident)) | \(Samples.number(used.own)) |
            """)
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

    private static func fill(_ path: String, _ cases: Int) async throws {
        let tasks = (1 ... 10).map { YAWLText.task("T\($0)", to: ["J"], does: "Work") }.joined()
        let text = YAWLText.set(
            "bench",
            YAWLText.net(
                start: "S", YAWLText.task("S", to: (1 ... 10).map { "T\($0)" }), tasks,
                YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work"))
        let engine = WorkflowEngine(store: try SQLiteStore(path: path))
        _ = try await engine.session(for: EngineBench.principal).perform(
            .loadSpecification(source: Array(text.utf8), file: "bench.yawl"), request: RequestID("load"))
        _ = try await engine.session(for: EngineBench.principal).perform(
            .loadSpecification(source: Array(bigNet.utf8), file: "big.yawl", accepting: .unsound),
            request: RequestID("big"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0 ..< 32 {
                group.addTask {
                    for n in stride(from: lane, to: cases, by: 32) {
                        _ = try await engine.session(for: EngineBench.principal).perform(
                            .startCase(SpecificationReference("bench"), data: nil), request: RequestID("\(n)"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
