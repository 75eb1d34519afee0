import Engine
import TextCells
import Workflow

extension Pane {
    /// Work that people can do now, the oldest first.
    package static let queues = Pane(
        id: "queues", title: "Queues", aliases: ["queue", "q", "items", "work"], slot: 1,
        list: ListCommand(
            ["item", "list"], "List the work items that can be worked on, oldest first",
            options: [CommandParameter("case", .option, placeholder: "N", help: "only items of this case", completion: .caseNumber)]),
        columns: ItemColumns.all, sort: TableOrder("age", descending: true),
        keys: "items", commands: ["item.open", "row.open", "item.skip", "item.rollback", "case.trace"],
        rowNames: ("item to work on", "items to work on"),
        empty: "No work to do", advice: "press 3, choose a specification and press n to start a case",
        identity: { $0.id.description }, state: { .item($0.status) },
        rows: { session, query async throws(EngineError) in try await session.items(ofCase: query.caseNumber, limit: query.limit) },
        detail: { session, row async throws(EngineError) in
            guard let id = WorkItemID(row.id) else { return [] }
            return ItemDescription.tabs(try await session.itemDetail(id))
        })
}

/// How a work item is shown.
enum ItemColumns {
    static let all: [PaneColumn<ItemRow>] = [
        PaneColumn("item", "item", priority: 0) { .text($0.id.description) },
        PaneColumn("task", "task", priority: 0, isFlexible: true) { .text($0.task) },
        PaneColumn("case", "case", alignment: .right, priority: 0) { .integer($0.caseNumber) },
        PaneColumn("specification", "specification", priority: 3) { .text($0.specification.reference) },
        PaneColumn("status", "status", priority: 0) { .state($0.status.tone, $0.status.text) },
        PaneColumn("offered", "offered to", priority: 4) { $0.roles.isEmpty ? .text("everyone") : .text($0.roles.joined(separator: ", ")) },
        PaneColumn("owner", "owner", priority: 1) { .text($0.owner) },
        PaneColumn("age", "age", alignment: .right, priority: 0) { .age($0.enabledAt) },
        PaneColumn("timer", "timer", priority: 2) { row in row.due.map { .time($0) } ?? .text(row.timer) },
        PaneColumn("service", "service", priority: 1, isFlexible: true) { .text($0.service) },
        PaneColumn("started", "started", isHidden: true) { .time($0.startedAt) },
        PaneColumn("choice", "choice", isHidden: true) { .text($0.choice) },
    ]
}

extension SpecificationID {
    /// As commands take it: `order@1.2`.
    package var reference: String { "\(uri)@\(version)" }
}

extension ItemStatus {
    package var tone: Tone {
        switch self {
        case .enabled, .fired: .good
        case .executing: .busy
        case .complete, .forcedComplete: .stale
        case .suspended: .warning
        case .deadlocked, .failed: .danger
        }
    }
}

extension CaseStatus {
    package var tone: Tone {
        switch self {
        case .running: .busy
        case .suspending, .suspended: .warning
        case .completed: .good
        case .cancelled: .stale
        case .deadlocked: .danger
        }
    }
}
