import Engine

extension Pane {
    /// Outside systems and their states.
    static let connectors = Pane(
        id: "connectors", title: "Connectors", aliases: ["connector"], hasTab: false,
        list: ListCommand(["connector", "list"], "List outside systems: where they are, whether they work, and since when"),
        columns: ConnectorColumns.all, sort: TableOrder("name"), commands: ["row.open", "connector.test"],
        rowNames: ("connector", "connectors"),
        empty: "No connectors", advice: "name outside systems under connectors in config.yaml",
        identity: { $0.name },
        rows: { session, _ async throws(EngineError) in try await session.connectors() },
        detail: { session, row async throws(EngineError) in
            guard let connector = try await session.connectors().first(where: { $0.name == row.id }) else { return [] }
            return [DetailTab("Connector", .fields(ConnectorCommands.fields(of: connector)))]
        })
}

enum ConnectorColumns {
    static let all: [PaneColumn<ConnectorRow>] = [
        PaneColumn("name", "name", priority: 0, isFlexible: true) { .text($0.name) },
        PaneColumn("system", "system", priority: 0) { .text($0.system) },
        PaneColumn("state", "state", priority: 0) { state($0.health.state) },
        PaneColumn("since", "since", alignment: .right, priority: 0) { $0.health.state == nil ? .none : .age($0.health.since) },
        PaneColumn("latency", "ms", alignment: .right, priority: 1) { $0.health.latency.map { .integer($0) } ?? .none },
        PaneColumn("probed", "probed", alignment: .right, priority: 1) { $0.health.probedAt.map { .age($0) } ?? .none },
        PaneColumn("version", "version", priority: 3) { .text($0.health.version) },
        PaneColumn("endpoint", "endpoint", priority: 2, isFlexible: true) { .text($0.endpoint) },
        PaneColumn("error", "last error", priority: 1, isFlexible: true) { row in
            row.health.lastError.map { .text("\($0.failure.kind.rawValue): \($0.failure.message)") } ?? .none
        },
        PaneColumn("errorat", "error", alignment: .right, priority: 4) { $0.health.lastError.map { .age($0.at) } ?? .none },
        PaneColumn("secret", "secret", priority: 4) { .text($0.secretSource) },
    ]

    static func state(_ state: ConnectorState?) -> CellValue {
        switch state {
        case .up: .state(.good, "up")
        case .degraded: .state(.warning, "degraded")
        case .down: .state(.danger, "down")
        case .embedded: .state(.good, "embedded")
        case .off: .state(.stale, "off")
        case nil: .state(.stale, "not probed")
        }
    }
}
