import ArgumentParser
import Catalog

/// A place in the command tree as a type. The argument parser wants a type for every command; counting in types gives it as
/// many as the registry has commands, so that no command is written down a second time here.
protocol Position: Sendable {
    static var index: Int { get }
}

/// The program itself.
enum Origin: Position {
    static var index: Int { 0 }
}

enum Next<Before: Position>: Position {
    static var index: Int { Before.index + 1 }
}

/// The command at a place of the tree: help, parameters and completion come from the registry, parsing from the argument parser.
///
/// The parser learns a command's parameters by mirroring an instance and reads their values by decoding one; both are given here by
/// hand, from the registry's `CommandParameter`s.
struct TreeCommand<Place: Position>: AsyncParsableCommand, RegistryCommand {
    static var node: CommandTree.Node { CommandTree.current.nodes[Place.index] }

    let call: CommandCall?
    let options: GlobalOptions?

    init() {
        call = nil
        options = nil
    }

    static var configuration: CommandConfiguration {
        let tree = CommandTree.current
        let isProgram = Place.index == 0
        return CommandConfiguration(
            commandName: node.name, abstract: isProgram ? ProgramHelp.abstract : tree.abstract(of: node), usage: tree.usage(of: node),
            discussion: isProgram ? ProgramHelp.discussion : tree.discussion(of: node),
            version: isProgram ? "mizzen \(Version.current)" : "",
            subcommands: node.children.map { treeCommand(at: $0, from: Origin.self) })
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: ParameterKey.self)
        var arguments: [String: [String]] = [:]
        for parameter in Self.node.spec?.parameters ?? [] {
            let values = try ParsedParameter.values(of: parameter, in: container)
            if !values.isEmpty { arguments[parameter.name] = values }
        }
        call = Self.node.spec.map { CommandCall($0.id, arguments) }
        options = try container.decode(OptionGroup<GlobalOptions>.self, forKey: ParameterKey("options")).wrappedValue
    }
}

/// The parser's type for a position of the tree.
func treeCommand<Place: Position>(at index: Int, from place: Place.Type) -> any ParsableCommand.Type {
    index <= Place.index ? TreeCommand<Place>.self : treeCommand(at: index, from: Next<Place>.self)
}

/// What the parser hands back, whichever place of the tree it comes from.
protocol RegistryCommand {
    /// Nil for the program alone or a group without a verb.
    var call: CommandCall? { get }
    var options: GlobalOptions? { get }
    static var node: CommandTree.Node { get }
}

extension TreeCommand: CustomReflectable {
    var customMirror: Mirror {
        var children: [Mirror.Child] = (Self.node.spec?.parameters ?? []).map { ($0.name, ParsedParameter.definition(of: $0)) }
        children.append(("options", OptionGroup<GlobalOptions>()))
        return Mirror(self, children: children, displayStyle: .struct)
    }
}

extension CommandTree {
    /// The tree of the command line that is being read; a task local because the parser makes its commands without context.
    @TaskLocal static var current = CommandTree(.standard)
}
