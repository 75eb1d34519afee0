import Engine
import Platform

/// The commands of a kind: one that shows an entity, and one for each that is declared.
enum KindCommands<E: Entity> {
    static var show: CommandSpec {
        let name = E.kind.name
        return CommandSpec(
            id: "\(name).show", words: [name, "show"], summary: "Show one of the \(E.kind.plural): its fields and what happened to it",
            examples: [
                .init("mizzen \(name) show 7", "with its events"), .init("mizzen \(name) show 7 -o json", "its fields for a program"),
            ],
            parameters: [subject],
            run: { context, call async throws(EngineError) in
                let session = try context.session()
                let row = try await session.entityRow(of: name, id: try await id(call, session))
                return CommandResult(
                    sections: try await KindPane<E>.tabs(session, row).enumerated().map { Section($0 == 0 ? nil : $1.title, $1.content) },
                    json: .object(KindPane<E>.json(row)))
            })
    }

    static func command(_ declaration: CommandDeclaration<E>) -> CommandSpec {
        let name = E.kind.name, verb = declaration.verb, line = "mizzen \(name) \(verb)"
        let options = declaration.inputs.filter(\.isRequired).map { " --\($0.name) \($0.name.uppercased())" }.joined()
        return CommandSpec(
            id: "\(name).\(verb)", words: [name, verb], changes: true, summary: declaration.summary,
            examples: [.init(line + (declaration.isCreation ? "" : " 7") + options, declaration.summary.lowercasedFirst)],
            parameters: (declaration.isCreation ? [] : [subject]) + declaration.inputs.map(parameter),
            danger: Danger(declaration.danger),
            availability: { given in
                if declaration.isCreation || given.state == .entity(kind: name) || given.values[name] != nil { return .ready }
                return .disabled("no \(name) is selected")
            },
            run: { context, call async throws(EngineError) in
                try context.requireWriting()
                let session = try context.session(), command = try command(declaration, call, context)
                let address: EntityTarget.Address = declaration.isCreation ? .new : .id(try await id(call, session))
                let reply = try await session.perform(EntityCommand(E.self, address, command), verb: verb, request: context.request)
                return try await result(reply, declaration, context)
            })
    }

    private static func command(
        _ declaration: CommandDeclaration<E>, _ call: CommandCall, _ context: CommandContext
    ) throws(EngineError) -> E.Command {
        var texts: [String: String] = [:], files: [String: (name: String, bytes: [UInt8])] = [:]
        for input in declaration.inputs {
            guard let text = call[input.name] else { continue }
            texts[input.name] = text
            if case .file = input.form { files[input.name] = (text, try context.readFile(text)) }
            if case .choice(let words) = input.form, !words.contains(text) {
                throw EngineError(.invalid, "bad-argument", "--\(input.name) is one of \(words.joined(separator: ", ")), not “\(text)”")
            }
        }
        do throws(Refusal) {
            return try declaration.command(CommandArguments(texts, files: files))
        } catch {
            throw EngineError(refused: error)
        }
    }

    /// The entity as it is afterwards; nothing but its id where it is gone.
    private static func result(
        _ reply: EntityReply, _ declaration: CommandDeclaration<E>, _ context: CommandContext
    ) async throws(EngineError) -> CommandResult {
        var facts = [JSONValue.Member("id", .integer(reply.id))]
        do {
            facts = KindPane<E>.json(try await context.session().entityRow(of: reply.kind, id: reply.id))
        } catch {
            guard error.kind == .notFound else { throw error }
        }
        facts.append(.init("request", .string(context.request.description)))
        let what = "\(reply.kind) \(reply.id)"
        return CommandResult(message: declaration.isCreation ? "New \(what)" : "\(what): \(declaration.verb) done", json: .object(facts))
    }

    // MARK: Parameters

    private static var subject: CommandParameter {
        let keys = E.kind.uniqueKeys.map(\.name)
        return CommandParameter(
            E.kind.name, placeholder: "ID",
            help: "id of the \(E.kind.name)" + (keys.isEmpty ? "" : ", or its \(keys.joined(separator: " or "))"),
            required: true)
    }

    private static func parameter(_ input: CommandInput) -> CommandParameter {
        var isFlag = false
        var placeholder: String?
        var completion = CommandParameter.Completion.none
        switch input.form {
        case .text: break
        case .integer: placeholder = "N"
        case .date: placeholder = "DATE"
        case .flag: isFlag = true
        case .choice(let words): completion = .choice(words)
        case .file: (placeholder, completion) = ("FILE", .file)
        }
        return CommandParameter(
            input.name, isFlag ? .flag : .option, placeholder: placeholder, help: input.help, required: input.isRequired && !isFlag,
            completion: completion)
    }

    /// By id; else by the value of a unique key.
    /// - Throws: `KIND-not-found`.
    private static func id(_ call: CommandCall, _ session: Session) async throws(EngineError) -> Int64 {
        let kind = E.kind, text = call[kind.name] ?? ""
        if let id = Int64(text), kind.uniqueKeys.isEmpty { return id }
        if let id = Int64(text), try await session.entity(E.self, .id(id)) != nil { return id }
        for key in kind.uniqueKeys {
            if let found = try await session.entity(E.self, .key(key.name, value: text)) { return found.id }
        }
        throw EngineError(.notFound, "\(kind.name)-not-found", "there is no \(kind.name) “\(text)”; see \(kind.name) list")
    }
}

extension Danger {
    fileprivate init(_ danger: CommandDanger) {
        self =
            switch danger {
            case .none: .none
            case .confirm: .confirm
            case .typedName: .typedName
            }
    }
}

extension EngineError {
    fileprivate init(refused refusal: Refusal) {
        let kind: Kind =
            switch refusal.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .refused: .refused
            }
        self.init(kind, refusal.code, refusal.message)
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
