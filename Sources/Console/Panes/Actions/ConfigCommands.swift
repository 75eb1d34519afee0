import Catalog
import Engine
import Settings

/// `config …`: what is set, and from where.
enum ConfigCommands {
    static let all: [CommandSpec] = [show, validate]

    private static let show = CommandSpec(
        id: "config.show", words: ["config", "show"], summary: "Show every setting with its value and where that comes from",
        discussion: "A flag counts before the environment, that before the file, that before the default. Secrets are masked.",
        examples: [
            .init("mizzen config show", "flag, variable, file:line:column or default"),
            .init("mizzen config show -o json", "for a program"),
        ],
        needsStore: false,
        run: { context, _ async throws(EngineError) in
            let configuration = try report(context).configuration
            let columns = [
                Column("key", "setting", priority: 0), Column("value", "value", priority: 0), Column("source", "source", priority: 0),
            ]
            let rows = configuration.entries.map { entry in
                TableRow(id: entry.key, cells: [.text(entry.key), .text(entry.value), .text(entry.source.description)])
            }
            return CommandResult(table: Table(columns: columns, rows: rows), empty: "Nothing is set")
        })

    private static let validate = CommandSpec(
        id: "config.validate", words: ["config", "validate"],
        summary: "Check config.yaml, services.yaml, the environment and every secret they name",
        discussion: "Names file, line and column of each mistake, and ends with 2 when there is one.",
        examples: [.init("mizzen config validate --config new.yaml", "before it is put in place")],
        needsStore: false,
        run: { context, _ async throws(EngineError) in
            let report = try report(context)
            var problems = report.problems()
            if let folder = context.settingsFolder {
                let known = Set(problems.map(\.place))
                let settings = ConsoleSettings.read(folder: folder, file: report.configuration.file)
                problems += settings.diagnostics.map { found in
                    SettingsProblem(
                        found.severity == .error ? .error : .warning,
                        found.line > 0 ? "\(found.file):\(found.line):\(found.column)" : found.file, found.message)
                }.filter { !known.contains($0.place) }
            }
            let errors = problems.count { $0.severity == .error }
            let lines = problems.map(\.description).joined(separator: "\n")
            let sentence = errors == 0 ? "\(report.configuration.file) can be used" : "\(errors) mistake\(errors == 1 ? "" : "s")"
            return CommandResult(
                message: sentence, sections: lines.isEmpty ? [] : [Section(nil, .text(lines))],
                json: .object([
                    "file": .string(report.configuration.file), "errors": .integer(Int64(errors)),
                    "problems": .array(
                        problems.map {
                            .object([
                                "severity": .string($0.severity.rawValue), "place": .string($0.place), "message": .string($0.message),
                            ])
                        }),
                ]), isRefusal: errors > 0)
        })

    private static func report(_ context: CommandContext) throws(EngineError) -> ConfigurationReport {
        guard let report = context.configuration else {
            throw EngineError(.refused, "not-here", "the configuration is shown on the command line; type mizzen config show in a shell")
        }
        return report
    }

    // MARK: For doctor

    /// Connectors that are down and what is wrong with the configuration; nothing where all is well.
    static func findings(_ context: CommandContext) async -> (sections: [Section], connectors: [ConnectorRow]) {
        guard let report = context.configuration else { return ([], []) }
        let rows = await report.connectors(), wrong = report.problems()
        var sections: [Section] = []
        if !rows.isEmpty {
            let lines = rows.map { row in
                let error = row.health.state == .down ? row.health.lastError.map { ": \($0.failure.message)" } ?? "" : ""
                return "\(row.name) (\(row.system)) is \(row.stateText)\(error)"
            }
            sections.append(Section("Connectors", .text(lines.joined(separator: "\n"))))
        }
        if !wrong.isEmpty {
            sections.append(Section("Wrong in the configuration", .text(wrong.map(\.description).joined(separator: "\n"))))
        }
        return (sections, rows)
    }
}
