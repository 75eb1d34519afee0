import Engine
import TextCells
import Workflow

/// Cases and specifications explained: why a case waits, and its net as a picture.
enum ExplanationCommands {
    private static let at = CommandParameter(
        "at", .option, placeholder: MomentArgument.placeholder, help: "as it was after this event, or at this time")
    private static let ascii = CommandParameter("ascii", .flag, help: "no characters outside ASCII")

    static let why = CommandSpec(
        id: "case.why", words: ["case", "why"], summary: "Explain for each task of a case why it does not run: the smallest reason",
        discussion:
            """
            A missing token and where it may still come from, a predicate that is false with the values it speaks of, or \
            for an OR join the token that it waits for and the way that token may take.
            """,
        examples: [.init("mizzen case why 7", "every task, what is going on first"), .init("mizzen case why 7 Ship", "one task")],
        parameters: [CaseCommands.number, CommandParameter("task", placeholder: "TASK", help: "id of a task"), at],
        run: { context, call async throws(EngineError) in
            let (detail, specification) = try await found(call, context)
            var standings = try await context.session().explainWaiting(detail, in: specification)
            if let task = call["task"] {
                let known = specification.specification.nets.flatMap(\.tasks)
                guard known.contains(where: { $0.id == task }) else {
                    throw EngineError(
                        .notFound, "task-not-found",
                        "\(detail.row.specification.reference) has no task \(task); it has "
                            + known.prefix(20).map(\.id).joined(separator: ", "))
                }
                standings = standings.filter { $0.task == task }
            }
            let empty =
                detail.row.status == .running
                ? "The net of this task does not run" : "Nothing waits: case \(detail.row.number) is \(detail.row.status.text)"
            return CommandResult(table: WaitingColumns.table(standings), empty: empty)
        })

    static let draw = CommandSpec(
        id: "case.draw", words: ["case", "draw"], summary: "Draw the nets of a case with its tokens and what is being worked on",
        examples: [
            .init("mizzen case draw 7 | less -S", "as wide as it is"), .init("mizzen case draw 7 --at 12 --ascii", "as it was, for a mail"),
        ],
        parameters: [CaseCommands.number, at, ascii],
        run: { context, call async throws(EngineError) in
            let (detail, specification) = try await found(call, context)
            let standings = try await context.session().explainWaiting(detail, in: specification)
            return picture(CaseDrawing.drawing(detail.state, specification.specification, standings), call)
        })

    static let tree = CommandSpec(
        id: "case.tree", words: ["case", "tree"], summary: "Show what runs in a case: nets, the tasks at work in them, and their items",
        examples: [.init("mizzen case tree 7", "nets within nets")], parameters: [CaseCommands.number, at],
        run: { context, call async throws(EngineError) in
            let (detail, specification) = try await found(call, context)
            return CommandResult(
                table: CaseTree.tree(detail, specification.specification).visible([]),
                empty: "Nothing runs: case \(detail.row.number) is \(detail.row.status.text)")
        })

    static let drawSpecification = CommandSpec(
        id: "spec.draw", words: ["spec", "draw"], summary: "Draw the nets of a loaded specification",
        examples: [.init("mizzen spec draw order | less -S", "as wide as it is")],
        parameters: [SpecificationCommands.name, ascii],
        run: { context, call async throws(EngineError) in
            let found = try await context.session().specification(SpecificationReference(call["specification"] ?? ""))
            return picture(CaseDrawing.drawing(found.model), call)
        })

    private static func picture(_ drawing: Drawing, _ call: CommandCall) -> CommandResult {
        let isASCII = call.isSet("ascii")
        return CommandResult(sections: [Section(nil, isASCII ? .text(drawing.text(ascii: true)) : .drawing(drawing))]) {
            .object([
                "width": .integer(Int64(drawing.width)), "height": .integer(Int64(drawing.height)),
                "picture": .string(drawing.text(ascii: isASCII)),
            ])
        }
    }

    private static func found(
        _ call: CommandCall, _ context: CommandContext
    ) async throws(EngineError) -> (CaseDetail, ExecutableSpecification) {
        let number = try CaseCommands.caseNumber(call), engine = try context.session()
        let detail: CaseDetail
        if let at = call["at"] {
            detail = try await engine.caseDetail(number, at: try MomentArgument.parse(at, option: "at", context.clock))
        } else {
            detail = try await engine.caseDetail(number)
        }
        return (detail, try await engine.executable(of: detail))
    }
}
