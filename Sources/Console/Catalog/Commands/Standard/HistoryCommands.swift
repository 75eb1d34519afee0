import Engine
import Workflow

/// Cases as they were, and the proof that they are what their logs say.
enum HistoryCommands {
    static let difference = CommandSpec(
        id: "case.diff", words: ["case", "diff"], summary: "Show what changed in a case between two moments",
        discussion: "A moment is the number of an event (the case's own numbers, as `case trace -o json` shows them) or a time.",
        examples: [
            .init("mizzen case diff 7 --from 12", "since event 12"),
            .init("mizzen case diff 7 --from '2026-03-02 14:05' --to '2026-03-02 15:00'", "within that hour"),
        ],
        parameters: [
            CommandParameter("case", placeholder: "N", help: "number of the case", required: true, completion: .caseNumber),
            CommandParameter("from", .option, placeholder: MomentArgument.placeholder, help: "the earlier moment", required: true),
            CommandParameter("to", .option, placeholder: MomentArgument.placeholder, help: "the later moment; now where it is not given"),
        ],
        run: { context, call async throws(EngineError) in
            let number = try CaseCommands.caseNumber(call)
            let start = try MomentArgument.parse(call["from"] ?? "", option: "from", context.clock)
            let end = try call["to"].map { text throws(EngineError) in try MomentArgument.parse(text, option: "to", context.clock) }
            let (first, last, differences) = try await context.session().caseDifferences(number, from: start, to: end)
            let table = table(of: differences)
            return CommandResult(
                message: "Case \(number) from event \(first.sequence) to event \(last.sequence):",
                sections: [Section(nil, .table(table, empty: "Nothing changed"))],
                json: .object([
                    "case": .integer(number), "from": CaseDescription.moment(first), "to": CaseDescription.moment(last),
                    "changes": table.json,
                ]))
        })

    private static func table(of differences: [CaseDifference]) -> Table {
        let columns = [
            Column("what", "what", priority: 0), Column("net", "in net", priority: 1),
            Column("subject", "which", priority: 0, isFlexible: true),
            Column("before", "before", priority: 0, isFlexible: true), Column("after", "after", priority: 0, isFlexible: true),
        ]
        return Table(
            columns: columns,
            rows: differences.enumerated().map { index, difference in
                TableRow(
                    id: String(index),
                    cells: [
                        .text(difference.aspect.rawValue), .text(difference.net?.description), .text(difference.subject),
                        .text(difference.before), .text(difference.after),
                    ])
            })
    }

    static let replay = CommandSpec(
        id: "replay", words: ["replay"], summary: "Rebuild cases from their logs and compare them with what is stored",
        discussion:
            """
            Every event must follow from the one before it by number and by hash; marking, data and items must be what the events add up \
            to. Ends with 1 when a case is not what its log says; the others are checked all the same.
            """,
        examples: [.init("mizzen replay --all", "every case of the store"), .init("mizzen replay 7", "one case")],
        parameters: [
            CommandParameter("case", placeholder: "N", help: "number of the case", completion: .caseNumber),
            CommandParameter("all", .flag, help: "every case of the store"),
        ],
        run: { context, call async throws(EngineError) in
            guard call.isSet("case") != call.isSet("all") else {
                throw EngineError(.invalid, "missing-argument", "replay takes the number of a case, or --all")
            }
            let engine = try context.session()
            let report =
                call.isSet("all")
                ? try await engine.replayAll(progress: context.progress) : try await engine.replay(try CaseCommands.caseNumber(call))
            return result(of: report)
        })

    private static func result(of report: ReplayReport) -> CommandResult {
        let counts = "\(report.cases) \(report.cases == 1 ? "case" : "cases"), \(report.events) events"
        let verdict =
            report.faulty == 0
            ? "all as their logs say" : "\(report.faulty) not as \(report.faulty == 1 ? "its log says" : "their logs say")"
        var lines = report.faults.map { "case \($0.caseNumber): \($0.message)" }
        if report.faulty > report.faults.count { lines.append("and \(report.faulty - report.faults.count) more") }
        return CommandResult(
            message: "Replayed \(counts): \(verdict)", sections: lines.isEmpty ? [] : [Section(nil, .text(lines.joined(separator: "\n")))],
            json: .object([
                "cases": .integer(Int64(report.cases)), "events": .integer(report.events), "faulty": .integer(Int64(report.faulty)),
                "faults": .array(
                    report.faults.map {
                        .object(["case": .integer($0.caseNumber), "code": .string($0.code), "message": .string($0.message)])
                    }),
            ]), isFailure: report.faulty > 0)
    }
}
