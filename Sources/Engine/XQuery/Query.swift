import XMLTree

/// A compiled XQuery expression: immutable, shared between threads, evaluated any number of times.
public struct Query: Sendable {
    public enum Use: Sendable {
        case expression
        /// The whole expression's effective boolean value, as `boolean(…)` around it would give.
        case predicate
    }

    /// The text it was compiled from; error offsets point into it.
    public let text: String
    let program: Program

    /// Parses and checks an expression: syntax, unknown variables and functions, numbers of arguments.
    /// `variables` names those the host will supply, `namespaces` maps prefixes the text may use undeclared ("" for elements).
    public static func compile(
        _ text: String, as use: Use = .expression, variables: [String] = [],
        namespaces: [String: String] = [:]
    ) throws(XQueryError) -> Query {
        Query(text: text, program: try Program.compile(text, as: use, variables: variables, namespaces: namespaces))
    }

    /// How it is run: the common shape it has, or "general".
    public var plan: String { program.fastPath?.description ?? "general" }

    /// Fits the stack of any thread; a query that nests deeper is run on a thread of its own.
    public var isShallow: Bool { program.isShallow }

    /// The result as the data of one variable: exactly one element. As if it had been written out and read again, so white space
    /// alone between tags, comments and instructions are gone.
    /// Errors of its own: MZQE0001 nothing, MZQE0002 several, MZQE0003 text, attribute or value instead of an element.
    public func element(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> XMLDocument {
        try program.element(over: input, in: environment)
    }

    /// The result as a list of elements, none allowed: the instances of a multiple instance task. MZQE0003 for anything else.
    public func elements(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> [XMLDocument] {
        try program.elements(over: input, in: environment)
    }

    /// The effective boolean value of the result.
    public func truth(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> Bool {
        try program.truth(over: input, in: environment)
    }

    /// The result serialized: no declaration, no indentation, atomic values joined by one space.
    public func string(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> String {
        try program.string(over: input, in: environment)
    }
}
