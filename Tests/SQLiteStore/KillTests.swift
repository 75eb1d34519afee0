import Engine
import Platform
import StoreSupport
import Foundation
import Support
import Testing
import Workflow
@testable import SQLiteStore

/// kill -9 at random places while cases run: what was acknowledged stays, nothing happens twice, everything finishes.
@Suite(.serialized) struct KillTests {
    static let specification = YAWLText.set(
        "kill",
        YAWLText.net(
            locals: [YAWLText.local("n", "integer", initial: "1")], start: "S",
            YAWLText.task("S", to: ["A", "B"], does: "Work"),
            YAWLText.task(
                "A", to: ["J"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n + 1}</n>", "n")], does: "Ask"),
            YAWLText.task("B", to: ["J"], does: "Work"), YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]),
        YAWLText.gateway("Work"))

    /// 20 kills in `make test`; `make soak` asks for 200 through MIZZEN_SOAK.
    @Test func nothingAcknowledgedIsLostAndNothingHappensTwice() async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["MIZZEN_SOAK"] == nil ? 20 : 200
        let seed = environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)
        print("kill test: \(kills) kills, MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        let folder = try TemporaryFolder()
        let file = folder.path("kill.yawl")
        try Data(Self.specification.utf8).write(to: URL(fileURLWithPath: file))
        let cases = 100

        var acknowledged: Set<String> = []
        var killed = 0, round = 0
        while killed < kills {
            // A new store whenever the cases are all done, so that every kill meets work under way.
            let path = folder.path("kill-\(round).db")
            let run = try WorkerProcess(store: path, specification: file, cases: cases)
            let (lines, isDone) = run.readUntilKilled(after: Int(random.next() % 120) + 1, spin: Int(random.next() % 40_000))
            acknowledged.formUnion(lines)
            if !isDone { killed += 1 }
            if isDone || killed == kills || random.next() % 6 == 0 {
                try await finishAndCheck(path, file, cases, acknowledged)
                acknowledged = []
                round += 1
            }
        }
    }

    private func finishAndCheck(_ path: String, _ file: String, _ cases: Int, _ acknowledged: Set<String>) async throws {
        let (_, isDone) = try WorkerProcess(store: path, specification: file, cases: cases).readUntilKilled(after: .max, spin: 0)
        #expect(isDone, "the worker must come to its end after a restart")
        let store = try SQLiteStore(path: path)
        let engine = WorkflowEngine(store: store)
        let rows = try await engine.local.cases()
        #expect(rows.count == cases)
        #expect(rows.allSatisfy { $0.status == .completed })
        for line in acknowledged where line != "load" {
            let request = String(line.split(separator: " ").first ?? "")
            let reply = try await store.reply(tenant: .local, to: RequestKey(.person("worker"), request))
            #expect(reply != nil, "\(request) was acknowledged and is gone")
            if line.hasPrefix("start-"), let number = line.split(separator: " ").last, let reply {
                #expect(String(decoding: reply.reply, as: UTF8.self).contains("\"caseNumber\":\(number)"))
            }
        }
        for row in rows {
            let events = try await engine.local.recordedEvents(row.number)
            #expect(Int64(events.count) == row.events)
            let completed = events.compactMap { if case .itemCompleted(let item, _) = $0.event { item } else { nil } }
            #expect(completed.count == 4 && Set(completed).count == 4, "case \(row.number) completed \(completed)")
            #expect(try await engine.local.replayedCase(row.number) == engine.local.caseDetail(row.number).state)
        }
    }
}
