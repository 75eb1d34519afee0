import Engine
import Workflow

/// A specification in words, for `spec show` and the detail view.
enum SpecificationDescription {
    static func tabs(_ row: SpecificationRow, _ model: Specification, items: [ItemRow], now: Int64) -> [DetailTab] {
        var tabs = sections(row, model).map { DetailTab($0.title ?? "Specification", $0.content) }
        tabs.insert(DetailTab("Net", .drawing(CaseDrawing.drawing(model, items: items, now: now))), at: 0)
        return tabs
    }

    static func sections(_ row: SpecificationRow, _ model: Specification) -> [Section] {
        [
            Section(nil, .fields(fields(row, model))),
            Section("Tasks", .table(tasks(model), empty: "No tasks")),
            Section("Parameters", .table(ItemDescription.parameterTable(model.rootNet?.common), empty: "A case takes no parameters")),
        ]
    }

    static func fields(_ row: SpecificationRow, _ model: Specification) -> [Section.Field] {
        var fields = [
            Section.Field("specification", row.id.reference),
            Section.Field("title", row.title),
            Section.Field("schema", row.schemaVersion.rawValue),
            Section.Field("root net", row.rootNet),
            Section.Field("nets", .integer(Int64(row.nets))),
            Section.Field("tasks", .integer(Int64(row.tasks))),
            Section.Field("cases", "\(row.openCases) open, \(row.allCases) in all"),
            Section.Field("loaded", .time(row.loadedAt)),
            Section.Field("by", row.loadedBy),
            Section.Field(
                "runs here",
                row.obstacles.isEmpty ? .state(.good, "yes") : .state(.warning, "no: " + row.obstacles.joined(separator: "; "))),
        ]
        if let certificate = row.certificate { fields += SoundnessDescription.fields(certificate) }
        if let identifier = row.id.identifier { fields.append(Section.Field("identifier", identifier)) }
        if !model.metadata.creators.isEmpty { fields.append(Section.Field("creators", model.metadata.creators.joined(separator: ", "))) }
        if let text = row.documentation, !text.isEmpty { fields.append(Section.Field("documentation", text)) }
        return fields
    }

    static func tasks(_ model: Specification) -> Table {
        let columns = [
            Column("net", "net", priority: 3, isFlexible: true), Column("task", "task", priority: 0),
            Column("name", "name", priority: 2, isFlexible: true),
            Column("kind", "kind", priority: 1), Column("join", "join", priority: 0), Column("split", "split", priority: 0),
            Column("next", "next", priority: 1, isFlexible: true), Column("roles", "roles", priority: 2, isFlexible: true),
            Column("timer", "timer", priority: 2), Column("cancels", "cancels", priority: 2, isFlexible: true),
            Column("documentation", "documentation", isHidden: true),
        ]
        let rows = model.nets.flatMap { net in
            net.tasks.map { task in
                TableRow(
                    id: net.id + "/" + task.id,
                    cells: [
                        .text(net.id), .text(task.id), .text(task.name), .text(kind(task, in: model)),
                        .text(task.join.rawValue), .text(task.split.rawValue), .text(task.flows.map(\.target).joined(separator: ", ")),
                        roles(task), task.timer.map { .text(timer($0)) } ?? .none,
                        list(task.removesTokens.map(\.id) + task.removesTokensFromFlows.map { "\($0.source)→\($0.destination)" }),
                        .text(task.documentation),
                    ])
            }
        }
        return Table(columns: columns, rows: rows)
    }

    static func json(_ row: SpecificationRow, _ model: Specification) -> JSONValue {
        .object([
            "specification": .string(row.id.reference), "name": .string(row.id.uri), "version": .string(row.id.version.description),
            "identifier": .string(row.id.identifier), "title": .string(row.title), "documentation": .string(row.documentation),
            "schema": .string(row.schemaVersion.rawValue), "rootNet": .string(row.rootNet), "nets": .integer(Int64(row.nets)),
            "loaded": .string(TimeText.iso(row.loadedAt)), "loadedBy": .string(row.loadedBy), "openCases": .integer(Int64(row.openCases)),
            "cases": .integer(Int64(row.allCases)), "obstacles": .array(row.obstacles.map { .string($0) }),
            "soundness": SoundnessDescription.json(row.certificate), "tasks": tasks(model).json,
            "parameters": ItemDescription.parameterTable(model.rootNet?.common).json,
        ])
    }

    private static func kind(_ task: NetTask, in model: Specification) -> String {
        let base: String
        switch task.decomposition.flatMap({ model.decomposition($0) }) {
        case .net(let net): base = "net \(net.id)"
        case .gateway(let gateway): base = gateway.isAutomated ? "automated" : "manual"
        case nil: base = "empty"
        }
        return task.multipleInstances?.isMultiple == true ? base + ", many" : base
    }

    private static func roles(_ task: NetTask) -> CellValue {
        list((task.resourcing?.roles ?? []) + (task.resourcing?.participants ?? []))
    }

    private static func list(_ names: [String]) -> CellValue { names.isEmpty ? .none : .text(names.joined(separator: ", ")) }

    private static func timer(_ timer: TimerSetting) -> String {
        let due =
            switch timer.due {
            case .variable(let name): "from \(name)"
            case .expiry(let text): "at \(text)"
            case .duration(let text): text
            case .interval(let ticks, let unit): "\(ticks) \(unit)"
            }
        return [timer.trigger, due].compactMap { $0 }.joined(separator: " ")
    }
}
