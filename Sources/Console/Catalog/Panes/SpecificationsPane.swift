import Engine
import Workflow

extension Pane {
    /// What cases can be started of.
    package static let specifications = Pane(
        id: "specs", title: "Specs", aliases: ["spec", "specifications", "s"], slot: 3,
        list: ListCommand(["spec", "list"], "List the loaded specifications"),
        columns: SpecificationColumns.all,
        sort: TableOrder("specification"), keys: "specs", commands: ["case.start", "row.open"],
        rowNames: ("specification", "specifications"),
        empty: "No specifications", advice: "type :spec load examples/hello.yawl, or another file",
        identity: { $0.id.reference },
        rows: { session, _ async throws(EngineError) in try await session.specifications() },
        detail: { session, row async throws(EngineError) in
            let found = try await session.specification(SpecificationReference(row.id))
            let items = try await session.items().filter { $0.specification == found.row.id }
            return SpecificationDescription.tabs(found.row, found.model, items: items, now: try await session.now())
        })
}

/// How a specification is shown.
enum SpecificationColumns {
    static let all: [PaneColumn<SpecificationRow>] = [
        PaneColumn("specification", "specification", priority: 0, isFlexible: true, least: 24) { .text($0.id.reference) },
        PaneColumn("title", "title", priority: 3, isFlexible: true) { .text($0.title) },
        PaneColumn("schema", "schema", priority: 5) { .text($0.schemaVersion.rawValue) },
        PaneColumn("tasks", "tasks", alignment: .right, priority: 2) { .integer(Int64($0.tasks)) },
        PaneColumn("open", "open", alignment: .right, priority: 1) { .integer(Int64($0.openCases)) },
        PaneColumn("cases", "cases", alignment: .right, priority: 4) { .integer(Int64($0.allCases)) },
        PaneColumn("loaded", "loaded", alignment: .right, priority: 3) { .age($0.loadedAt) },
        PaneColumn("runs", "runs here", priority: 0, isFlexible: true) { row in
            row.obstacles.first.map { .state(.warning, "no: " + $0) } ?? .state(.good, "yes")
        },
        PaneColumn("soundness", "soundness", priority: 3) { row in
            row.certificate.map { .state($0.verdict.tone, $0.verdict.rawValue) } ?? .none
        },
        PaneColumn("name", "name", isHidden: true) { .text($0.id.uri) },
        PaneColumn("version", "version", isHidden: true) { .text($0.id.version.description) },
        PaneColumn("identifier", "identifier", isHidden: true) { .text($0.id.identifier) },
        PaneColumn("nets", "nets", isHidden: true) { .integer(Int64($0.nets)) },
        PaneColumn("loadedBy", "loaded by", isHidden: true) { .text($0.loadedBy) },
    ]
}
