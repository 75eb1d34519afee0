import Engine
import Platform
import StoreSupport
import Foundation
import Support
import Testing
import Workflow
@testable import SQLiteStore

/// kill -9 while exlets run worklets: every exlet comes to its end, and none of its steps is done twice.
@Suite(.serialized) struct ExletKillTests {
    static let specification = YAWLText.set(
        "kill",
        YAWLText.net(
            start: "A",
            YAWLText.task("A", to: ["B"], does: "Work"), YAWLText.task("B", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
    static let worklet = YAWLText.set("fix", YAWLText.net(start: "E", YAWLText.task("E", to: ["o"])))
    static let rules = RulesText.file(
        uri: "kill",
        RulesText.branch(
            "constraints/item/pre",
            RulesText.task("A", RulesText.only("suspend workitem;compensate fix,fix;continue workitem"))
                + RulesText.task("B", RulesText.only("suspend case;compensate fix;continue case"))))

    @Test func anExletIsCarriedOutOnceHoweverOftenItsProcessDies() async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["MIZZEN_SOAK"] == nil ? 8 : 100
        let seed = environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)
        print("exlet kill test: \(kills) kills, MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        let folder = try TemporaryFolder()
        var files: [String] = []
        for (name, text) in [("kill.yawl", Self.specification), ("fix.yawl", Self.worklet), ("kill.xrs", Self.rules)] {
            files.append(folder.path(name))
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
        }
        let cases = 12
        var killed = 0, round = 0
        while killed < kills {
            let path = folder.path("exlets-\(round).db")
            let run = try WorkerProcess(store: path, specification: files[0], cases: cases, rules: Array(files[1...]))
            let (_, isDone) = run.readUntilKilled(after: Int(random.next() % 40) + 1, spin: Int(random.next() % 400_000))
            if !isDone { killed += 1 }
            if isDone || killed == kills || random.next() % 4 == 0 {
                let rest = try WorkerProcess(store: path, specification: files[0], cases: cases, rules: Array(files[1...]))
                #expect(rest.readUntilKilled(after: .max, spin: 0).isDone)
                try await check(path, cases)
                round += 1
            }
        }
    }

    private func check(_ path: String, _ cases: Int) async throws {
        let store = try SQLiteStore(path: path)
        let engine = WorkflowEngine(store: store)
        #expect(try await store.casesAwaitingOthers(tenant: .local).isEmpty)
        let rows = try await engine.local.cases()
        #expect(rows.allSatisfy { $0.status == .completed })
        #expect(rows.count { $0.specification.uri == "kill" } == cases)
        // Two worklets for A, one for B, each started once.
        #expect(rows.count { $0.specification.uri == "fix" } == 3 * cases)
        for row in rows {
            let events = try await engine.local.recordedEvents(row.number).map(\.event)
            #expect(try await engine.local.replayedCase(row.number) == engine.local.caseDetail(row.number).state)
            guard row.specification.uri == "kill" else { continue }
            let done = events.compactMap { if case .exletStepDone(let id, let step, _, _, _) = $0 { "\(id)/\(step)" } else { nil } }
            #expect(done == ["1/0", "1/1", "1/2", "2/0", "2/1", "2/2"], "case \(row.number)")
            #expect(events.filter { $0 == .exletEnded(exlet: 1, failure: nil) || $0 == .exletEnded(exlet: 2, failure: nil) }.count == 2)
        }
    }
}
