import Engine
import Platform

/// Every command and every pane there is. One registry serves keys, the `:` prompt, help and the command line.
public struct CommandRegistry: Sendable {
    /// In the order in which help lists them.
    public let commands: [CommandSpec]
    public let panes: [Pane]
    /// Those that are not a pane's list.
    private let own: [CommandSpec]
    private let byID: [String: Int]

    public init(commands: [CommandSpec], panes: [Pane]) {
        self.init(own: commands, panes: panes)
    }

    private init(own: [CommandSpec], panes: [Pane]) {
        self.own = own
        self.panes = panes
        commands = own + panes.filter { !$0.isLocal }.map(\.listCommand)
        byID = Dictionary(self.commands.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What the product ships with.
    public static let standard = CommandRegistry(kinds: .standard, commands: CommandCatalog.all, panes: PaneCatalog.all)

    /// With a pane and commands for each kind of entity. What is written by hand wins over what follows from a declaration.
    public init(kinds: KindRegistry, commands: [CommandSpec] = [], panes: [Pane] = []) {
        let taken = Set(commands.map(\.words) + panes.filter { !$0.isLocal }.map(\.list.words))
        let sources = kinds.kinds.map { KindDeclaration.read($0) }
        self.init(
            own: commands + sources.flatMap(\.commands).filter { !taken.contains($0.words) },
            panes: panes + sources.map(\.pane).filter { pane in !taken.contains(pane.list.words) && !panes.contains { $0.id == pane.id } })
    }

    /// The same with further commands, for faces that have some of their own.
    public func adding(_ more: [CommandSpec]) -> CommandRegistry { CommandRegistry(own: own + more, panes: panes) }

    public func command(_ id: String) -> CommandSpec? { byID[id].map { commands[$0] } }

    public func pane(_ name: String) -> Pane? {
        let wanted = name.lowercased()
        return panes.first { $0.id == wanted } ?? panes.first { $0.aliases.contains(wanted) }
    }

    /// Carries out a command. This is what the command line calls.
    /// - Throws: what the engine or the command refuses; `unknown-command` when there is no such command for this face.
    public func run(_ call: CommandCall, in context: CommandContext) async throws(EngineError) -> CommandResult {
        guard let spec = command(call.id), let run = spec.run else {
            throw EngineError(.invalid, "unknown-command", "there is no command “\(call.id)”")
        }
        try spec.check(call)
        var context = context
        context.registry = self
        return try await run(context, call)
    }

    /// The command line that does the same: `mizzen case cancel 7`.
    public func commandLine(for call: CommandCall) -> String {
        guard let spec = command(call.id) else { return call.id }
        return (["mizzen"] + spec.words + spec.words(for: call)).joined(separator: " ")
    }

    /// The command that these words begin with, the longest name first, and the words after it.
    public func match(_ words: [String]) -> (spec: CommandSpec, rest: [String])? {
        let candidates = commands.filter { !$0.words.isEmpty && words.starts(with: $0.words) }
        guard let spec = candidates.max(by: { $0.words.count < $1.words.count }) else {
            // Keymaps write the id: `pane.open queues`.
            guard let first = words.first, let spec = command(first) else { return nil }
            return (spec, Array(words.dropFirst()))
        }
        return (spec, Array(words.dropFirst(spec.words.count)))
    }
}

extension CommandSpec {
    /// - Throws: `missing-argument` naming the first required parameter that has no value.
    package func check(_ call: CommandCall) throws(EngineError) {
        for parameter in parameters where parameter.isRequired && (call[parameter.name] ?? "").isEmpty {
            throw EngineError(
                .invalid, "missing-argument", "\(words.joined(separator: " ")) needs \(parameter.placeholder): \(parameter.help)")
        }
    }

    /// A call's arguments as typed, in the order of the parameters.
    package func words(for call: CommandCall) -> [String] {
        var arguments: [String] = [], options: [String] = []
        var looksLikeOption = false
        for parameter in parameters {
            for value in call.all(parameter.name) {
                let word = ShellWords.quote(value)
                switch parameter.kind {
                case .argument:
                    arguments.append(word)
                    if value.hasPrefix("-"), value != "-" { looksLikeOption = true }
                case .option: options += value.hasPrefix("-") ? ["--\(parameter.name)=\(word)"] : ["--" + parameter.name, word]
                case .flag: options.append("--" + parameter.name)
                }
            }
        }
        return looksLikeOption ? options + ["--"] + arguments : arguments + options
    }
}
