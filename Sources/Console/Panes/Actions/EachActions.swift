import Catalog
import Engine
import Terminal

/// `each` in the console: asked about like marked rows.
enum EachActions {
    static func each(_ state: inout ConsoleState, _ call: CommandCall) -> [Effect] {
        guard !call.isSet("dry-run") else { return ConsoleReducer.run([call], &state) }
        do throws(EngineError) {
            let registry = state.registry
            let (spec, pane) = try EachCommand.target(call, registry)
            guard let shown = state.panes.first(where: { $0.pane.id == pane.id }), shown.loadedAt != nil, !shown.isPartial else {
                state.say("Open \(pane.title) first: what is asked about must have been seen", .stateWarn)
                return []
            }
            let matches = try EachCommand.matching(shown.table, call, state.clock)
            let calls = try matches.rows.filter { EachCommand.problem($0, spec, matches) == nil }.map { row throws(EngineError) in
                try EachCommand.call(row, spec, call, matches, registry)
            }
            guard !calls.isEmpty else {
                state.say(
                    matches.rows.isEmpty ? "No row passes the filter" : "None of the \(matches.rows.count) rows allows it", .stateWarn)
                return []
            }
            return ConsoleReducer.request(calls, spec, &state)
        } catch {
            state.complain(error)
            return []
        }
    }

    /// What calls of a dialog would do to which rows as they are now.
    static func preview(_ calls: [CommandCall], _ state: ConsoleState) -> CommandResult? {
        guard let first = calls.first, let spec = state.registry.command(first.id),
            let name = spec.parameters.first(where: \.isRequired)?.name, let pane = EachCommand.pane(for: spec, state.registry),
            let table = state.panes.first(where: { $0.pane.id == pane.id })?.table
        else { return nil }
        let rows = Dictionary(table.rows.map { ($0.id, $0) }) { first, _ in first }
        let outcomes = calls.map { call in
            guard let row = rows[call[name] ?? ""] else {
                return EachCommand.Outcome(TableRow(id: call[name] ?? "", cells: []), "is not in the list any more", .warning)
            }
            let problem = EachCommand.problem(row, spec, table)
            return EachCommand.Outcome(row, problem ?? "would be done", problem == nil ? .good : .warning)
        }
        let refused = outcomes.filter { $0.tone == .warning }.count
        return CommandResult(
            message:
                """
                \(spec.words.joined(separator: " ")) would be done to \(outcomes.count - refused) \
                and is refused by \(refused); nothing was changed
                """,
            sections: [Section(nil, .table(EachCommand.table(outcomes, pane), empty: ""))], json: .null)
    }
}
