import Engine
import Workflow

/// `case …`
enum CaseCommands {
    static let all: [CommandSpec] = [
        start, show, trace, ExplanationCommands.why, ExplanationCommands.draw, ExplanationCommands.tree, HistoryCommands.difference, cancel,
        suspend, resume, raise,
    ]

    static let number = CommandParameter("case", placeholder: "N", help: "number of the case", required: true, completion: .caseNumber)

    private static let start = CommandSpec(
        id: "case.start", words: ["case", "start"], changes: true, summary: "Start a case of a loaded specification",
        discussion:
            """
            Case parameters come as one XML document with --data, or one by one with --param. A \
            value of --param that begins with < is taken as XML.
            """,
        examples: [
            .init("mizzen case start hello", "the latest version, without parameters"),
            .init("mizzen case start expense@1.2 --param amount=120 --param purpose=Train", "one parameter after the other"),
            .init("mizzen case start expense --data @case.xml", "the parameters in a file"),
        ],
        parameters: [
            CommandParameter(
                "specification", placeholder: "NAME[@VERSION]", help: "name of the specification", required: true,
                completion: .specification),
            CommandParameter(
                "data", .option, placeholder: "XML|FILE", help: "the case parameters as an XML document or a file with one",
                completion: .file),
            CommandParameter("param", .option, placeholder: "name=value", help: "a case parameter", repeats: true),
        ],
        run: { context, call async throws(EngineError) in
            let reference = SpecificationReference(call["specification"] ?? "")
            let data = try await DataArguments.caseDocument(call, reference, context)
            guard case .started(let number, let status) = try await context.perform(.startCase(reference, data: data)) else {
                throw Unexpected.reply("case start")
            }
            return CommandResult(
                done: "Case \(number) of \(reference) started: \(status.text)",
                ["case": .integer(number), "status": .string(status.text), "request": .string(context.request.description)])
        })

    private static let show = CommandSpec(
        id: "case.show", words: ["case", "show"], summary: "Show a case: its items, marking and data",
        discussion: "With --at as it was right after an event (the case's own numbers, as `case trace -o json` shows them), or at a time.",
        examples: [
            .init("mizzen case show 7", "for people"), .init("mizzen case show 7 -o json", "everything for a program"),
            .init("mizzen case show 7 --at 12", "as it was after its event 12"),
            .init("mizzen case show 7 --at '2026-03-02 14:05'", "as it was then"),
        ],
        parameters: [
            number,
            CommandParameter("at", .option, placeholder: MomentArgument.placeholder, help: "as it was after this event, or at this time"),
        ],
        run: { context, call async throws(EngineError) in
            let number = try caseNumber(call)
            let detail: CaseDetail
            if let at = call["at"] {
                detail = try await context.session().caseDetail(number, at: try MomentArgument.parse(at, option: "at", context.clock))
            } else {
                detail = try await context.session().caseDetail(number)
            }
            return CommandResult(sections: CaseDescription.sections(detail), json: CaseDescription.json(detail))
        })

    private static let trace = CommandSpec(
        id: "case.trace", words: ["case", "trace"], summary: "Show what happened in a case, event by event",
        examples: [.init("mizzen case trace 7", "from its start to now")], parameters: [number],
        run: { context, call async throws(EngineError) in
            let number = try caseNumber(call)
            // An unknown case is an error, not an empty trace.
            _ = try await context.session().caseDetail(number)
            return CommandResult(
                table: EventColumns.trace(try await context.session().events(ofCase: number, limit: 1_000_000)), empty: "No events")
        })

    private static let cancel = CommandSpec(
        id: "case.cancel", words: ["case", "cancel"], changes: true, summary: "Cancel a case: its items are withdrawn and it cannot go on",
        examples: [.init("mizzen case cancel 7", "ends case 7 for good")], parameters: [number], danger: .confirm,
        availability: { subject in isOpen(subject) },
        run: { context, call async throws(EngineError) in try await change(context, .cancelCase(try caseNumber(call))) })

    private static let suspend = CommandSpec(
        id: "case.suspend", words: ["case", "suspend"], changes: true, summary: "Suspend a case: no new items until it is resumed",
        examples: [.init("mizzen case suspend 7", "items that exist may still be finished")], parameters: [number],
        availability: { subject in
            switch subject.state {
            case .ofCase(.suspending), .ofCase(.suspended): .disabled("the case is suspended already")
            default: isOpen(subject)
            }
        },
        run: { context, call async throws(EngineError) in try await change(context, .suspendCase(try caseNumber(call))) })

    private static let resume = CommandSpec(
        id: "case.resume", words: ["case", "resume"], changes: true, summary: "Resume a suspended case",
        examples: [.init("mizzen case resume 7", "goes on where it stood")], parameters: [number],
        availability: { subject in
            subject.state == .ofCase(.running) ? .disabled("the case is not suspended") : isOpen(subject)
        },
        run: { context, call async throws(EngineError) in try await change(context, .resumeCase(try caseNumber(call))) })

    private static let raise = CommandSpec(
        id: "case.raise", words: ["case", "raise"], changes: true, summary: "Raise an external trigger of a case, for its rules to answer",
        discussion: "TRIGGER is the name it has in the rules of the case's specification. Refused when no rule answers.",
        examples: [.init("mizzen case raise 7 'storm warning'", "the rules decide what happens")],
        parameters: [number, CommandParameter("trigger", placeholder: "TRIGGER", help: "name of the trigger", required: true)],
        availability: { subject in isOpen(subject) },
        run: { context, call async throws(EngineError) in
            try await change(context, .raiseCase(try caseNumber(call), trigger: call["trigger"] ?? ""))
        })

    static func caseNumber(_ call: CommandCall) throws(EngineError) -> Int64 {
        let text = call["case"] ?? ""
        guard let number = Int64(text), number > 0 else {
            throw EngineError(.invalid, "bad-argument", "a case is named by its number, such as 7, not by “\(text)”")
        }
        return number
    }

    private static func change(_ context: CommandContext, _ command: Command) async throws(EngineError) -> CommandResult {
        guard case .changed(let number, let status) = try await context.perform(command) else { throw Unexpected.reply("case") }
        return CommandResult(
            done: "Case \(number) is now \(status.text)",
            ["case": .integer(number), "status": .string(status.text), "request": .string(context.request.description)])
    }

    /// Where the subject is a row of cases; from other panes the engine decides.
    private static func isOpen(_ subject: CommandSubject) -> Availability {
        guard case .ofCase(let status) = subject.state, !status.isOpen else { return .ready }
        return .disabled("the case has ended: \(status.text)")
    }
}

package enum Unexpected {
    /// An engine that answers a command with another command's reply has a defect; say so instead of trapping.
    package static func reply(_ command: String) -> EngineError {
        EngineError(
            .failure, "unexpected-reply", "\(command) was carried out but the engine's answer was not understood; look at the trace")
    }
}
