import Engine

/// `work`: what there is to do for whoever asks.
enum WorkCommand {
    static let work = CommandSpec(
        id: "work", words: ["work"], summary: "Open your worklist; without a terminal, list it",
        discussion: "Your items are those you have started and those nobody has started yet.",
        examples: [.init("mizzen work", "the worklist in the console"), .init("mizzen work -o json", "the same for a program")],
        run: { context, _ async throws(EngineError) in
            let user = try context.session().principal.name
            var table = try await Pane.queues.table(from: context.session()).arranged(sort: Pane.queues.sort, clock: context.clock)
            table.rows = table.rows.filter { row in
                let owner = table.value("owner", of: row)
                return owner == .none || owner == .text(user)
            }
            return CommandResult(table: table, empty: "No work to do")
        })
}
