/// A command of a kind as people give it: `listing publish --name … --price …`.
public struct CommandDeclaration<E: Entity>: Sendable {
    /// After the kind's name; permission `listing.publish`.
    public let verb: String
    /// One line without a full stop.
    public let summary: String
    /// Whether it makes a new entity; all others name one.
    public let isCreation: Bool
    public let inputs: [CommandInput]
    public let danger: CommandDanger
    public let command: @Sendable (CommandArguments) throws(Refusal) -> E.Command

    public init(
        _ verb: String, _ summary: String, isCreation: Bool = false, inputs: [CommandInput] = [], danger: CommandDanger = .none,
        command: @escaping @Sendable (CommandArguments) throws(Refusal) -> E.Command
    ) {
        self.verb = verb
        self.summary = summary
        self.isCreation = isCreation
        self.inputs = inputs
        self.danger = danger
        self.command = command
    }
}

/// What is asked before a command is carried out.
public enum CommandDanger: Sendable, Hashable {
    case none
    /// A dialog names what will happen.
    case confirm
    /// Cannot be undone: the name of the object must be typed.
    case typedName
}

/// A value a command takes.
public struct CommandInput: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        case text
        case integer
        /// `2026-12-25`
        case date
        case flag
        case choice([String])
        /// The contents of a file that the person names.
        case file
    }

    public let name: String
    public let form: Form
    public let help: String
    public let isRequired: Bool

    public init(_ name: String, _ form: Form, _ help: String, isRequired: Bool = true) {
        self.name = name
        self.form = form
        self.help = help
        self.isRequired = isRequired
    }
}

/// What a person gave for a command's inputs, read by the form of each.
public struct CommandArguments: Sendable {
    private let texts: [String: String]
    private let files: [String: (name: String, bytes: [UInt8])]

    public init(_ texts: [String: String], files: [String: (name: String, bytes: [UInt8])] = [:]) {
        self.texts = texts
        self.files = files
    }

    public subscript(name: String) -> String? { texts[name].flatMap { $0.isEmpty ? nil : $0 } }

    public func isSet(_ name: String) -> Bool { texts[name] == "true" }

    /// - Throws: `missing-argument`.
    public func text(_ name: String) throws(Refusal) -> String {
        guard let text = self[name] else { throw Refusal(.invalid, "missing-argument", "--\(name) is missing") }
        return text
    }

    /// - Throws: `missing-argument`, `bad-argument`.
    public func integer(_ name: String) throws(Refusal) -> Int64 {
        let text = try text(name)
        guard let number = Int64(text) else { throw Refusal(.invalid, "bad-argument", "--\(name) takes a whole number, not “\(text)”") }
        return number
    }

    /// - Throws: `missing-argument`.
    public func file(_ name: String) throws(Refusal) -> (name: String, bytes: [UInt8]) {
        guard let file = files[name] else { throw Refusal(.invalid, "missing-argument", "a file is missing for \(name)") }
        return file
    }
}
