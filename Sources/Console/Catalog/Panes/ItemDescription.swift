import Engine
import Workflow
import XMLTree

/// A work item in words, for `item show` and the detail view.
enum ItemDescription {
    static func tabs(_ detail: ItemDetail) -> [DetailTab] {
        var tabs = [DetailTab("Item", .fields(fields(detail)))]
        if let input = detail.input { tabs.append(DetailTab("Data", .text(input.serialized(.pretty)))) }
        let parameters = parameterTable(detail.decomposition)
        if !parameters.rows.isEmpty { tabs.append(DetailTab("Parameters", .table(parameters, empty: "None"))) }
        return tabs
    }

    static func fields(_ detail: ItemDetail) -> [Section.Field] {
        let row = detail.row
        var fields: [Section.Field] = [
            Section.Field("item", row.id.description),
            Section.Field("task", row.task),
            Section.Field("status", .state(row.status.tone, row.status.text)),
            Section.Field("case", .integer(row.caseNumber)),
            Section.Field("specification", row.specification.reference),
            Section.Field(
                "offered to",
                row.roles.isEmpty ? "everyone" : row.roles.joined(separator: ", ") + " (for now everyone is offered everything)"),
            Section.Field("enabled", .time(row.enabledAt)),
        ]
        if let owner = row.owner { fields.append(Section.Field("owner", owner)) }
        if let started = row.startedAt { fields.append(Section.Field("started", .time(started))) }
        if let timer = row.timer { fields.append(Section.Field("timer", timer)) }
        if let due = row.due { fields.append(Section.Field("due", .time(due))) }
        if let service = row.service { fields.append(Section.Field("service", service)) }
        if let choice = row.choice {
            fields.append(Section.Field("choice", "one of several: starting one withdraws the others (\(choice))"))
        }
        if let text = row.documentation ?? detail.decomposition?.documentation, !text.isEmpty {
            fields.append(Section.Field("documentation", text))
        }
        return fields
    }

    static func parameterTable(_ decomposition: DecompositionCommon?) -> Table {
        let columns = [
            Column("direction", "direction", priority: 0), Column("name", "name", priority: 0, isFlexible: true),
            Column("type", "type", priority: 0, isFlexible: true), Column("default", "default", priority: 1, isFlexible: true),
        ]
        func rows(_ parameters: [Parameter], _ direction: String) -> [TableRow] {
            parameters.sortedByIndex().map { parameter in
                TableRow(
                    id: direction + parameter.name,
                    cells: [
                        .text(direction), .text(parameter.name), .text(parameter.typeText),
                        .text(parameter.defaultValue ?? parameter.initialValue),
                    ])
            }
        }
        guard let decomposition else { return Table(columns: columns) }
        return Table(columns: columns, rows: rows(decomposition.inputs, "in") + rows(decomposition.outputs, "out"))
    }

    static func json(_ detail: ItemDetail) -> JSONValue {
        let row = detail.row
        var members = zip(ItemColumns.all, ItemColumns.all.map { $0.value(row) }).map { JSONValue.Member($0.column.key, $1.json) }
        members.append(.init("input", .string(detail.input?.serialized())))
        members.append(.init("parameters", parameterTable(detail.decomposition).json))
        members.append(.init("documentation", .string(row.documentation ?? detail.decomposition?.documentation)))
        return .object(members)
    }
}

extension Parameter {
    /// The type as people write it.
    var typeText: String {
        switch type {
        case .named(let name, _): name
        case .element(let name): "element \(name)"
        case .untyped: "any"
        case .missing: "not given"
        }
    }
}
