/// Functions about the whole sequence and errors; `true`, `not`, `count` are expressions of their own.
enum BooleanFunctions {
    static let all: [Builtin] = [
        Builtin("error", 0 ... 3, error), Builtin("trace", 1 ... 2, trace),
    ]

    private static func error(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        var code = "FOER0000"
        if let first = a.first?.first {
            guard case .qname(let name) = first else { throw .type("an error code must be an xs:QName") }
            code = name.local
            c.raised = (name, a.count > 2 ? a[2] : .empty)
        } else if a.count == 1 {
            throw .type("an error code must be an xs:QName")
        }
        throw .dynamic(code, a.count > 1 ? try c.requiredString(a[1]) : "the query raised an error")
    }

    /// Gives its first argument; there is nowhere to write to.
    private static func trace(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { a[0] }
}
