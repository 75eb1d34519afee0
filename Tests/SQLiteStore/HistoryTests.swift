import Engine
import StoreSupport
import Platform
import Foundation
import GRDB
import Support
import Testing
import Workflow
@testable import SQLiteStore

/// The time machine: cases as they were, and the proof that what is stored is what the log says.
@Suite struct HistoryTests {
    static let ann = Principal(name: "ann", tenant: .local)
    /// A task that asks, then side by side a loop and a subnet of two tasks.
    static let text = YAWLText.set(
        "rich",
        YAWLText.net(
            locals: [YAWLText.local("n", "integer", initial: "0")], start: "A",
            YAWLText.task(
                "A", to: ["B", "S"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")],
                does: "Ask"),
            YAWLText.task(
                "B", to: [YAWLText.flow(to: "B", if: "/Net/n > 5", order: 1), YAWLText.flow(to: "p", isDefault: true)], split: "xor",
                starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text() - 1}</n>", "n")], does: "Ask"),
            YAWLText.condition("p", to: "D"),
            YAWLText.task("S", to: ["D"], does: "Sub"),
            YAWLText.task("D", to: ["o"], join: "and", does: "Work")),
        YAWLText.net(
            "Sub", isRoot: false, start: "X", YAWLText.task("X", to: ["Y"], does: "Work"), YAWLText.task("Y", to: ["o"], does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]),
        YAWLText.gateway("Work"))

    let folder: TemporaryFolder
    let store: SQLiteStore
    let engine: WorkflowEngine
    /// A second goes by before every command.
    let clock = VirtualClock()

    init() throws {
        folder = try TemporaryFolder()
        let clock = clock
        store = try SQLiteStore(path: folder.path("test.db"), clock: { clock.now })
        engine = WorkflowEngine(store: store)
    }

    private func load() async throws {
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(Self.text.utf8), file: "rich.yawl"), request: RequestID("load"))
    }

    @discardableResult
    private func perform(_ command: Command) async throws -> Reply {
        clock.advance(1000)
        return try await engine.local.perform(command, request: RequestID(UUID().uuidString))
    }

    /// Starts a case and does so many random things with it. Gives the state after each command by the number of its last event.
    private func randomRun(_ steps: Int, using random: inout SeededRandom) async throws -> (number: Int64, states: [Int64: CaseState]) {
        guard case .started(let number, _) = try await perform(.startCase(SpecificationReference("rich"), data: nil)) else {
            throw Unexpected()
        }
        var states: [Int64: CaseState] = [:]
        for _ in 0 ..< steps {
            let detail = try await engine.local.caseDetail(number)
            states[detail.row.events] = detail.state
            guard detail.state.status.isOpen else { break }
            let items = detail.state.liveItems
            if items.isEmpty || Int.random(in: 0 ..< 10, using: &random) == 0 {
                try await perform(detail.state.status == .running ? .suspendCase(number) : .resumeCase(number))
                continue
            }
            let item = items[Int.random(in: 0 ..< items.count, using: &random)]
            switch (item.status, Int.random(in: 0 ..< 6, using: &random)) {
            case (.executing, 0): try await perform(.rollbackItem(item.id))
            case (.executing, _): try await perform(.completeItem(item.id, data: nil))
            case (.enabled, 0): _ = try? await perform(.skipItem(item.id))
            // Refused while the case is suspended, which is one of the things that happen.
            default: _ = try? await perform(.startItem(item.id))
            }
        }
        return (number, states)
    }

    private struct Unexpected: Error {}

    @Test func everyPrefixOfTheLogIsTheCaseAsItWas() async throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ..< 1 << 32)
        print("history test: MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        try await load()
        for _ in 0 ..< 4 {
            let (number, states) = try await randomRun(25, using: &random)
            let events = try await engine.local.recordedEvents(number)
            for sequence in 1 ... events.count {
                let then = try await engine.local.caseDetail(number, at: .sequence(Int64(sequence)))
                #expect(then.state == CaseState(replaying: events[..<sequence]), "case \(number), event \(sequence), seed \(seed)")
                if let remembered = states[Int64(sequence)] {
                    #expect(then.state == remembered, "case \(number), event \(sequence), seed \(seed)")
                }
            }
            let now = try await engine.local.caseDetail(number),
                last = try await engine.local.caseDetail(number, at: .sequence(Int64(events.count)))
            #expect(last.items == now.items)
            #expect(last.row == now.row)
        }
        let report = try await engine.local.replayAll()
        #expect(report.cases == 4)
        #expect(report.faults == [])
    }

    @Test func aCaseCanBeSeenAsItWasAtATime() async throws {
        try await load()
        guard case .started(let number, _) = try await perform(.startCase(SpecificationReference("rich"), data: nil)) else {
            throw Unexpected()
        }
        let begun = try await engine.local.caseDetail(number)
        try await perform(.startItem(WorkItemID(CaseID("1"), "A")))
        let after = try await engine.local.caseDetail(number)
        #expect(try await engine.local.caseDetail(number, at: .time(begun.row.changedAt)).state == begun.state)
        #expect(try await engine.local.caseDetail(number, at: .time(after.row.changedAt - 1)).state == begun.state)
        let later = try await engine.local.caseDetail(number, at: .time(after.row.changedAt + 1_000_000))
        #expect(later.state == after.state)
        #expect(later.asOf?.sequence == after.row.events)
        await #expect(throws: EngineError.self) { try await engine.local.caseDetail(number, at: .time(begun.row.startedAt - 1)) }
        for sequence in [0, after.row.events + 1] {
            let error = await #expect(throws: EngineError.self) { try await engine.local.caseDetail(number, at: .sequence(sequence)) }
            #expect(error?.code == "no-such-event")
            #expect(error?.message == "case 1 has the events 1 to \(after.row.events), but no event \(sequence)")
        }
    }

    @Test func aDifferenceNamesTokensDataAndItems() async throws {
        try await load()
        try await perform(.startCase(SpecificationReference("rich"), data: nil))
        let start = try await engine.local.caseDetail(1).row.events
        try await perform(.startItem(WorkItemID(CaseID("1"), "A")))
        try await perform(.completeItem(WorkItemID(CaseID("1.1"), "A"), data: try .parse("<Ask><n>3</n></Ask>")))
        let changed = try await engine.local.caseDifferences(1, from: .sequence(start), to: nil).differences
        func line(_ aspect: CaseDifference.Aspect, _ subject: String) -> String? {
            changed.first { $0.aspect == aspect && $0.subject == subject }.map { "\($0.before ?? "–") → \($0.after ?? "–")" }
        }
        #expect(line(.token, "i") == "1 → –")
        #expect(line(.token, "c{A_B}") == "– → 1")
        #expect(line(.variable, "n") == "<n>0</n> → <n>3</n>")
        #expect(line(.item, "1:A") == "Enabled → –")
        #expect(line(.item, "1:B") == "– → Enabled")
        #expect(try await engine.local.caseDifferences(1, from: .sequence(start), to: .sequence(start)).differences.isEmpty)
    }

    /// What is done to the file behind our back, and what is said of it.
    @Test(arguments: [
        ("UPDATE event SET body = CAST(CAST(body AS TEXT) || ' ' AS BLOB) WHERE case_number = 2 AND seq = 4", "log-hash", "event 4 ("),
        ("UPDATE event SET actor = 'eve' WHERE case_number = 2 AND seq = 3", "log-hash", "event 3 ("),
        ("DELETE FROM event WHERE case_number = 2 AND seq = 3", "log-gap", "from event 2 to event 4"),
        ("DELETE FROM event WHERE case_number = 2 AND seq > 3", "log-short", "ends with event 3"),
        ("UPDATE case_state SET chain = zeroblob(32) WHERE number = 2", "log-hash", "the hash of its last event"),
        (
            "UPDATE case_state SET marking = CAST(replace(CAST(marking AS TEXT), 'A', 'B') AS BLOB) WHERE number = 2",
            "snapshot-unreadable", "does not match its hash"
        ),
        (
            "UPDATE case_data SET doc = '<n>77</n>' WHERE name = 'n' AND case_id = (SELECT case_id FROM case_state WHERE number = 2)",
            "snapshot-differs",
            "2 variable n is <n>77</n> instead of <n>0</n>"
        ),
        (
            "UPDATE work_item SET status = 2 WHERE case_id = (SELECT case_id FROM case_state WHERE number = 2)", "snapshot-differs",
            "the row of item 2:A says Executing"
        ),
        (
            "DELETE FROM work_item WHERE case_id = (SELECT case_id FROM case_state WHERE number = 2)", "snapshot-differs",
            "the row of item 2:A is missing"
        ),
    ])
    func replayFindsWhatWasTamperedWithAndChecksTheRest(sql: String, code: String, words: String) async throws {
        try await load()
        for _ in 1 ... 3 { try await perform(.startCase(SpecificationReference("rich"), data: nil)) }
        #expect(try await engine.local.replayAll().faulty == 0)
        try await store.write { database in
            try database.execute(sql: sql)
            guard database.changesCount > 0 else { throw StoreError(.failure, "nothing was tampered with") }
        }
        let report = try await engine.local.replayAll()
        #expect(report.cases == 3)
        #expect(report.faulty == 1)
        let fault = try #require(report.faults.first)
        #expect(fault.caseNumber == 2)
        #expect(fault.code == code, "\(fault.message)")
        #expect(fault.message.contains(words), "\(fault.message)")
        #expect(try await engine.local.replay(1).faulty == 0)
        #expect(try await engine.local.replay(2).faults == [fault])
    }

    @Test func aDamagedLogIsSaidWhenTheCaseIsAskedForAndEarlierMomentsStay() async throws {
        try await load()
        try await perform(.startCase(SpecificationReference("rich"), data: nil))
        let second = try await engine.local.caseDetail(1, at: .sequence(2)).state
        try await store.write { try $0.execute(sql: "UPDATE event SET at = at + 1 WHERE case_number = 1 AND seq = 3") }
        let error = await #expect(throws: EngineError.self) { try await engine.local.caseDetail(1, at: .sequence(3)) }
        #expect(error?.code == "log-hash")
        #expect(error?.message.hasPrefix("case 1 cannot be rebuilt: event 3 (") == true)
        #expect(try await engine.local.caseDetail(1, at: .sequence(2)).state == second)
    }

    @Test func anUnknownCaseIsNoDamage() async throws {
        for ask in [{ _ = try await engine.local.replay(9) }, { _ = try await engine.local.caseDetail(9, at: .sequence(1)) }]
            as [() async throws -> Void]
        {
            let error = await #expect(throws: EngineError.self) { try await ask() }
            #expect(error?.code == "case-not-found")
        }
    }

    @Test func progressCountsEveryCase() async throws {
        try await load()
        for _ in 1 ... 3 { try await perform(.startCase(SpecificationReference("rich"), data: nil)) }
        var seen: [String] = []
        _ = try await engine.local.replayAll { done, all in seen.append("\(done)/\(all)") }
        #expect(seen == ["1/3", "2/3", "3/3"])
    }
}
