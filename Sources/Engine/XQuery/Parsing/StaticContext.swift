/// What names mean while a query is parsed.
struct StaticContext {
    static let schema = "http://www.w3.org/2001/XMLSchema"
    static let functions = "http://www.w3.org/2005/xpath-functions"
    static let local = "http://www.w3.org/2005/xquery-local-functions"

    /// Prefix to namespace; "" is the default for elements and types.
    var namespaces: [String: String] = [
        "xml": "http://www.w3.org/XML/1998/namespace", "xs": schema, "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "fn": functions, "local": local,
    ]
    var defaultFunctionNamespace = functions
    var preservesBoundarySpace = false
    var emptyGreatest = false
}

/// A variable of the prolog or one the host supplies, which may have a definition for when it does not.
struct Global: Sendable {
    let name: String
    let type: SequenceType?
    let definition: (any Expression)?
    let slotCount: Int
    var isExternal = false
}
