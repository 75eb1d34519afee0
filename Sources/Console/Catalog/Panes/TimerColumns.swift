import Engine
import Workflow

/// How a timer is shown: in `timer list` and with its case.
enum TimerColumns {
    static let all: [PaneColumn<TimerRow>] = [
        PaneColumn("case", "case", alignment: .right, priority: 0) { .integer($0.caseNumber) },
        PaneColumn("task", "task", priority: 0, isFlexible: true) { .text($0.task) },
        PaneColumn("item", "item", priority: 0) { .text($0.item.description) },
        PaneColumn("due", "due", priority: 1) { .time($0.due) },
        PaneColumn("left", "left", alignment: .right, priority: 0) { $0.isHeld ? .state(.warning, "held") : .until($0.due) },
        PaneColumn("then", "then", priority: 0) { .text($0.effect.text) },
        PaneColumn("specification", "specification", priority: 3) { .text($0.specification.reference) },
        PaneColumn("failed", "failed", priority: 1, isFlexible: true) { timer in
            timer.failure.map { .state(.danger, "\($0.attempts) times: \($0.reason)") } ?? .none
        },
    ]

    static func table(_ rows: [TimerRow]) -> Table {
        Table(
            columns: all.map(\.column),
            rows: rows.map { row in
                TableRow(id: "\(row.caseNumber)/\(row.item)", cells: all.map { $0.value(row) })
            })
    }
}

extension TimerRow.Effect {
    /// What happens then, as a verb.
    fileprivate var text: String {
        switch self {
        case .skipped: "skip"
        case .completed: "complete"
        case .told: "tell its service"
        }
    }
}

extension Pane {
    /// Timers that run, the next one first.
    package static let timers = Pane(
        id: "timers", title: "Timers", aliases: ["timer"], slot: 5,
        list: ListCommand(
            ["timer", "list"], "List running timers, the earliest first",
            options: [CommandParameter("case", .option, placeholder: "N", help: "only timers of this case", completion: .caseNumber)]),
        columns: TimerColumns.all, sort: TableOrder("due"), commands: ["row.open", "case.trace"], rowNames: ("timer", "timers"),
        empty: "No timer is running",
        identity: { "\($0.caseNumber)/\($0.item)" },
        rows: { session, query async throws(EngineError) in try await session.timers(ofCase: query.caseNumber, limit: query.limit) })
}
