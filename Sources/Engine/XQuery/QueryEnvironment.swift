import XMLTree

/// What a query is evaluated over: the document behind `/`.
public enum QueryInput: Sendable {
    case document(XMLDocument)
    case composite(CompositeDocument)
    /// No context item: a path is an error.
    case none
}

/// What an evaluation knows of the world. Nothing else is read: no clock, no file, no environment.
public struct QueryEnvironment: Sendable {
    /// The present moment in milliseconds since 1970-01-01T00:00:00Z; the same all through one evaluation.
    public var now: Int64
    /// The time zone of `current-dateTime()` and of values without one, in minutes east of UTC.
    public var timeZoneMinutes: Int
    public var limits: QueryLimits
    /// Values of the variables the host supplies, by name without `$` (`{uri}local` for one in a namespace).
    public var variables: [String: QueryVariable]

    public init(now: Int64, timeZoneMinutes: Int = 0, limits: QueryLimits = QueryLimits(), variables: [String: QueryVariable] = [:]) {
        self.now = now
        self.timeZoneMinutes = timeZoneMinutes
        self.limits = limits
        self.variables = variables
    }
}

/// The value of a variable the host supplies.
public struct QueryVariable: Sendable {
    enum Content: Sendable {
        case values(Value)
        case documents([XMLDocument])
    }

    let content: Content

    init(_ value: Value) { content = .values(value) }

    public static func text(_ text: String) -> QueryVariable { QueryVariable(.string(text)) }
    public static func integer(_ number: Int) -> QueryVariable { QueryVariable(.integer(number)) }
    public static func double(_ number: Double) -> QueryVariable { QueryVariable(.one(.double(number))) }
    public static func boolean(_ value: Bool) -> QueryVariable { QueryVariable(.boolean(value)) }
    /// The document nodes, in this order.
    public static func documents(_ documents: [XMLDocument]) -> QueryVariable { QueryVariable(documents: documents) }

    private init(documents: [XMLDocument]) { content = .documents(documents) }
}

/// Bounds of one evaluation. Reaching one is an error of kind `limit` with its own code.
public struct QueryLimits: Sendable {
    /// Nodes visited, items produced, comparisons made (MZQL0004).
    public var steps: Int
    /// Nodes constructed (MZQL0005).
    public var nodes: Int
    /// Bytes of one string, and of everything constructed or written (MZQL0006).
    public var bytes: Int
    /// Asked every 1,024 steps; `true` ends the evaluation (MZQL0007): a deadline or a cancelled task.
    public var isInterrupted: (@Sendable () -> Bool)?

    public init(steps: Int = 5_000_000, nodes: Int = 2_000_000, bytes: Int = 8 << 20, isInterrupted: (@Sendable () -> Bool)? = nil) {
        self.steps = steps
        self.nodes = nodes
        self.bytes = bytes
        self.isInterrupted = isInterrupted
    }

    /// Longest query text in UTF-8 bytes (MZQL0001).
    public static let textBytes = 65_536
}
