import Engine
import Workflow

/// `item …`: what may happen to an item besides being worked on.
enum ItemLifeCycleCommands {
    static let all: [CommandSpec] = [suspend, unsuspend, restart, fail, cancel, raise]

    private static let live: [ItemStatus] = [.enabled, .fired, .executing]

    private static let suspend = CommandSpec(
        id: "item.suspend", words: ["item", "suspend"], changes: true,
        summary: "Suspend an item: nobody can work on it until it is unsuspended",
        discussion: "Of an item that was started the id of its offer, such as 7:Approve, means all its instances.",
        examples: [.init("mizzen item suspend 7.1:Approve", "it stays as it is and waits")], parameters: [ItemCommands.item],
        availability: { subject in ItemCommands.requires(live, subject, "the item is not one that can be worked on") },
        run: { context, call async throws(EngineError) in try await change(context, call, "suspended") { .suspendItem($0) } })

    private static let unsuspend = CommandSpec(
        id: "item.unsuspend", words: ["item", "unsuspend"], changes: true, summary: "Let a suspended item go on as it was",
        examples: [.init("mizzen item unsuspend 7.1:Approve", "it is again what it was before")], parameters: [ItemCommands.item],
        availability: { subject in ItemCommands.requires([.suspended], subject, "the item is not suspended") },
        run: { context, call async throws(EngineError) in try await change(context, call, "no longer suspended") { .unsuspendItem($0) } })

    private static let restart = CommandSpec(
        id: "item.restart", words: ["item", "restart"], changes: true,
        summary: "Begin an item anew: it waits to be started, as if nobody had",
        discussion: "Other than item rollback it also takes a suspended item.",
        examples: [.init("mizzen item restart 7.1:Approve", "it is then Fired")], parameters: [ItemCommands.item], danger: .confirm,
        availability: { subject in ItemCommands.requires([.executing, .suspended], subject, "the item has not been started") },
        run: { context, call async throws(EngineError) in try await change(context, call, "restarted") { .restartItem($0) } })

    private static let fail = CommandSpec(
        id: "item.fail", words: ["item", "fail"], changes: true, summary: "Say that the work of an item failed",
        discussion: "Rules about aborts decide what happens then. Without such a rule the case goes on as if the item had been completed, "
            + "with the data it has; the log says that it failed.",
        examples: [.init("mizzen item fail 7.1:Approve", "the case goes on, or its rules answer")],
        parameters: [
            ItemCommands.item,
            CommandParameter("data", .option, placeholder: "XML|@FILE", help: "what of the output there is", completion: .file),
        ], danger: .confirm,
        availability: { subject in ItemCommands.requires([.executing], subject, "the item has not been started") },
        run: { context, call async throws(EngineError) in
            let data = try call["data"].map { text throws(EngineError) in try DataArguments.document(text, context) }
            return try await change(context, call, "failed") { .failItem($0, data: data) }
        })

    private static let cancel = CommandSpec(
        id: "item.cancel", words: ["item", "cancel"], changes: true, summary: "Cancel one item: its task leaves no token behind",
        discussion: "Of several instances only the one is cancelled. A case with nothing left in it completes.",
        examples: [.init("mizzen item cancel 7.2:AskSupplier", "the other instances stay")], parameters: [ItemCommands.item],
        danger: .confirm,
        availability: { subject in ItemCommands.requires(live + [.suspended], subject, "the item is done already") },
        run: { context, call async throws(EngineError) in try await change(context, call, "cancelled") { .cancelItem($0) } })

    /// What rules can be asked about for an item, as it is typed.
    private static let events: [(name: String, kind: RuleKind)] = [
        ("external", .itemExternalTrigger), ("timeout", .itemTimeout), ("resource-unavailable", .itemResourceUnavailable),
        ("constraint-violation", .itemConstraintViolation),
    ]

    private static let raise = CommandSpec(
        id: "item.raise", words: ["item", "raise"], changes: true, summary: "Raise an exception of an item, for its rules to answer",
        discussion: "TRIGGER is the name an external trigger has in the rules. Refused when no rule answers.",
        examples: [
            .init("mizzen item raise 7.1:Ship 'storm warning'", "an external trigger"),
            .init("mizzen item raise 7.1:Ship --event resource-unavailable", "nobody is there to do it"),
        ],
        parameters: [
            ItemCommands.item,
            CommandParameter("trigger", placeholder: "TRIGGER", help: "name of an external trigger"),
            CommandParameter(
                "event", .option, placeholder: "EVENT", help: "what happened: " + events.map(\.name).joined(separator: ", "),
                completion: .choice(events.map(\.name))),
        ],
        run: { context, call async throws(EngineError) in
            let name = call["event"] ?? "external"
            guard let event = events.first(where: { $0.name == name }) else {
                throw EngineError(
                    .invalid, "bad-argument", "there is no event “\(name)”; there are \(events.map(\.name).joined(separator: ", "))")
            }
            guard event.kind != .itemExternalTrigger || call["trigger"] != nil else {
                throw EngineError(.invalid, "bad-argument", "an external trigger has a name: item raise \(call["item"] ?? "ITEM") TRIGGER")
            }
            return try await change(context, call, "raised") { .raiseItem($0, event.kind, trigger: call["trigger"]) }
        })

    private static func change(
        _ context: CommandContext, _ call: CommandCall, _ done: String,
        _ command: (WorkItemID) -> Command
    ) async throws(EngineError) -> CommandResult {
        let id = try await ItemReference.resolve(call["item"] ?? "", in: context)
        guard case .itemChanged(let changed, let status, let caseStatus) = try await context.perform(command(id)) else {
            throw Unexpected.reply("item")
        }
        let subject = done == "raised" ? "Exception of item \(changed) raised" : "Item \(changed) \(done)"
        let now = status.map { "it is \($0.text)" } ?? "case \(changed.caseID.number.map(String.init) ?? "?") is \(caseStatus.text)"
        return CommandResult(
            done: "\(subject); \(now)",
            [
                "item": .string(changed.description), "status": status.map { .string($0.text) } ?? .null,
                "case": changed.caseID.number.map { .integer($0) } ?? .null, "caseStatus": .string(caseStatus.text),
                "request": .string(context.request.description),
            ])
    }
}
