import Engine

/// A command as data: what it is called, what it takes, how dangerous it is, and what it does. Keys, the `:` prompt, help and
/// the command line are all made from these.
public struct CommandSpec: Sendable {
    /// Stable: `case.start`. Keymaps name it.
    public let id: String
    /// How it is typed: `case start`. Empty for commands that only keys use.
    public let words: [String]
    /// Refused where one may only look.
    package let changes: Bool
    /// One line without a full stop.
    public let summary: String
    /// More, for `--help`; may be empty.
    public let discussion: String
    public let examples: [Example]
    public let parameters: [CommandParameter]
    public let danger: Danger
    /// False when it works without opening a store.
    public let needsStore: Bool
    /// Where that depends on the arguments.
    private let needsStoreFor: (@Sendable (CommandCall) -> Bool)?
    /// Whether it can be done with what is selected, and why not.
    package let availability: @Sendable (CommandSubject) -> Availability
    /// What it does on any face; nil for what only a screen can do.
    package let run: Body?
    public typealias Body = @Sendable (CommandContext, CommandCall) async throws(EngineError) -> CommandResult

    public struct Example: Sendable, Hashable {
        public let line: String
        public let meaning: String

        public init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// - Parameter run: nil for a command that only makes sense on a screen; the screen knows what it does.
    public init(
        id: String, words: [String], changes: Bool = false, summary: String, discussion: String = "", examples: [Example] = [],
        parameters: [CommandParameter] = [],
        danger: Danger = .none, needsStore: Bool = true, needsStoreFor: (@Sendable (CommandCall) -> Bool)? = nil,
        availability: @escaping @Sendable (CommandSubject) -> Availability = { _ in .ready }, run: Body?
    ) {
        self.id = id
        self.words = words
        self.changes = changes
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.parameters = parameters
        self.danger = danger
        self.needsStore = needsStore
        self.needsStoreFor = needsStoreFor
        self.availability = availability
        self.run = run
    }

    /// False for commands that only make sense on a screen.
    public var isOnCommandLine: Bool { run != nil }

    /// Whether a face opens the store before it runs this call.
    public func needsStore(for call: CommandCall) -> Bool { needsStoreFor?(call) ?? needsStore }

    /// `case start NAME [--data XML]`
    public var usage: String { (words + parameters.map(\.usage)).joined(separator: " ") }
}

/// What is asked before a command is carried out.
public enum Danger: Sendable, Hashable {
    case none
    /// A dialog names what will happen; the safe answer is the default.
    case confirm
    /// Cannot be undone: the name of the object must be typed.
    case typedName
}

/// Whether a command makes sense for what is selected.
public enum Availability: Sendable, Hashable {
    case ready
    /// One sentence saying why not.
    case disabled(String)
}

/// The selected row as a command sees it.
public struct CommandSubject: Sendable, Hashable {
    /// By column key; for arguments.
    public let values: [String: CellValue]
    /// Nil where it is not known for sure, as on a page that was opened a while ago: whether something can be done is the engine's to say.
    public let state: RowState?

    public init(_ values: [String: CellValue] = [:], state: RowState? = nil) {
        self.values = values
        self.state = state
    }

    public init(table: Table, row: TableRow?) {
        state = row?.state
        var values =
            row.map { row in
                Dictionary(zip(table.columns, row.cells).map { ($0.key, $1) }, uniquingKeysWith: { first, _ in first })
            } ?? [:]
        // Commands name what they are about by its kind.
        if let row, case .entity(let kind) = row.state { values[kind] = .text(row.id) }
        self.values = values
    }

    /// The value as it would be typed; nil when there is none.
    public func argument(_ key: String) -> String? {
        switch values[key] ?? .none {
        case .text(let text), .word(let text, _): text
        case .integer(let number): String(number)
        default: nil
        }
    }
}
