import Engine
import TextCells

/// One command for everything that matches a filter.
package enum EachCommand {
    package static let each = CommandSpec(
        id: "each", words: ["each"], summary: "Do a command to every row that passes a filter, or say what it would do to which",
        discussion:
            """
            COMMAND is one that is about a case, an item or a specification, such as “case cancel”; it is done to \
            every row of the list of those that passes the filter. Those that refuse are counted and named, and the \
            others are done all the same. --dry-run changes nothing.
            """,
        examples: [
            .init(
                "mizzen each case cancel --filter 'spec:order status:suspended' --dry-run",
                "which cases these are, and which of them would be refused"),
            .init("mizzen each case cancel --filter 'spec:order status:suspended'", "cancels them"),
        ],
        parameters: [
            CommandParameter(
                "command", placeholder: "COMMAND", help: "what to do, with its further arguments in quotes", required: true, repeats: true),
            CommandParameter("filter", .option, placeholder: "TERMS", help: "to which rows: as after / in the console", required: true),
            CommandParameter("dry-run", .flag, help: "only say what would be done"),
        ],
        run: { context, call async throws(EngineError) in try await run(context, call) })

    /// What became of a row, or would.
    package struct Outcome {
        package let row: TableRow
        package let text: String
        package let tone: Tone

        package init(_ row: TableRow, _ text: String, _ tone: Tone) {
            self.row = row
            self.text = text
            self.tone = tone
        }
    }

    private static func run(_ context: CommandContext, _ call: CommandCall) async throws(EngineError) -> CommandResult {
        let registry = context.registry
        let (spec, pane) = try target(call, registry)
        let rows = try matching(
            try await pane.table(from: try context.session(), query: PaneQuery(limit: pane.list.limit)), call, context.clock)
        let verb = spec.words.joined(separator: " ")
        var outcomes: [Outcome] = [], refused = 0
        for (number, row) in rows.rows.enumerated() {
            if let problem = problem(row, spec, rows) {
                refused += 1
                outcomes.append(Outcome(row, problem, .warning))
            } else if call.isSet("dry-run") {
                outcomes.append(Outcome(row, "would be done", .good))
            } else {
                do throws(EngineError) {
                    // Each is a step of its own; the id of the whole makes repeating the whole harmless.
                    let one = CommandContext(
                        house: context.house, request: "\(context.request) \(row.id)", clock: context.clock,
                        isReadOnly: context.isReadOnly, settingsFolder: context.settingsFolder)
                    let result = try await registry.run(try EachCommand.call(row, spec, call, rows, registry), in: one)
                    outcomes.append(Outcome(row, result.message ?? "done", .good))
                } catch {
                    guard error.kind != .unavailable, error.code != "read-only" else { throw error }
                    refused += 1
                    outcomes.append(Outcome(row, error.message, .warning))
                }
                context.progress(number + 1, rows.rows.count)
            }
        }
        let done = outcomes.count - refused
        let names = pane.rowNames
        let counts = "\(outcomes.count) \(outcomes.count == 1 ? names.one : names.many) match\(outcomes.count == 1 ? "es" : ""): \(verb)"
        let message =
            counts
            + (call.isSet("dry-run")
                ? " would be done to \(done) and is refused by \(refused); nothing was changed" : " done to \(done), refused by \(refused)")
        return CommandResult(
            message: message, sections: [Section(nil, .table(table(outcomes, pane), empty: "No row passes the filter"))],
            json: .object([
                "matched": .integer(Int64(outcomes.count)), "done": .integer(Int64(call.isSet("dry-run") ? 0 : done)),
                "refused": .integer(Int64(refused)),
                "rows": table(outcomes, pane).json,
            ]))
    }

    package static func table(_ outcomes: [Outcome], _ pane: Pane) -> Table {
        let facts = pane.columns.filter { !$0.isHidden && $0.priority == 0 }
        let columns = facts + [Column("outcome", "outcome", priority: 0, isFlexible: true)]
        return Table(
            columns: columns,
            rows: outcomes.map { outcome in
                let whole = Table(columns: pane.columns)
                return TableRow(
                    id: outcome.row.id, cells: facts.map { whole.value($0.key, of: outcome.row) } + [.state(outcome.tone, outcome.text)])
            })
    }

    private static let panes = ["case": "cases", "item": "queues", "specification": "specs"]

    package static func pane(for spec: CommandSpec, _ registry: CommandRegistry) -> Pane? {
        guard let name = spec.parameters.first(where: \.isRequired)?.name else { return nil }
        return panes[name].flatMap { registry.pane($0) } ?? registry.panes.first { $0.kind == name }
    }

    /// `case cancel` as two words or as one that was quoted.
    private static func words(_ call: CommandCall) -> [String] {
        let given = call.all("command")
        return given.count == 1 ? ShellWords.split(given[0]) ?? given : given
    }

    package static func target(_ call: CommandCall, _ registry: CommandRegistry) throws(EngineError) -> (CommandSpec, Pane) {
        let words = words(call)
        guard let (spec, _) = registry.match(words), spec.isOnCommandLine, spec.changes, let pane = pane(for: spec, registry) else {
            throw EngineError(
                .invalid, "bad-argument",
                "“\(words.joined(separator: " "))” is no command that changes a case, an item or a specification; case cancel is one")
        }
        return (spec, pane)
    }

    package static func matching(_ table: Table, _ call: CommandCall, _ clock: TableClock) throws(EngineError) -> Table {
        let filter = try Filter(parsing: call["filter"] ?? "", columns: table.columns, clock: clock)
        guard !filter.isEmpty else {
            throw EngineError(.invalid, "bad-argument", "--filter is required, so that a command does not reach every row by mistake")
        }
        return table.arranged(filter: filter, clock: clock)
    }

    /// The command with the row as its object.
    package static func call(
        _ row: TableRow, _ spec: CommandSpec, _ call: CommandCall, _ table: Table, _ registry: CommandRegistry
    ) throws(EngineError) -> CommandCall {
        var made = try registry.parse(
            words(call).map(ShellWords.quote).joined(separator: " "), subject: CommandSubject(table: table, row: row))
        if let name = spec.parameters.first(where: \.isRequired)?.name { made.arguments[name] = [row.id] }
        return made
    }

    package static func problem(_ row: TableRow, _ spec: CommandSpec, _ table: Table) -> String? {
        if case .disabled(let why) = spec.availability(CommandSubject(table: table, row: row)) { why } else { nil }
    }
}
