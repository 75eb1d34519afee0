import TextCells

/// One column of a table, without its values: what it is called, for people and for machines, and how it gets its width.
public struct Column: Sendable, Hashable {
    /// Stable name: the member in JSON, the field in filters (`status:running`), the argument of `--sort`.
    public let key: String
    public let title: String
    public let alignment: Alignment
    /// 0 is always shown; where room is short the highest go first.
    public let priority: Int
    /// Takes a share of the room that is left; others take what their widest visible value needs.
    public let isFlexible: Bool
    /// A flexible column is not narrower than this while another can go instead.
    public let least: Int
    /// Never drawn, only exported and filtered: what a machine wants to know and a person need not see.
    public let isHidden: Bool

    public init(
        _ key: String, _ title: String, alignment: Alignment = .left, priority: Int = 1, isFlexible: Bool = false,
        least: Int = 18, isHidden: Bool = false
    ) {
        self.key = key
        self.title = title
        self.alignment = alignment
        self.priority = priority
        self.isFlexible = isFlexible
        self.least = least
        self.isHidden = isHidden
    }

    /// The same column, exported but not drawn.
    package var hidden: Column {
        Column(key, title, alignment: alignment, priority: priority, isFlexible: isFlexible, least: least, isHidden: true)
    }
}

/// A column of a pane together with how its value comes out of a row of the engine.
public struct PaneColumn<Source>: Sendable {
    public let column: Column
    public let value: @Sendable (Source) -> CellValue

    public init(
        _ key: String, _ title: String, alignment: Alignment = .left, priority: Int = 1, isFlexible: Bool = false,
        least: Int = 18, isHidden: Bool = false, _ value: @escaping @Sendable (Source) -> CellValue
    ) {
        column = Column(key, title, alignment: alignment, priority: priority, isFlexible: isFlexible, least: least, isHidden: isHidden)
        self.value = value
    }
}
