import ArgumentParser
import Catalog
import Engine

/// The command line: turns arguments into a call of the registry and its answer into text and an exit code. It holds no rule of
/// its own; what a command means is the registry's business.
public struct CommandLineFace: Sendable {
    private let host: CommandLineHost
    private let registry: CommandRegistry

    public init(host: CommandLineHost) {
        self.host = host
        registry = host.registry
    }

    /// Carries out one command line, without the program's name.
    public func run(_ arguments: [String]) async -> Outcome {
        await CommandTree.$current.withValue(CommandTree(registry)) { await answer(arguments) }
    }

    private func answer(_ arguments: [String]) async -> Outcome {
        if let (word, known) = CommandTree.current.stray(in: arguments) {
            return Outcome(
                .usage,
                complaint: "mizzen: there is no command “\(word)” here; there are \(known.joined(separator: ", ")). See mizzen --help.\n")
        }
        let parsed: any ParsableCommand
        do {
            parsed = try await Suggestions.$host.withValue(host) {
                try await TreeCommand<Origin>.asyncParseAsRoot(arguments)
            }
        } catch {
            return answer(toParser: error)
        }
        guard let command = parsed as? any RegistryCommand, let options = command.options else { return help(from: parsed) }
        do {
            guard let call = command.call else { return try await withoutVerb(parsed, options) }
            if call.id == "work", options.output == nil, host.isInteractive { return try await console(options) }
            return try await carryOut(call, options)
        } catch {
            return Self.complaint(error, about: command.call.flatMap { subject(of: error, in: $0) })
        }
    }

    private func carryOut(_ call: CommandCall, _ options: GlobalOptions) async throws(EngineError) -> Outcome {
        let needsStore = registry.command(call.id)?.needsStore(for: call) ?? true
        var house: House?
        let report = try configuration(options)
        if needsStore { house = try await openStore(options, report) }
        var context = CommandContext(
            house: house, request: options.request, isReadOnly: report?.configuration.isOn("read-only") ?? options.readOnly,
            settingsFolder: host.settingsFolder, process: host.process,
            progress: { [progress = host.progress] in progress?.show($0, of: $1) })
        context.configuration = report
        defer { host.progress?.clear() }
        let result = try await registry.run(withStandardInput(call), in: context)
        if let verbatim = result.verbatim, options.output ?? .table == .table, !host.isOutputTerminal {
            return Outcome(.ok, output: verbatim)
        }
        let text =
            switch options.output ?? .table {
            case .json: result.json.text
            case .csv: try csv(result)
            case .table: result.text(width: host.width, clock: context.clock)
            }
        return Outcome(result.isRefusal ? .usage : result.isFailure ? .failure : .ok, output: text.isEmpty ? "" : text + "\n")
    }

    /// Only a list has lines for a spreadsheet.
    private func csv(_ result: CommandResult) throws(EngineError) -> String {
        guard let table = result.table else {
            throw EngineError(.invalid, "no-table", "-o csv is for lists; this answer is none: use -o json")
        }
        let text = table.text(as: .csv, clock: .system)
        return text.hasSuffix("\r\n") ? String(text.dropLast()) : text
    }

    /// `mizzen` alone opens the console where there is a terminal to open it on; a group without a verb names its verbs.
    private func withoutVerb(_ command: any ParsableCommand, _ options: GlobalOptions) async throws(EngineError) -> Outcome {
        if command is TreeCommand<Origin>, host.isInteractive || options.linear { return try await console(options) }
        let tree = CommandTree.current
        let names = { (node: CommandTree.Node) in node.children.map { tree.nodes[$0].name }.joined(separator: ", ") }
        let node = (command as? any RegistryCommand).map { type(of: $0).node } ?? tree.nodes[0]
        let sentence =
            command is TreeCommand<Origin>
            ? "the console needs a terminal on standard input and output; without one name a command: \(names(node)). See mizzen --help."
            : "\(node.name) needs to be told what to do: \(names(node)). See mizzen \(node.name) --help."
        return Outcome(.usage, complaint: "mizzen: " + sentence + "\n")
    }

    private func configuration(_ options: GlobalOptions) throws(EngineError) -> ConfigurationReport? {
        var flags: [String: String] = [:]
        if let store = options.store { flags["store"] = store }
        if let services = options.services { flags["services"] = services }
        if options.readOnly { flags["read-only"] = "true" }
        return try host.readConfiguration?(flags, options.config)
    }

    /// A configuration with mistakes opens nothing: what was meant is not known.
    private func openStore(_ options: GlobalOptions, _ report: ConfigurationReport?) async throws(EngineError) -> House {
        if let wrong = report?.configuration.problems.filter({ $0.severity == .error }), !wrong.isEmpty {
            throw EngineError(
                .invalid, "config-file", "the configuration cannot be used:\n" + wrong.map(\.description).joined(separator: "\n"))
        }
        let store = report?.configuration["store"] ?? options.store ?? ""
        return try await host.openStore(store.isEmpty ? host.defaultStore : store, servicesPlace(options, report))
    }

    private func servicesPlace(_ options: GlobalOptions, _ report: ConfigurationReport?) -> ServicesPlace {
        let named = report?.configuration["services"] ?? options.services ?? ""
        var place = named.isEmpty ? host.services : ServicesPlace(named, isNamed: true)
        place.configuration = report?.configuration
        return place
    }

    /// The console opens on the worklist, which is what `mizzen work` asks for too.
    private func console(_ options: GlobalOptions) async throws(EngineError) -> Outcome {
        let report = try configuration(options)
        let house = try await openStore(options, report)
        return Outcome(
            code: try await host.openConsole(
                house,
                ConsoleWishes(
                    isColourless: options.noColor, isReadOnly: report?.configuration.isOn("read-only") ?? options.readOnly,
                    target: options.pane, isLinear: options.linear, services: servicesPlace(options, report))))
    }

    /// `-`, or `@-` for data, names standard input wherever a file is asked for.
    private func withStandardInput(_ call: CommandCall) -> CommandCall {
        var call = call
        for parameter in registry.command(call.id)?.parameters ?? [] where parameter.completion == .file {
            call.arguments[parameter.name] = call.arguments[parameter.name]?.map {
                $0 == "-" || $0 == "@-" ? $0.replacing("-", with: "/dev/stdin") : $0
            }
        }
        return call
    }

    /// What findings are about: of the files or names that the call was given, the one that the error speaks of.
    private func subject(of error: EngineError, in call: CommandCall) -> String? {
        guard let parameter = (registry.command(call.id)?.parameters ?? []).first(where: { $0.kind == .argument }) else { return nil }
        let given = call.all(parameter.name)
        return given.first { error.message.hasPrefix($0 + " ") } ?? given.first { error.message.contains($0) } ?? given.first
    }

    // MARK: What goes wrong

    /// One sentence, then one line for each finding.
    static func complaint(_ error: EngineError, about subject: String?) -> Outcome {
        var lines = ["mizzen: " + error.message]
        lines += error.findings.map { $0.text(file: subject ?? "specification") }
        return Outcome(ExitStatus(error.kind), complaint: lines.joined(separator: "\n") + "\n")
    }

    /// Help, version and completion scripts reach us as errors too, with the exit code 0; the parser's own code for a wrong usage
    /// is mapped to ours.
    private func answer(toParser error: any Error) -> Outcome {
        let message = TreeCommand<Origin>.fullMessage(for: error, columns: host.width ?? 80)
        if TreeCommand<Origin>.exitCode(for: error).isSuccess { return Outcome(.ok, output: message + "\n") }
        let prefix = "Error: "
        let sentence = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        return Outcome(.usage, complaint: "mizzen: " + sentence + "\n")
    }

    /// The parser's own commands (`help`) say what they have to say when they are run.
    private func help(from command: any ParsableCommand) -> Outcome {
        var command = command
        do {
            try command.run()
            return Outcome(.ok)
        } catch {
            return answer(toParser: error)
        }
    }
}
