import Engine
import StoreSupport
import Foundation
import GRDB
import SQLiteStore
import Support
import Testing
import Workflow

/// kill -9 while services are called and values handed over: every item is completed once, every value arrives once.
@Suite struct ServiceKillTests {
    typealias Y = YAWLText

    /// A gets the case's number from the database and gives it back to it.
    private static let specification = Y.set(
        "kill",
        Y.net(
            locals: [Y.local("n", "integer")], start: "A",
            Y.task("A", to: ["B"], starting: [("#external:Notes", "n")], completed: [("#external:Notes", "n")], does: "Auto"),
            Y.task("B", to: ["o"], does: "Plain")),
        Y.automated("Plain"), Y.automated("Auto", inputs: [Y.input("n", "integer")], outputs: [Y.output("n", "integer", defaultValue: "0")])
    )

    @Test func everythingHappensOnce() async throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)
        print("service kill test: MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        let folder = try TemporaryFolder(), cases = 12
        let file = folder.path("kill.yawl"), store = folder.path("kill.db"), notes = folder.path("notes.db")
        try Data(Self.specification.utf8).write(to: URL(fileURLWithPath: file))
        let queue = try DatabaseQueue(path: notes)
        try await queue.write { try $0.execute(sql: "CREATE TABLE note(number INTEGER, value TEXT)") }
        var round: Int64 = 0
        for _ in 1 ... 6 {
            round += 1
            try await Self.run([store, file, "\(cases)", notes, "\(round * 3_600_000)"], killedAfter: Int(random.next() % 8) + 1)
        }
        round += 1
        let isDone = try await Self.run([store, file, "\(cases)", notes, "\(round * 3_600_000)"], killedAfter: .max)
        #expect(isDone, "the worker must come to its end after restarts")

        let engine = WorkflowEngine(store: try SQLiteStore(path: store))
        let rows = try await engine.local.cases()
        #expect(rows.count == cases && rows.allSatisfy { $0.status == .completed })
        for row in rows {
            let completed = try await engine.local.recordedEvents(row.number).compactMap {
                if case .itemCompleted(let item, _) = $0.event { item.task } else { nil }
            }
            #expect(completed == ["A", "B"], "case \(row.number)")
        }
        let written = try await queue.read {
            try Row.fetchAll($0, sql: "SELECT number, value FROM note ORDER BY number").map {
                "\($0["number"] as Int)=\($0["value"] as String)"
            }
        }
        #expect(written == rows.map(\.number).sorted().map { "\($0)=\($0)" })
    }

    /// Runs the worker, killing it after so many of its lines. Gives whether it came to its end.
    @discardableResult
    private static func run(_ arguments: [String], killedAfter count: Int) async throws -> Bool {
        let process = Process(), output = Pipe()
        process.executableURL = Bundle.main.bundleURL.resolvingSymlinksInPath().appendingPathComponent("KillWorker")
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var lines = 0, isDone = false
                while true {
                    let chunk = output.fileHandleForReading.availableData
                    if chunk.isEmpty { break }
                    lines += chunk.count { $0 == 10 }
                    if String(decoding: chunk, as: UTF8.self).contains("done") { isDone = true }
                    if lines >= count { kill(process.processIdentifier, SIGKILL) }
                }
                process.waitUntilExit()
                continuation.resume(returning: isDone)
            }
        }
    }
}
