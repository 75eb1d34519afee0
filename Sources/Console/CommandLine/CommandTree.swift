import Catalog

/// The registry's commands as the tree their words make: `case` with `start`, `list` … below it. Position 0 is the program itself.
struct CommandTree: Sendable {
    struct Node: Sendable {
        /// The word that leads here: `start`.
        let name: String
        /// Nil for a node that only groups others.
        var spec: CommandSpec?
        /// Positions of the nodes below, in the registry's order.
        var children: [Int] = []
    }

    private(set) var nodes: [Node]

    init(_ registry: CommandRegistry) {
        nodes = [Node(name: "mizzen")]
        for spec in registry.commands where spec.isOnCommandLine && !spec.words.isEmpty {
            var position = 0
            for word in spec.words { position = child(word, of: position) }
            nodes[position].spec = spec
        }
    }

    private mutating func child(_ name: String, of parent: Int) -> Int {
        if let known = nodes[parent].children.first(where: { nodes[$0].name == name }) { return known }
        nodes.append(Node(name: name))
        nodes[parent].children.append(nodes.count - 1)
        return nodes.count - 1
    }

    /// One line for help.
    func abstract(of node: Node) -> String {
        node.spec?.summary ?? node.children.map { nodes[$0].name }.joined(separator: ", ")
    }

    /// How the command is typed; nil for a group, whose usage the parser knows best.
    func usage(of node: Node) -> String? { node.spec.map { "mizzen \($0.usage) [options]" } }

    /// What the registry says about the command beyond one line, its examples last.
    func discussion(of node: Node) -> String {
        guard let spec = node.spec else { return "" }
        var parts = spec.discussion.isEmpty ? [] : [spec.discussion]
        if !spec.examples.isEmpty {
            let lines = spec.examples.map { "  \($0.line)\n      \($0.meaning)" }
            parts.append("EXAMPLES:\n" + lines.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    /// The first word that names no command, with the names there are at its place; nil when the words lead somewhere or options
    /// come between them.
    func stray(in arguments: [String]) -> (word: String, known: [String])? {
        var node = nodes[0]
        for word in arguments {
            if word.hasPrefix("-") || node.spec != nil || word == "help" { return nil }
            guard let next = node.children.first(where: { nodes[$0].name == word }) else {
                return (word, node.children.map { nodes[$0].name })
            }
            node = nodes[next]
        }
        return nil
    }

    /// Every command with its position, for checks.
    var commands: [(position: Int, spec: CommandSpec)] {
        nodes.enumerated().compactMap { position, node in node.spec.map { (position, $0) } }
    }
}
