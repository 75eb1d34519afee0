import Engine
import Foundation
import Platform
import StoreSupport
import Support
import Testing
import Workflow
import XMLTree

/// What somebody changes behind the engine's back is found, and named.
@Suite struct AuditTests {
    /// Something done to the tables, and where the audit has to find it.
    struct Tampering: CustomTestStringConvertible {
        let testDescription: String
        let sqlite: String
        let postgresql: String
        let kind: String
        /// Of the case; nil where it is another aggregate's.
        var number: Int64?
        let words: String
    }

    private static let last = "(SELECT max(seq) FROM event WHERE case_number = 2)"

    static let tamperings = [
        Tampering(
            testDescription: "one byte of a body",
            sqlite: "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'caseStarted', 'caseStartea') AS BLOB) WHERE case_number = 1",
            postgresql:
                "UPDATE log SET bodies[1] = set_byte(bodies[1], 5, get_byte(bodies[1], 5) # 1) WHERE case_number = 1 AND seq = \(firstRow)",
            kind: "case", number: 1, words: "event 1 (caseStarted) is not as it was written"),
        Tampering(
            testDescription: "a swapped pair",
            sqlite: """
                UPDATE event SET seq = -seq WHERE case_number = 1 AND seq IN (2, 3);
                UPDATE event SET seq = 5 + seq WHERE case_number = 1 AND seq < 0
                """,
            postgresql: """
                UPDATE log SET bodies[2] = bodies[3], bodies[3] = bodies[2], kinds[2] = \
                kinds[3], kinds[3] = kinds[2], chains[2] = chains[3],
                  chains[3] = chains[2] WHERE case_number = 1 AND seq = \(firstRow)
                """,
            kind: "case", number: 1, words: "event 2"),
        Tampering(
            testDescription: "a missing tail", sqlite: "DELETE FROM event WHERE case_number = 2 AND seq = \(last)",
            postgresql: "DELETE FROM log WHERE case_number = 2 AND seq = (SELECT max(seq) FROM log WHERE case_number = 2)", kind: "case",
            number: 2, words: "its log ends with event"),
        Tampering(
            testDescription: "a changed variable", sqlite: "UPDATE case_data SET doc = '<n>9</n>'",
            postgresql: "UPDATE case_data SET doc = '<n>9</n>'", kind: "case", number: 1, words: "what is stored is not what its log says"),
        Tampering(
            testDescription: "a changed work item row", sqlite: "UPDATE work_item SET owner = 'bob' WHERE item = '2.1:A'",
            postgresql: "UPDATE work_item SET owner = 'bob' WHERE item = '2.1:A'", kind: "case", number: 2, words: "2.1:A"),
        Tampering(
            testDescription: "a work item row taken away", sqlite: "DELETE FROM work_item WHERE item = '1:A'",
            postgresql: "DELETE FROM work_item WHERE item = '1:A'", kind: "case", number: 1, words: "1:A"),
        Tampering(
            testDescription: "a column that lists show", sqlite: "UPDATE case_state SET started_by = 'bob' WHERE number = 1",
            postgresql: "UPDATE case_state SET started_by = 'bob' WHERE number = 1", kind: "case", number: 1, words: "started by bob"),
        Tampering(
            testDescription: "a changed calendar",
            sqlite: "UPDATE entity SET body = CAST(replace(CAST(body AS TEXT), 'New Year', 'Old Year') AS BLOB)",
            postgresql: "UPDATE entity SET body = convert_to(replace(convert_from(body, 'UTF8'), 'New Year', 'Old Year'), 'UTF8')",
            kind: "calendar", words: "is not what its log says"),
        Tampering(
            testDescription: "the calendar's last event taken away",
            sqlite: "DELETE FROM event WHERE aggregate_kind = 'calendar' AND seq = 2",
            postgresql: "DELETE FROM log WHERE aggregate_kind = 'calendar' AND seq = 2", kind: "calendar", words: "ends with event 1"),
        Tampering(
            testDescription: "a specification said to be unloaded", sqlite: "UPDATE specification SET is_loaded = 0",
            postgresql: "UPDATE specification SET is_loaded = false", kind: "specification", words: "its log says otherwise"),
        Tampering(
            testDescription: "two cases that swap their numbers",
            sqlite: """
                UPDATE case_state SET number = -number; UPDATE case_state SET number = 3 + number;
                UPDATE event SET case_number = 3 - case_number WHERE case_number > 0
                """,
            postgresql: """
                UPDATE case_state SET number = -number; UPDATE case_state SET number = 3 + number;
                UPDATE log SET case_number = 3 - case_number WHERE case_number > 0
                """,
            kind: "case", number: 2, words: "event 1 (caseStarted) is not as it was written"),
        Tampering(
            testDescription: "an event of another format", sqlite: "UPDATE event SET format = 1 WHERE case_number = 1 AND seq = 2",
            postgresql: "UPDATE log SET format = 1 WHERE case_number = 1 AND seq = \(firstRow)", kind: "case", number: 1, words: "event"),
        Tampering(
            testDescription: "a case taken away with its log",
            sqlite:
                """
                DELETE FROM work_item WHERE item LIKE '1:%'; DELETE FROM case_data WHERE net = \
                '1'; DELETE FROM case_state WHERE number = 1
                """,
            postgresql: "DELETE FROM case_state WHERE number = 1", kind: "case", number: 1, words: "the case is not stored"),
        Tampering(
            testDescription: "a case without a log", sqlite: "DELETE FROM event WHERE case_number = 1",
            postgresql: "DELETE FROM log WHERE case_number = 1", kind: "case", number: 1, words: "has no log"),
    ]

    private static var firstRow: String { "(SELECT min(seq) FROM log WHERE case_number = 1)" }

    /// Case 1 is offered, case 2 is being worked on, two days are holidays.
    private func world(_ kind: StoreWorld.Kind) async throws -> (world: StoreWorld, engine: WorkflowEngine) {
        let world = try StoreWorld(kind), engine = try await world.engine()
        _ = try await engine.local.perform(
            .loadSpecification(source: Array(TestSpecifications.two.utf8), file: "two.yawl"), request: RequestID("load"))
        for n in 1 ... 2 {
            _ = try await engine.local.perform(.startCase(SpecificationReference("two"), data: nil), request: RequestID("s\(n)"))
        }
        _ = try await engine.local.perform(.startItem(WorkItemID(CaseID("2"), "A")), request: RequestID("take"))
        for (day, name) in [("2030-01-01", "New Year"), ("2030-12-25", "Christmas")] {
            try await engine.local.perform(
                .addHoliday(day: day, name: name), on: WorkingCalendar.self, WorkingCalendar.address, request: RequestID(day))
        }
        return (world, engine)
    }

    @Test(arguments: StoreWorld.Kind.both, tamperings) func itIsFoundAndNamed(_ kind: StoreWorld.Kind, _ tampering: Tampering) async throws
    {
        let (world, engine) = try await world(kind)
        let whole = try await engine.local.verifyAudit()
        #expect(whole.faults == [] && whole.aggregates == 4 && whole.events > 10)
        for statement in (kind == .sqlite ? tampering.sqlite : tampering.postgresql).split(separator: ";") {
            try world.sql(String(statement))
        }
        let report = try await world.engine().keeper.verifyAudit()
        let fault = try #require(
            report.faults.first { $0.kind == tampering.kind && (tampering.number == nil || $0.number == tampering.number) },
            "\(tampering): \(report)")
        #expect(fault.message.contains(tampering.words), "\(fault)")
    }

    /// 100,000 events in the long form; what it takes is printed, not judged.
    @Test(.timeLimit(.minutes(15)), arguments: StoreWorld.Kind.both) func aLongLogIsFollowed(_ kind: StoreWorld.Kind) async throws {
        let wanted: Int64 = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 3_000 : 100_000
        let world = try StoreWorld(kind), engine = try await world.engine()
        try await CaseWork.load(engine)
        // A case of this kind has some fifty events.
        try await CaseWork.run(engine, cases: Int(wanted / 50), lanes: 32)
        let start = ContinuousClock.now, report = try await engine.local.verifyAudit()
        print("audit on \(kind.rawValue): \(report.events) events of \(report.aggregates) aggregates in \(ContinuousClock.now - start)")
        #expect(report.faults == [] && report.events > wanted / 2)
        #expect(try await engine.local.verifyAudit(case: 1).faults == [])
    }
}
