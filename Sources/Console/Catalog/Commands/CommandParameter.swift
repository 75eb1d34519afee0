/// One argument of a command: for the prompt and the command line to parse and complete, for help to explain.
public struct CommandParameter: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// By position.
        case argument
        /// `--name VALUE`
        case option
        /// `--name`; its value is `true`.
        case flag
    }

    /// What a shell and the prompt may offer while it is typed.
    public enum Completion: Sendable, Hashable {
        case none
        case file
        case specification
        case caseNumber
        case item
        case choice([String])
    }

    public let name: String
    public let kind: Kind
    /// How help writes the value: `NAME`, `FILE`, `name=value`.
    public let placeholder: String
    public let help: String
    public let isRequired: Bool
    public let repeats: Bool
    public let completion: Completion

    public init(
        _ name: String, _ kind: Kind = .argument, placeholder: String? = nil, help: String, required: Bool = false, repeats: Bool = false,
        completion: Completion = .none
    ) {
        self.name = name
        self.kind = kind
        self.placeholder = placeholder ?? name.uppercased()
        self.help = help
        isRequired = required
        self.repeats = repeats
        self.completion = completion
    }

    /// `ITEM`, `[--data XML]`, `FILE…`
    public var usage: String {
        var text =
            switch kind {
            case .argument: placeholder
            case .option: "--\(name) \(placeholder)"
            case .flag: "--\(name)"
            }
        if !isRequired { text = "[\(text)]" }
        return repeats ? text + "…" : text
    }
}
