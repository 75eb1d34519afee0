// Which keys run which commands, by context. The commands are only names here.

/// One key sequence of one context.
public struct KeyBinding: Hashable, Sendable {
    public let keys: KeySequence
    /// The command line to run, for instance `pane.open queues`.
    public let run: String
    /// What help says; nil leaves it to the command.
    public let description: String?

    public init(keys: KeySequence, run: String, description: String? = nil) {
        self.keys = keys
        self.run = run
        self.description = description
    }

    /// The command without its arguments.
    public var command: String { String(run.prefix(while: { $0 != " " })) }
}

/// All bindings by context name, in the order of the file.
public struct Keymap: Hashable, Sendable {
    public private(set) var contexts: [String: [KeyBinding]]

    public init(contexts: [String: [KeyBinding]] = [:]) { self.contexts = contexts }

    /// The keymap that ships with the product, keymaps/default.yaml.
    public static let standard: Keymap =
        parse(String(decoding: PackageResources.default_yaml, as: UTF8.self), file: "keymaps/default.yaml").keymap

    /// Binds keys in a context, instead of what they did there.
    public mutating func bind(_ binding: KeyBinding, in context: String) {
        unbind(binding.keys, in: context)
        contexts[context, default: []].append(binding)
    }

    public mutating func unbind(_ keys: KeySequence, in context: String) {
        contexts[context]?.removeAll { $0.keys == keys }
    }

    /// A binding that counts in a situation, with the inner context that hides it, if one does.
    public struct Active: Hashable, Sendable {
        public let context: String
        public let binding: KeyBinding
        public let shadowedBy: String?
    }

    /// What the keys do when these contexts are active, innermost first: the source of help and hints.
    public func active(in names: [String]) -> [Active] {
        var owner: [KeySequence: String] = [:]
        var result: [Active] = []
        for name in names {
            for binding in contexts[name] ?? [] {
                let hiding = owner[binding.keys]
                result.append(Active(context: name, binding: binding, shadowedBy: hiding == name ? nil : hiding))
                if hiding == nil { owner[binding.keys] = name }
            }
        }
        return result
    }

    /// The shortest keys that run a command in these contexts, innermost first, for hints; nil when none do.
    public func keys(for run: String, in names: [String]) -> KeySequence? {
        active(in: names).filter { $0.binding.run == run && $0.shadowedBy == nil }.map(\.binding.keys)
            .min { $0.chords.count < $1.chords.count }
    }
}
