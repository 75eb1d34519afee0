import Engine
import Workflow

/// `item …`
enum ItemCommands {
    static let all: [CommandSpec] = [show, start, complete, skip, rollback, add]

    static let item = CommandParameter(
        "item", placeholder: "ITEM", help: "id of the item, such as 1.1:Approve; 1:Approve does while only one fits",
        required: true, completion: .item)

    private static let show = CommandSpec(
        id: "item.show", words: ["item", "show"], summary: "Show a work item: its data, parameters and documentation",
        examples: [.init("mizzen item show 7:Approve", "what is to be done and with what")], parameters: [item],
        run: { context, call async throws(EngineError) in
            let detail = try await context.session().itemDetail(try await ItemReference.resolve(call["item"] ?? "", in: context))
            return CommandResult(
                sections: ItemDescription.tabs(detail).map { Section($0.title == "Item" ? nil : $0.title, $0.content) },
                json: ItemDescription.json(detail))
        })

    private static let start = CommandSpec(
        id: "item.start", words: ["item", "start"], changes: true, summary: "Start working on an item",
        examples: [.init("mizzen item start 7:Approve", "the item is then yours, as 7.1:Approve")], parameters: [item],
        availability: { subject in requires([.enabled, .fired], subject, "the item has been started already") },
        run: { context, call async throws(EngineError) in
            let id = try await ItemReference.resolve(call["item"] ?? "", in: context)
            guard case .itemStarted(let started) = try await context.perform(.startItem(id)) else { throw Unexpected.reply("item start") }
            return CommandResult(
                done: "Item \(started) started", ["item": .string(started.description), "request": .string(context.request.description)])
        })

    private static let complete = CommandSpec(
        id: "item.complete", words: ["item", "complete"], changes: true, summary: "Complete an item that was started",
        discussion:
            """
            With --force an item is completed that nobody did: what output is not given comes from its input, from default values and from \
            the types. Otherwise output comes as one XML document with --data, or field by field with --set on top of the item's input; \
            what neither gives comes from default values. A value of --set that begins with < is taken as XML.
            """,
        examples: [
            .init("mizzen item complete 7.1:Approve --set approved=true", "one field, the rest as it came"),
            .init("mizzen item complete 7.1:Approve --data @output.xml", "the whole output in a file"),
            .init("mizzen item complete 7.1:Approve --force", "whatever it has"),
        ],
        parameters: [
            item,
            CommandParameter(
                "data", .option, placeholder: "XML|FILE", help: "the output as an XML document or a file with one", completion: .file),
            CommandParameter("set", .option, placeholder: "name=value", help: "one field of the output", repeats: true),
            CommandParameter("force", .flag, help: "complete it though nobody did the work"),
        ],
        availability: { subject in requires([.executing], subject, "the item has not been started") },
        run: { context, call async throws(EngineError) in
            let id = try await ItemReference.resolve(call["item"] ?? "", in: context)
            let data = try await DataArguments.outputDocument(call, id, context)
            let command = call.isSet("force") ? Command.forceCompleteItem(id, data: data) : .completeItem(id, data: data)
            guard case .itemCompleted(let done, let status) = try await context.perform(command) else {
                throw Unexpected.reply("item complete")
            }
            return CommandResult(
                done: "Item \(done) completed; case \(done.caseID.number.map(String.init) ?? "?") is \(status.text)",
                [
                    "item": .string(done.description), "case": done.caseID.number.map { .integer($0) } ?? .null,
                    "caseStatus": .string(status.text),
                    "request": .string(context.request.description),
                ])
        })

    private static let skip = CommandSpec(
        id: "item.skip", words: ["item", "skip"], changes: true, summary: "Skip an item: it completes at once with the data it has",
        examples: [.init("mizzen item skip 7:Approve", "the case goes on as if it had been done")], parameters: [item], danger: .confirm,
        availability: { subject in requires([.enabled], subject, "only an item that has not been started can be skipped") },
        run: { context, call async throws(EngineError) in
            let id = try await ItemReference.resolve(call["item"] ?? "", in: context)
            guard case .itemCompleted(let done, let status) = try await context.perform(.skipItem(id)) else {
                throw Unexpected.reply("item skip")
            }
            return CommandResult(
                done: "Item \(done) skipped; case \(done.caseID.number.map(String.init) ?? "?") is \(status.text)",
                [
                    "item": .string(done.description), "case": done.caseID.number.map { .integer($0) } ?? .null,
                    "caseStatus": .string(status.text),
                    "request": .string(context.request.description),
                ])
        })

    private static let rollback = CommandSpec(
        id: "item.rollback", words: ["item", "rollback"], changes: true, summary: "Give back an item that was started: it is offered again",
        examples: [.init("mizzen item rollback 7.1:Approve", "somebody else may start it")], parameters: [item],
        availability: { subject in requires([.executing], subject, "the item has not been started") },
        run: { context, call async throws(EngineError) in
            let id = try await ItemReference.resolve(call["item"] ?? "", in: context)
            guard case .itemRolledBack(let back) = try await context.perform(.rollbackItem(id)) else {
                throw Unexpected.reply("item rollback")
            }
            return CommandResult(
                done: "Item \(back) given back", ["item": .string(back.description), "request": .string(context.request.description)])
        })

    private static let add = CommandSpec(
        id: "item.add", words: ["item", "add"], changes: true,
        summary: "Add one more instance beside an executing one of a dynamic multiple instance task",
        examples: [.init("mizzen item add 7.2:AskSupplier --value '<supplier>Ropewalk</supplier>'", "the new instance is then on offer")],
        parameters: [
            item,
            CommandParameter(
                "value", .option, placeholder: "XML|FILE", help: "the element of the task's formal input parameter", required: true,
                completion: .file),
        ],
        availability: { subject in requires([.executing], subject, "the item has not been started") },
        run: { context, call async throws(EngineError) in
            let id = try await ItemReference.resolve(call["item"] ?? "", in: context)
            let value = try DataArguments.document(call["value"] ?? "", context)
            guard case .instanceAdded(let added) = try await context.perform(.addInstance(id, value: value)) else {
                throw Unexpected.reply("item add")
            }
            return CommandResult(
                done: "Item \(added) added", ["item": .string(added.description), "request": .string(context.request.description)])
        })

    /// Where nobody knows how the item stands the engine decides.
    static func requires(_ statuses: [ItemStatus], _ subject: CommandSubject, _ why: String) -> Availability {
        guard subject.values["item"] != nil else { return .disabled("no item is selected") }
        guard case .item(let status) = subject.state else { return .ready }
        return statuses.contains(status) ? .ready : .disabled(why)
    }
}

/// Items as people name them.
package enum ItemReference {
    /// The id of the item that is meant: exactly that one, or the only one there is that fits. Something nobody can see any more
    /// goes to the engine as it is, which knows what became of it.
    /// - Throws: `bad-argument`, `item-ambiguous`, `item-not-found`.
    package static func resolve(_ text: String, in context: CommandContext) async throws(EngineError) -> WorkItemID {
        let number = Int64(text.prefix { $0 != "." && $0 != ":" })
        guard let number else {
            throw EngineError(.invalid, "bad-argument", "an item is named CASE:TASK, such as 7:Approve, not “\(text)”; see item list")
        }
        let wanted = WorkItemID(text), session = try context.session()
        if let wanted, try await session.hasItem(wanted) { return wanted }
        // Only what is not named in full is looked for, and only in its case.
        let items = try await session.itemIDs(ofCase: number)
        let fitting = items.filter { id in
            guard let wanted else { return id.description.hasPrefix(text) && isBoundary(id.description, text.count) }
            return id.task == wanted.task && id.caseID.description.hasPrefix(wanted.caseID.description)
                && isBoundary(id.caseID.description, wanted.caseID.description.count)
        }
        if let only = fitting.first, fitting.count == 1 { return only }
        if fitting.count > 1 {
            throw EngineError(
                .invalid, "item-ambiguous",
                "“\(text)” fits \(fitting.prefix(5).map(\.description).joined(separator: ", ")); name one of them")
        }
        if let wanted { return wanted }
        throw EngineError(.notFound, "item-not-found", "no item fits “\(text)”; see item list --case \(number)")
    }

    /// `1` is not the beginning of `11`.
    private static func isBoundary(_ text: String, _ count: Int) -> Bool {
        guard text.count > count else { return true }
        let next = text[text.index(text.startIndex, offsetBy: count)]
        return next == "." || next == ":"
    }
}
