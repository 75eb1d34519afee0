import Engine
import Workflow

extension Pane {
    /// Cases, the newest first; a case's detail has its trace, data and marking.
    package static let cases = Pane(
        id: "cases", title: "Cases", aliases: ["case", "c"], slot: 2,
        list: ListCommand(
            ["case", "list"], "List cases, newest first",
            options: [CommandParameter("open", .flag, help: "only cases that have not ended")]),
        columns: CaseColumns.all,
        sort: TableOrder("case", descending: true), keys: "case",
        commands: ["row.open", "case.trace", "case.suspend", "case.resume", "case.cancel"],
        rowNames: ("case", "cases"), empty: "No cases", advice: "press 3, choose a specification and press n to start one",
        identity: { String($0.number) }, state: { .ofCase($0.status) },
        rows: { session, query async throws(EngineError) in try await session.cases(openOnly: query.isOpenOnly, limit: query.limit) },
        detail: { session, row async throws(EngineError) in
            guard let number = Int64(row.id) else { return [] }
            return try await CaseDescription.tabs(try await session.caseDetail(number), session)
        },
        past: { session, row, sequence async throws(EngineError) in
            guard let number = Int64(row.id) else { return [] }
            return try await CaseDescription.tabs(try await session.caseDetail(number, at: .sequence(sequence)), session)
        })
}

/// How a case is shown.
enum CaseColumns {
    static let all: [PaneColumn<CaseRow>] = [
        PaneColumn("case", "case", alignment: .right, priority: 0) { .integer($0.number) },
        PaneColumn("specification", "specification", priority: 0, isFlexible: true) { .text($0.specification.reference) },
        PaneColumn("status", "status", priority: 0) { .state($0.status.tone, $0.status.text) },
        PaneColumn("items", "open items", alignment: .right, priority: 1) { .integer(Int64($0.openItems)) },
        PaneColumn("started", "started", priority: 2) { .time($0.startedAt) },
        PaneColumn("by", "by", priority: 3) { .text($0.startedBy) },
        PaneColumn("events", "events", alignment: .right, priority: 4) { .integer($0.events) },
        PaneColumn("changed", "changed", alignment: .right, priority: 1) { .age($0.changedAt) },
    ]
}
