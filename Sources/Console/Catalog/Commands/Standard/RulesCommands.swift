import Engine
import Workflow

/// `rules …`: what a specification's cases do about exceptions.
enum RulesCommands {
    static let all: [CommandSpec] = [load, show, remove]

    private static let specification = CommandParameter(
        "specification", placeholder: "NAME[@VERSION]", help: "name of a loaded specification", required: true,
        completion: .specification)

    private static let load = CommandSpec(
        id: "rules.load", words: ["rules", "load"], changes: true,
        summary: "Load a rule file for a specification, in place of the rules it had",
        discussion:
            """
            A rule file of the YAWL worklet service (.xrs). The worklets its conclusions run must be loaded. Open cases \
            follow the new rules from their next step on; what is under way is finished.
            """,
        examples: [.init("mizzen rules load order.xrs order", "the latest version of order")],
        parameters: [CommandParameter("file", placeholder: "FILE", help: "a rule file", required: true, completion: .file), specification],
        run: { context, call async throws(EngineError) in
            let file = call["file"] ?? ""
            try context.requireWriting()
            let (id, count) = try await context.session().loadRules(
                SpecificationReference(call["specification"] ?? ""), source: try context.readFile(file), file: file,
                request: context.request)
            return CommandResult(
                done: "Loaded \(count) rules for \(id.reference)",
                [
                    "specification": .string(id.reference), "rules": .integer(Int64(count)),
                    "request": .string(context.request.description),
                ])
        })

    private static let show = CommandSpec(
        id: "rules.show", words: ["rules", "show"], summary: "Show the rules of a specification",
        discussion:
            "Of the rules of one tree the conclusion of the last one that holds counts; “if not” are asked when the rule does not hold.",
        examples: [
            .init("mizzen rules show order", "every tree, from its root down"),
            .init("mizzen rules show order --source", "the file as it was loaded"),
        ],
        parameters: [specification, CommandParameter("source", .flag, help: "print the file it was loaded from, byte for byte")],
        run: { context, call async throws(EngineError) in
            let reference = SpecificationReference(call["specification"] ?? "")
            guard let found = try await context.session().rules(of: reference) else {
                return CommandResult(message: "\(reference) has no rules", json: .array([]))
            }
            if call.isSet("source") {
                let source = String(decoding: found.stored.source.bytes, as: UTF8.self)
                var result = CommandResult(sections: [Section(nil, .text(source))], json: .string(source))
                result.verbatim = source
                return result
            }
            return CommandResult(table: table(found.rules), empty: "No rules")
        })

    private static let remove = CommandSpec(
        id: "rules.remove", words: ["rules", "remove"], changes: true, summary: "Remove the rules of a specification",
        discussion: "Exceptions under way are finished.",
        examples: [.init("mizzen rules remove order", "exceptions of its cases are no longer answered")], parameters: [specification],
        danger: .confirm,
        run: { context, call async throws(EngineError) in
            try context.requireWriting()
            let id = try await context.session().removeRules(
                SpecificationReference(call["specification"] ?? ""), request: context.request)
            return CommandResult(
                done: "\(id.reference) has no rules any more",
                ["specification": .string(id.reference), "request": .string(context.request.description)])
        })

    static func table(_ rules: RuleSet) -> Table {
        let columns = [
            Column("about", "about", priority: 0, isFlexible: true), Column("task", "task", priority: 0),
            Column("rule", "rule", priority: 0),
            Column("true", "if so", priority: 1), Column("false", "if not", priority: 1),
            Column("condition", "condition", priority: 0, isFlexible: true),
            Column("conclusion", "conclusion", priority: 0, isFlexible: true),
            Column("description", "description", priority: 2, isFlexible: true),
        ]
        var rows: [TableRow] = []
        for kind in RuleKind.allCases {
            for (task, tree) in (rules.trees[kind] ?? [:]).sorted(by: { $0.key < $1.key }) {
                for rule in tree.inOrder {
                    func number(_ id: Int?) -> CellValue { id.map { .integer(Int64($0)) } ?? .none }
                    rows.append(
                        TableRow(
                            id: "\(kind.rawValue)/\(task)/\(rule.id)",
                            cells: [
                                .text(kind.text), .text(task), .integer(Int64(rule.id)), number(rule.trueChild), number(rule.falseChild),
                                .text(rule.condition.text),
                                .text(rule.conclusion.map(\.text).joined(separator: "; ")), .text(rule.description),
                            ]))
                }
            }
        }
        return Table(columns: columns, rows: rows)
    }
}
