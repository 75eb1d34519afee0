import Foundation
import Simulation

/// A simulation in words and for programs. Both say that it is one.
struct SimulationDescription {
    let specification: String
    let plan: SimulationPlan
    /// What the plan has because nobody said otherwise: `--every`, `time`.
    let defaults: Set<Setting>
    let report: SimulationReport
    /// Of the machine's clock, milliseconds.
    let took: Int64

    enum Setting { case arrivals, time }

    var result: CommandResult {
        CommandResult(
            message: "Simulation of \(specification): nothing of it is stored",
            sections: [
                Section(nil, .fields(fields)), Section("How cases ended", .table(outcomes, empty: "No case came")),
                Section("Times", .table(times, empty: "")),
            ] + (report.roles.isEmpty ? [] : [Section("Staff", .table(staff, empty: ""))]),
            json: json)
    }

    // MARK: For people

    private var fields: [Section.Field] {
        let rate = took > 0 ? " (\(Int64(report.items) * 1000 / took) items a second)" : ""
        return [
            Section.Field("cases", "\(report.arrived) of \(plan.cases) came, seed \(plan.seed)"),
            Section.Field("arrivals", "every \(plan.arrivals.text)" + note(.arrivals, "--every sets it")),
            Section.Field("service time", plan.serviceTime.text + note(.time, "the staff file sets it") + " unless a task has its own"),
            Section.Field(
                "virtual time", DurationText.text(report.span) + (report.cases(.unfinished) == 0 ? "" : ", then the clock was stopped")),
            Section.Field("throughput", Self.decimal(report.throughput) + " cases an hour"),
            Section.Field("computed", "\(report.items) work items in \(Self.decimal(Double(took) / 1000)) s" + rate),
        ]
            + (report.cases(.refused) == 0
                ? [] : [Section.Field("advice", "a staff file can say what cases are started and tasks completed with")])
    }

    private func note(_ setting: Setting, _ how: String) -> String { defaults.contains(setting) ? " (default; \(how))" : "" }

    private var outcomes: Table {
        let columns = [
            Column("outcome", "outcome", priority: 0), Column("cases", "cases", alignment: .right, priority: 0),
            Column("share", "share", alignment: .right, priority: 1), Column("reason", "reason", priority: 0, isFlexible: true, least: 30),
        ]
        return Table(
            columns: columns,
            rows: report.outcomes.enumerated().map { index, outcome in
                TableRow(
                    id: String(index),
                    cells: [
                        .text(outcome.kind.rawValue), .integer(Int64(outcome.cases)),
                        .text(Self.percent(Double(outcome.cases) / Double(max(report.arrived, 1)))),
                        outcome.reason.isEmpty ? .none : .text(outcome.reason),
                    ])
            })
    }

    private var times: Table {
        let bands = [("wait p5", 2), ("wait p50", 0), ("wait p95", 0), ("done p5", 2), ("done p50", 0), ("done p95", 0)]
        let columns =
            [Column("task", "task", priority: 0, isFlexible: true), Column("items", "times", alignment: .right, priority: 1)]
            + bands.map { Column($0.0, $0.0, alignment: .right, priority: $0.1) } + [
                Column("expired", "expired", alignment: .right, priority: 2),
                Column("roles", "by", priority: 3, isFlexible: true, least: 8),
            ]
        let cells = { (band: SimulationReport.Band) -> [CellValue] in
            band.count == 0 ? [.none, .none, .none] : [band.p5, band.p50, band.p95].map { .text(DurationText.text($0)) }
        }
        let whole = TableRow(
            id: "",
            cells: [.text("(whole case)"), .integer(Int64(report.cycle.count)), .none, .none, .none] + cells(report.cycle) + [.none, .none])
        return Table(
            columns: columns,
            rows: [whole]
                + report.tasks.map { task in
                    TableRow(
                        id: task.net + "/" + task.task,
                        cells: [.text(task.task), .integer(Int64(task.cycle.count))] + cells(task.waiting) + cells(task.cycle)
                            + [
                                task.expired == 0 ? .none : .integer(Int64(task.expired)),
                                .text(task.roles.isEmpty ? "anybody" : task.roles.joined(separator: ", ")),
                            ])
                })
    }

    private var staff: Table {
        let columns = [
            Column("role", "role", priority: 0, isFlexible: true), Column("capacity", "people", alignment: .right, priority: 0),
            Column("utilisation", "at work", alignment: .right, priority: 0), Column("items", "items", alignment: .right, priority: 2),
            Column("meanQueue", "mean queue", alignment: .right, priority: 1),
            Column("longestQueue", "longest", alignment: .right, priority: 1),
        ]
        return Table(
            columns: columns,
            rows: report.roles.flatMap { role in
                [
                    TableRow(
                        id: role.name,
                        cells: [
                            .text(role.name), .integer(Int64(role.capacity)), .text(Self.percent(role.utilisation)), .none,
                            .text(Self.decimal(role.meanQueue)), .integer(Int64(role.longestQueue)),
                        ])
                ]
                    + role.people.map { person in
                        TableRow(
                            id: role.name + "/" + person.name,
                            cells: [
                                .text("  " + person.name), .none, .text(Self.percent(person.utilisation)),
                                .integer(Int64(person.served)), .none, .none,
                            ])
                    }
            })
    }

    private static func percent(_ part: Double) -> String { String(format: "%.1f%%", part * 100) }
    private static func decimal(_ value: Double) -> String { String(format: "%.2f", value) }

    // MARK: For programs

    /// All times in milliseconds; `took` alone differs between two runs of one plan.
    private var json: JSONValue {
        .object([
            "simulation": .bool(true), "stored": .bool(false), "specification": .string(specification), "unit": .string("ms"),
            "cases": .integer(Int64(plan.cases)), "seed": .integer(Int64(clamping: plan.seed)), "arrivals": .string(plan.arrivals.text),
            "time": .string(plan.serviceTime.text), "until": plan.until.map { .integer($0) } ?? .null,
            "arrived": .integer(Int64(report.arrived)),
            "items": .integer(Int64(report.items)), "span": .integer(report.span), "throughputPerHour": .number(report.throughput),
            "outcomes": .array(
                report.outcomes.map {
                    .object(["outcome": .string($0.kind.rawValue), "reason": .string($0.reason), "cases": .integer(Int64($0.cases))])
                }),
            "cycle": Self.json(report.cycle),
            "tasks": .array(
                report.tasks.map {
                    .object([
                        "net": .string($0.net), "task": .string($0.task), "roles": .array($0.roles.map { .string($0) }),
                        "waiting": Self.json($0.waiting), "cycle": Self.json($0.cycle), "expired": .integer(Int64($0.expired)),
                    ])
                }),
            "roles": .array(
                report.roles.map { role in
                    .object([
                        "role": .string(role.name), "capacity": .integer(Int64(role.capacity)), "utilisation": .number(role.utilisation),
                        "meanQueue": .number(role.meanQueue), "longestQueue": .integer(Int64(role.longestQueue)),
                        "people": .array(
                            role.people.map {
                                .object([
                                    "name": .string($0.name), "utilisation": .number($0.utilisation), "items": .integer(Int64($0.served)),
                                ])
                            }),
                    ])
                }),
            "took": .integer(took),
        ])
    }

    private static func json(_ band: SimulationReport.Band) -> JSONValue {
        .object([
            "count": .integer(Int64(band.count)), "p5": .integer(band.p5), "p50": .integer(band.p50), "p95": .integer(band.p95),
            "mean": .integer(band.mean),
        ])
    }
}
