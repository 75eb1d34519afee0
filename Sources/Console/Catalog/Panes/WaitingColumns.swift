import Engine
import TextCells
import Workflow

/// Why tasks do not run, as a table: in the case view and for `case why`.
enum WaitingColumns {
    private static let columns = [
        Column("task", "task", priority: 0, isFlexible: true, least: 14), Column("state", "state", priority: 0),
        Column("why", "why", priority: 0, isFlexible: true, least: 64), Column("net", "net", priority: 3),
        Column("id", "net id", priority: 2),
    ]

    static func table(_ standings: [TaskStanding]) -> Table {
        Table(
            columns: columns,
            rows: standings.map { standing in
                TableRow(
                    id: "\(standing.net):\(standing.task)",
                    cells: [
                        .text(standing.task), .state(standing.tone, standing.state), .text(standing.text), .text(standing.netName),
                        .text(standing.net.description),
                    ])
            })
    }
}

extension TaskStanding {
    package var tone: Tone {
        switch reason {
        case .items(_, let status, _): status.tone
        case .subnets: .busy
        case .about: .good
        case .missing(_, let present): present.isEmpty ? .stale : .warning
        case .mayStillCome, .caseStands: .warning
        case .notReached, .unreachable: .stale
        }
    }
}
