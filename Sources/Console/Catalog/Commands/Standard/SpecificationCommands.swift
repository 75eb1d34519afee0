import Engine
import Workflow
import XMLTree

/// `spec …`
enum SpecificationCommands {
    static let all: [CommandSpec] = [check, verify, load, show, ExplanationCommands.drawSpecification, unload]

    static let name = CommandParameter(
        "specification", placeholder: "NAME[@VERSION]", help: "name of a loaded specification", required: true,
        completion: .specification)

    private static let check = CommandSpec(
        id: "spec.check", words: ["spec", "check"], summary: "Check specification files without loading them",
        discussion:
            """
            Two answers per specification: its verdict (accepted or refused, with every \
            finding) and whether this version of mizzen can run it.
            """,
        examples: [
            .init("mizzen spec check order.yawl", "verdict and findings"),
            .init("mizzen spec check *.yawl -o json", "several files, for a program"),
        ],
        parameters: [
            CommandParameter("file", placeholder: "FILE", help: "a specification file", required: true, repeats: true, completion: .file)
        ],
        needsStore: false,
        run: { context, call async throws(EngineError) in
            var verdicts: [SpecificationVerdict] = []
            for file in call.all("file") { verdicts += SpecificationVerdict.verdicts(of: try context.readFile(file), file: file) }
            return CommandResult(
                sections: [Section(nil, .text(verdicts.map(\.text).joined(separator: "\n")))],
                json: .array(verdicts.map(\.json)), isRefusal: verdicts.contains { !$0.isAccepted })
        })

    private static let verify = CommandSpec(
        id: "spec.verify", words: ["spec", "verify"],
        summary: "Prove that nets are sound: they can always complete, completely, and every task can run",
        discussion:
            """
            Looks at the control flow of each net, whatever the data may be, in all markings it can get into. A failure comes with a run \
            that shows it, step by step. Says as well which OR joins could be AND or XOR joins and which parts of cancellation sets never \
            hold anything. Ends with 0 when all is sound, with 1 when something is not or could not be decided.
            """,
        examples: [
            .init("mizzen spec verify order.yawl", "verdict of each net"), .init("mizzen spec verify order", "of a loaded specification"),
            .init("mizzen spec verify order.yawl --states 5000000 -o json", "more thorough, for a program"),
        ],
        parameters: [
            CommandParameter(
                "specification", placeholder: "FILE|NAME[@VERSION]", help: "a specification file or the name of a loaded specification",
                required: true, repeats: true, completion: .specification),
            CommandParameter(
                "states", .option, placeholder: "COUNT", help: "give up a net after so many markings (\(SoundnessBudget.thorough.states))"),
        ],
        needsStoreFor: { call in !call.all("specification").allSatisfy(SpecificationArgument.isFile) },
        run: { context, call async throws(EngineError) in
            var budget = SoundnessBudget.thorough
            if let text = call["states"] {
                guard let states = Int(text), (1 ... 100_000_000).contains(states) else {
                    throw EngineError(.invalid, "bad-count", "--states \(text) is no number from 1 to 100000000")
                }
                budget = SoundnessBudget(states: states, effort: max(budget.effort, budget.effort / budget.states * states))
            }
            var descriptions: [SoundnessDescription] = []
            for name in call.all("specification") {
                if SpecificationArgument.isFile(name) {
                    descriptions += try SoundnessDescription.prove(try context.readFile(name), file: name, budget: budget)
                } else {
                    let model = try await context.session().specification(SpecificationReference(name)).model
                    descriptions.append(
                        SoundnessDescription(file: name, model: model, proof: proveSoundness(of: model, budget: budget), budget: budget))
                }
            }
            var result = CommandResult(
                sections: [Section(nil, .text(descriptions.map(\.text).joined(separator: "\n\n")))],
                json: .array(descriptions.map(\.json)), isFailure: descriptions.contains { $0.proof.verdict != .sound })
            result.tabs = SoundnessDescription.tabs(descriptions)
            return result
        })

    private static let load = CommandSpec(
        id: "spec.load", words: ["spec", "load"], changes: true, summary: "Load specification files into the store",
        discussion:
            """
            A file is loaded whole or not at all: one error refuses all specifications in it. So does a net that is proven not to be \
            sound; what cannot be decided quickly is loaded with a warning (`spec verify` takes its time).
            """,
        examples: [
            .init("mizzen spec load order.yawl", "cases of it can be started"),
            .init("mizzen spec load order.yawl --accept-unsound", "although a case may get stuck"),
        ],
        parameters: [
            CommandParameter("file", placeholder: "FILE", help: "a specification file", required: true, repeats: true, completion: .file),
            CommandParameter("accept-unsound", .flag, help: "load it even if it is proven not to be sound"),
        ],
        run: { context, call async throws(EngineError) in
            var loaded: [(file: String, specification: LoadedSpecification)] = []
            for (index, file) in call.all("file").enumerated() {
                do throws(EngineError) {
                    let source = try context.readFile(file)
                    // Each file is a command of its own and needs an id of its own.
                    let request = index == 0 ? context.request : RequestID("\(context.request).\(index)")
                    let reply = try await context.perform(
                        .loadSpecification(source: source, file: file, accepting: call.isSet("accept-unsound") ? .unsound : []),
                        request: request)
                    guard case .loaded(let specifications) = reply else { throw Unexpected.reply("spec load") }
                    loaded += specifications.map { (file, $0) }
                } catch {
                    throw loaded.isEmpty ? error : partly(loaded.map(\.specification.id.reference), error)
                }
            }
            let findings = loaded.flatMap { entry in entry.specification.findings.map { $0.text(file: entry.file) } }
            return CommandResult(
                message: "Loaded " + loaded.map { $0.specification.id.reference }.joined(separator: ", "),
                sections: findings.isEmpty ? [] : [Section(nil, .text(findings.joined(separator: "\n")))],
                json: .object([
                    "loaded": .array(
                        loaded.map { entry in
                            .object([
                                "specification": .string(entry.specification.id.reference), "file": .string(entry.file),
                                "soundness": .string(entry.specification.certificate?.verdict.rawValue),
                                "findings": .array(entry.specification.findings.map(\.json)),
                            ])
                        }),
                    "request": .string(context.request.description),
                ]))
        })

    /// The files before the one that is refused are loaded and stay so, which must be said.
    private static func partly(_ loaded: [String], _ error: EngineError) -> EngineError {
        EngineError(
            error.kind, error.code, "\(error.message); of the files before it were loaded and stay: \(loaded.joined(separator: ", "))",
            findings: error.findings)
    }

    private static let show = CommandSpec(
        id: "spec.show", words: ["spec", "show"], summary: "Show a loaded specification: its nets, tasks and parameters",
        examples: [
            .init("mizzen spec show order", "the latest version"), .init("mizzen spec show order --source", "the file as it was loaded"),
        ],
        parameters: [name, CommandParameter("source", .flag, help: "print the file it was loaded from, byte for byte")],
        run: { context, call async throws(EngineError) in
            let found = try await context.session().specification(SpecificationReference(call["specification"] ?? ""))
            if call.isSet("source") {
                var result = CommandResult(
                    sections: [Section(nil, .text(found.source))],
                    json: .object(["specification": .string(found.row.id.reference), "source": .string(found.source)]))
                result.verbatim = found.source
                return result
            }
            return CommandResult(
                sections: SpecificationDescription.sections(found.row, found.model),
                json: SpecificationDescription.json(found.row, found.model))
        })

    private static let unload = CommandSpec(
        id: "spec.unload", words: ["spec", "unload"], changes: true, summary: "Remove a specification from the store",
        discussion: "Refused while cases of it are open. With several versions loaded the version must be named.",
        examples: [.init("mizzen spec unload order@1.2", "this version only")], parameters: [name], danger: .confirm,
        availability: { subject in
            if case .integer(let open) = subject.values["open"] ?? .none, open > 0 { return .disabled("\(open) of its cases are open") }
            return .ready
        },
        run: { context, call async throws(EngineError) in
            let reply = try await context.perform(.unloadSpecification(SpecificationReference(call["specification"] ?? "")))
            guard case .unloaded(let id) = reply else { throw Unexpected.reply("spec unload") }
            return CommandResult(
                done: "Unloaded \(id.reference)", ["specification": .string(id.reference), "request": .string(context.request.description)])
        })
}

extension Finding {
    package var json: JSONValue {
        .object([
            "code": .string(code), "severity": .string(severity.rawValue), "element": .string(element), "message": .string(message),
            "line": .integer(Int64(line)), "column": .integer(Int64(column)), "excerpt": .string(excerpt?.text),
        ])
    }
}
