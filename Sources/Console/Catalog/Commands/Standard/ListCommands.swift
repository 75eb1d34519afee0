import Engine

extension Pane {
    /// Id of the generated command, such as `item.list`.
    var listID: String { list.words.joined(separator: ".") }

    /// Any pane gives a list command: the same rows, filter and order as on the screen.
    var listCommand: CommandSpec {
        if let ownList { return ownList }
        let pane = self
        let keys = columns.map(\.key)
        let line = "mizzen " + list.words.joined(separator: " ")
        return CommandSpec(
            id: listID, words: list.words, summary: list.summary,
            discussion: "Columns: \(keys.joined(separator: ", ")).",
            examples: [
                CommandSpec.Example(line, "everything, as a table"),
                CommandSpec.Example(line + " -o json", "the same for a program"),
                CommandSpec.Example("\(line) --filter '\(keys.first ?? ""):1 !done' --sort -\(keys.first ?? "")", "filtered and sorted"),
            ],
            parameters: list.options + ListParameters.all(keys),
            run: { context, call async throws(EngineError) in
                let limit = try ListParameters.limit(call), sort = try ListParameters.sort(call, keys) ?? pane.sort
                if let text = call["case"], Int64(text) == nil {
                    throw EngineError(.invalid, "bad-argument", "--case takes a case number, not “\(text)”")
                }
                let filter = try Filter(parsing: call["filter"] ?? "", columns: pane.columns, clock: context.clock)
                let options = Dictionary(
                    uniqueKeysWithValues: pane.list.options.compactMap { option in call[option.name].map { (option.name, $0) } })
                // A filter looks at all rows; the limit counts what is left.
                let query = PaneQuery(
                    limit: filter.isEmpty && call["sort"] == nil ? limit ?? pane.list.limit : pane.list.limit, arguments: options)
                var table = try await pane.table(from: context.session(), query: query).arranged(
                    filter: filter, sort: sort, clock: context.clock)
                if let limit, table.rows.count > limit { table.rows.removeLast(table.rows.count - limit) }
                return CommandResult(table: table, empty: filter.isEmpty ? pane.empty : "No row passes the filter")
            })
    }
}

/// What every list command takes.
enum ListParameters {
    static func all(_ keys: [String]) -> [CommandParameter] {
        [
            CommandParameter(
                "filter", .option, placeholder: "TERMS",
                help: "only rows with these words; !word, column:word, ~letters, /regex/ and since:10m work too"),
            CommandParameter(
                "sort", .option, placeholder: "COLUMN", help: "sort by this column; -COLUMN for the other direction",
                completion: .choice(keys.flatMap { [$0, "-" + $0] })),
            CommandParameter("limit", .option, placeholder: "N", help: "at most so many rows"),
        ]
    }

    /// - Throws: `bad-argument`.
    static func limit(_ call: CommandCall) throws(EngineError) -> Int? {
        guard let text = call["limit"] else { return nil }
        guard let number = Int(text), number > 0 else {
            throw EngineError(.invalid, "bad-argument", "--limit takes a number above 0, not “\(text)”")
        }
        return number
    }

    /// - Throws: `bad-argument`.
    static func sort(_ call: CommandCall, _ keys: [String]) throws(EngineError) -> TableOrder? {
        guard let text = call["sort"] else { return nil }
        let order = TableOrder(parsing: text)
        guard keys.contains(order.key) else {
            throw EngineError(.invalid, "bad-argument", "there is no column “\(order.key)”; columns are \(keys.joined(separator: ", "))")
        }
        return order
    }
}
