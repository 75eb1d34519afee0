import Engine
import Platform

/// `KIND list`: filter, order and cursor go down to the store where a field has an index; the rest is done here, page by page.
enum KindList<E: Entity> {
    static var summary: String { "List \(E.kind.plural), newest first" }

    static var command: CommandSpec {
        let kind = E.kind, name = kind.name, keys = KindPane<E>.columns.map(\.column.key)
        let indexed = kind.fields.filter(\.isIndexed).map(\.name)
        var options = ListParameters.all(keys)
        options.append(CommandParameter("after", .option, placeholder: "ID", help: "the next page: what comes after this one"))
        if kind.searchText != nil {
            options.append(CommandParameter("words", .option, placeholder: "TEXT", help: "only those whose text has all of these words"))
        }
        return CommandSpec(
            id: "\(name).list", words: [name, "list"], summary: summary,
            discussion: "Columns: \(keys.joined(separator: ", "))."
                + (indexed.isEmpty
                    ? "" : " Fast, whatever there is: COLUMN=VALUE, <, <=, > and >= and the order by \(indexed.joined(separator: ", "))."),
            examples: [
                .init("mizzen \(name) list", "everything, as a table"),
                .init("mizzen \(name) list --limit 100 --after 7", "the hundred after \(name) 7"),
            ], parameters: options,
            run: { context, call async throws(EngineError) in
                let columns = KindPane<E>.columns
                let filter = try Filter(parsing: call["filter"] ?? "", columns: columns.map(\.column), clock: context.clock)
                var reader = KindReader<E>(session: try context.session(), clock: context.clock)
                let page = try await reader.page(
                    filter, sort: try ListParameters.sort(call, keys), words: call["words"], after: try after(call),
                    limit: min(try ListParameters.limit(call) ?? 100_000, 1_000_000))
                var result = CommandResult(table: page.table, empty: filter.isEmpty ? "No \(kind.plural)" : "No row passes the filter")
                result.message = page.notes.isEmpty ? nil : page.notes.joined(separator: "\n")
                return result
            })
    }

    private static func after(_ call: CommandCall) throws(EngineError) -> Int64? {
        guard let text = call["after"] else { return nil }
        guard let id = Int64(text) else { throw EngineError(.invalid, "bad-argument", "--after takes an id, not “\(text)”") }
        return id
    }
}
