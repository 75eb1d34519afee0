import Engine

extension Pane {
    /// Daemons and consoles on one database.
    package static let nodes = Pane(
        id: "nodes", title: "Nodes", aliases: ["node", "daemons"], slot: 9,
        list: ListCommand(["nodes"], "List the processes that serve the store"),
        columns: NodeColumns.all, sort: TableOrder("since"), rowNames: ("node", "nodes"),
        empty: "No nodes", advice: "a PostgreSQL store lists the consoles and mizzen serve that work on it",
        identity: { $0.id },
        rows: { session, _ async throws(EngineError) in try await session.nodes() })
}

enum NodeColumns {
    static let all: [PaneColumn<NodeRecord>] = [
        PaneColumn("host", "host", priority: 0, isFlexible: true) { .text($0.host) },
        PaneColumn("process", "process", alignment: .right, priority: 1) { .integer($0.process) },
        PaneColumn("since", "since", priority: 0) { .time($0.since) },
        PaneColumn("shards", "shards", alignment: .right, priority: 1) { .integer(Int64($0.shards)) },
        PaneColumn("rate", "steps/s", alignment: .right, priority: 0) { .integer(Int64($0.rate.rounded())) },
        PaneColumn("committed", "steps", alignment: .right, priority: 2) { .integer($0.committed) },
        PaneColumn("beat", "last heard", alignment: .right, priority: 0) { .age($0.beatAt) },
        PaneColumn("node", "node", priority: 4, isHidden: true) { .text($0.id) },
    ]
}
