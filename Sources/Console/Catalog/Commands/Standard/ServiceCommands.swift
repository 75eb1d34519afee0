import Engine
import Workflow

/// `service …`: who does the work that is not for people, and where data outside are.
enum ServiceCommands {
    static let all: [CommandSpec] = [retry]

    private static let retry = CommandSpec(
        id: "service.retry", words: ["service", "retry"], changes: true, summary: "Try again now what a service failed at too often",
        discussion: "A failing call is repeated by itself, ever more rarely; after the last time its item says so and waits for this.",
        examples: [
            .init("mizzen service retry", "everything that failed"), .init("mizzen service retry 7.1:Rate", "the work of one item"),
        ],
        parameters: [CommandParameter("item", placeholder: "ITEM", help: "only this item", completion: .item)],
        run: { context, call async throws(EngineError) in
            var item: WorkItemID?
            if let text = call["item"], !text.isEmpty { item = try await ItemReference.resolve(text, in: context) }
            try context.requireWriting()
            let count = try await context.session().retryServices(item: item)
            let sentence = count == 0 ? "Nothing has failed" : "\(count) to be tried again as soon as a console or mizzen serve runs"
            return CommandResult(done: sentence, ["retried": .integer(Int64(count))])
        })
}

extension Pane {
    /// Services and gateways, and how the work for them stands.
    package static let services = Pane(
        id: "services", title: "Services", aliases: ["service"], slot: 6,
        list: ListCommand(["service", "list"], "List services and data gateways: what is configured, what waits, runs and failed"),
        columns: ServiceColumns.all, sort: TableOrder("name"), keys: "services", commands: ["row.open", "service.retry"],
        rowNames: ("service", "services"),
        empty: "No service or data gateway is configured", advice: "name them in services.yaml",
        identity: { "\($0.isGateway ? "gateway" : "service") \($0.name)" },
        rows: { session, _ async throws(EngineError) in try await session.serviceRows() })
}

enum ServiceColumns {
    static let all: [PaneColumn<ServiceRow>] = [
        PaneColumn("name", "name", priority: 0, isFlexible: true) { .text($0.name) },
        PaneColumn("role", "role", priority: 2) { .text($0.isGateway ? "gateway" : "service") },
        PaneColumn("type", "type", priority: 0) { $0.kind.map { .text($0) } ?? .state(.warning, "not configured") },
        PaneColumn("waiting", "waiting", alignment: .right, priority: 0) { .integer(Int64($0.waiting)) },
        PaneColumn("running", "running", alignment: .right, priority: 0) { .integer(Int64($0.running)) },
        PaneColumn("accepted", "accepted", alignment: .right, priority: 1) { .integer(Int64($0.accepted)) },
        PaneColumn("failed", "failed", alignment: .right, priority: 0) { .integer(Int64($0.failed)) },
        PaneColumn("failure", "last failure", priority: 1, isFlexible: true) { $0.lastFailure.map { .state(.danger, $0) } ?? .none },
    ]
}
