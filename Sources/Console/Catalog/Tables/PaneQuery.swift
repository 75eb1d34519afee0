/// What a list is asked for: at most so many rows, and the arguments of the pane's own options.
public struct PaneQuery: Sendable, Hashable {
    public var limit: Int
    /// By the name of the pane's option, for instance `case`.
    public var arguments: [String: String]

    public init(limit: Int = 100_000, arguments: [String: String] = [:]) {
        self.limit = limit
        self.arguments = arguments
    }

    public var isOpenOnly: Bool { arguments["open"] != nil }
    public var caseNumber: Int64? { arguments["case"].flatMap { Int64($0) } }
}
