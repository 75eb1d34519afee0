import Engine

/// `connector …`: outside systems and their states. Its list comes from the pane.
package enum ConnectorCommands {
    static let all: [CommandSpec] = [show, test]

    private static let name = CommandParameter("name", placeholder: "NAME", help: "as connectors in config.yaml name it", required: true)

    private static let show = CommandSpec(
        id: "connector.show", words: ["connector", "show"],
        summary: "Show an outside system: state, version, latency, last error, counters",
        examples: [.init("mizzen connector show cache", "hits and misses, too")],
        parameters: [name],
        run: { context, call async throws(EngineError) in
            let name = call["name"] ?? "", rows = try await context.session().connectors()
            guard let row = rows.first(where: { $0.name == name }) else {
                throw EngineError(
                    .notFound, "connector-not-found",
                    "there is no connector \(name); there are \(rows.map(\.name).joined(separator: ", "))")
            }
            return CommandResult(sections: [Section(nil, .fields(fields(of: row)))], json: json(of: row))
        })

    private static let test = CommandSpec(
        id: "connector.test", words: ["connector", "test"], summary: "Probe an outside system now",
        discussion: "Ends with 1 when it is down.",
        examples: [.init("mizzen connector test mail", "connection, encryption, log in; no mail is sent")],
        parameters: [name],
        run: { context, call async throws(EngineError) in
            let row = try await context.keeper().probeConnector(call["name"] ?? "")
            return CommandResult(
                sections: [Section(nil, .fields(fields(of: row)))], json: json(of: row), isFailure: row.health.state == .down)
        })

    /// Every figure with its age.
    static func fields(of row: ConnectorRow) -> [Section.Field] {
        let health = row.health
        var fields = [
            Section.Field("name", row.name), Section.Field("system", row.system), Section.Field("endpoint", row.endpoint),
            Section.Field("state", ConnectorColumns.state(health.state)),
        ]
        if health.state != nil { fields.append(Section.Field("since", .age(health.since))) }
        if let trouble = health.trouble { fields.append(Section.Field("trouble", trouble)) }
        if let probed = health.probedAt { fields.append(Section.Field("probed", .age(probed))) }
        if let version = health.version { fields.append(Section.Field("version", version)) }
        if let latency = health.latency { fields.append(Section.Field("latency", "\(latency) ms")) }
        if let error = health.lastError {
            fields.append(Section.Field("last error", "\(error.failure.kind.rawValue): \(error.failure.message)"))
            fields.append(Section.Field("error was", .age(error.at)))
        }
        if let secret = row.secretSource { fields.append(Section.Field("secret", secret)) }
        return fields + row.figures.map { Section.Field($0.name, .integer($0.value)) }
    }

    package static func json(of row: ConnectorRow) -> JSONValue {
        let health = row.health
        return .object([
            "name": .string(row.name), "system": .string(row.system), "endpoint": .string(row.endpoint),
            "state": .string(health.state?.rawValue), "since": health.state == nil ? .null : CellValue.time(health.since).json,
            "probed": CellValue.time(health.probedAt).json, "version": .string(health.version),
            "latency": health.latency.map { .integer($0) } ?? .null, "trouble": .string(health.trouble),
            "error": health.lastError.map {
                .object([
                    "class": .string($0.failure.kind.rawValue), "message": .string($0.failure.message), "at": CellValue.time($0.at).json,
                ])
            } ?? .null,
            "secret": .string(row.secretSource),
            "figures": .object(row.figures.map { JSONValue.Member($0.name, .integer($0.value)) }),
        ])
    }
}
