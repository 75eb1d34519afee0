import Engine

extension Pane {
    /// The newest entries of the log, whoever caused them.
    package static let events = Pane(
        id: "events", title: "Events", aliases: ["event", "log", "e"], slot: 4, followsNewest: true,
        list: ListCommand(
            ["events", "list"], "List the newest events of the log, of all cases or of one",
            options: [CommandParameter("case", .option, placeholder: "N", help: "only events of this case", completion: .caseNumber)],
            limit: 1000),
        columns: EventColumns.all, sort: TableOrder("position", descending: true), commands: ["row.open"], rowNames: ("event", "events"),
        empty: "Nothing has happened yet", advice: "press 3 and load a specification",
        identity: { String($0.position) },
        rows: { session, query async throws(EngineError) in
            guard let number = query.caseNumber else { return try await session.latestEvents(limit: min(query.limit, 1000)) }
            return try await session.events(ofCase: number, limit: query.limit)
        })
}

/// How an event is shown, here and in the trace of a case.
enum EventColumns {
    static let all: [PaneColumn<EventRow>] = [
        PaneColumn("position", "#", alignment: .right, priority: 3) { .integer($0.position) },
        PaneColumn("at", "when", priority: 0) { .time($0.at) },
        PaneColumn("case", "case", alignment: .right, priority: 0) { $0.caseNumber == 0 ? .none : .integer($0.caseNumber) },
        PaneColumn("kind", "event", priority: 2) { .text($0.kind) },
        PaneColumn("text", "what happened", priority: 0, isFlexible: true, least: 44) { .text($0.text) },
        PaneColumn("actor", "by", priority: 1) { .text($0.actor) },
        PaneColumn("sequence", "in case", alignment: .right, isHidden: true) { .integer($0.sequence) },
        PaneColumn("request", "request", isHidden: true) { .text($0.request) },
    ]

    /// Events of one case as a table, oldest first.
    static func trace(_ rows: [EventRow]) -> Table {
        // The case is the same in every row.
        Table(
            columns: all.map { $0.column.key == "case" ? $0.column.hidden : $0.column },
            rows: rows.map { row in
                TableRow(id: String(row.position), cells: all.map { $0.value(row) })
            })
    }
}
