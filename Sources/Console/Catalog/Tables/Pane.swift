import Engine

/// A pane as a declaration: what it is called, its columns, where its rows come from, what can be done with a row. Everything
/// else (drawing, filter, sort, detail, export, a list command) is generic.
public struct Pane: Sendable {
    public let id: String
    public let title: String
    /// Other names the `:` prompt accepts.
    public let aliases: [String]
    /// The number key that opens it; nil for none.
    public let slot: Int?
    public let columns: [Column]
    public let sort: TableOrder?
    /// The keymap's context that lies over `table` here; nil for none.
    public let keys: String?
    /// Ids of the commands that hints and help show first here; the first is what Enter does.
    public let commands: [String]
    /// What a row is, one and many: `case`, `cases`.
    public let rowNames: (one: String, many: String)
    /// What is said when there are no rows.
    public let empty: String
    /// What to do about that in the console; may be empty.
    public let advice: String
    /// The generated list command.
    public let list: ListCommand
    /// Of the entities it lists; nil where it lists something else.
    let kind: String?
    /// Whether it has a tab of its own; others are opened by name.
    package let hasTab: Bool
    /// The list command where it does more than the generated one.
    let ownList: CommandSpec?
    /// Its rows come from the console itself, not from the store; there is no list command then.
    package let isLocal: Bool
    /// Its newest row comes first and stays in view while the reader is there.
    package let followsNewest: Bool
    package let fetch: @Sendable (Session, PaneQuery) async throws(EngineError) -> [TableRow]
    /// More about one row, in tabs; nil when the row itself says all.
    package let detail: (@Sendable (Session, TableRow) async throws(EngineError) -> [DetailTab])?
    /// The same as it was after an event, by number; nil where rows have no past of their own.
    package let past: (@Sendable (Session, TableRow, Int64) async throws(EngineError) -> [DetailTab])?

    /// `mizzen WORDS [--OPTION …]`
    public struct ListCommand: Sendable {
        public let words: [String]
        public let summary: String
        public let options: [CommandParameter]
        public let limit: Int

        public init(_ words: [String], _ summary: String, options: [CommandParameter] = [], limit: Int = 100_000) {
            self.words = words
            self.summary = summary
            self.options = options
            self.limit = limit
        }
    }

    public init<Source: Sendable>(
        id: String, title: String, aliases: [String] = [], slot: Int? = nil, isLocal: Bool = false, followsNewest: Bool = false,
        kind: String? = nil, hasTab: Bool = true,
        ownList: CommandSpec? = nil, list: ListCommand, columns: [PaneColumn<Source>],
        sort: TableOrder? = nil, keys: String? = nil, commands: [String] = [], rowNames: (one: String, many: String) = ("row", "rows"),
        empty: String, advice: String = "",
        identity: @escaping @Sendable (Source) -> String, state: @escaping @Sendable (Source) -> RowState? = { _ in nil },
        rows: @escaping @Sendable (Session, PaneQuery) async throws(EngineError) -> [Source],
        detail: (@Sendable (Session, TableRow) async throws(EngineError) -> [DetailTab])? = nil,
        past: (@Sendable (Session, TableRow, Int64) async throws(EngineError) -> [DetailTab])? = nil
    ) {
        self.id = id
        self.title = title
        self.aliases = aliases
        self.slot = slot
        self.list = list
        self.isLocal = isLocal
        self.kind = kind
        self.hasTab = hasTab
        self.ownList = ownList
        self.followsNewest = followsNewest
        self.columns = columns.map(\.column)
        self.sort = sort
        self.keys = keys
        self.commands = commands
        self.rowNames = rowNames
        self.empty = empty
        self.advice = advice
        self.detail = detail
        self.past = past
        let values = columns.map(\.value)
        fetch = { session, query async throws(EngineError) in
            try await rows(session, query).map { source in
                TableRow(id: identity(source), cells: values.map { $0(source) }, state: state(source))
            }
        }
    }

    /// The rows there are now, as the source orders them.
    public func table(from session: Session, query: PaneQuery = PaneQuery()) async throws(EngineError) -> Table {
        Table(columns: columns, rows: try await fetch(session, query))
    }
}

/// One tab of a row's detail.
public struct DetailTab: Sendable, Hashable {
    public let title: String
    public let content: Section.Content

    public init(_ title: String, _ content: Section.Content) {
        self.title = title
        self.content = content
    }
}
