/// What names mean while a query is parsed.
struct StaticContext {
    static let schema = "http://www.w3.org/2001/XMLSchema"
    static let functions = "http://www.w3.org/2005/xpath-functions"
    static let xml = "http://www.w3.org/XML/1998/namespace"
    static let xmlns = "http://www.w3.org/2000/xmlns/"
    static let errors = "http://www.w3.org/2005/xqt-errors"
    static let math = "http://www.w3.org/2005/xpath-functions/math"
    static let local = "http://www.w3.org/2005/xquery-local-functions"

    /// Prefix to namespace; "" is the default for elements and types.
    var namespaces: [String: String] = [
        "xml": xml, "xs": schema, "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "fn": functions, "local": local, "err": errors, "math": math,
    ]
    var defaultFunctionNamespace = functions
    var preservesBoundarySpace = false
    var emptyGreatest = false
    /// Declared on the direct constructors around the place being read, innermost last: an element made there has them in scope.
    var enclosing: [(prefix: String, uri: String)] = []
    var copying = NamespaceCopying()
    var baseURI: String?
    /// By name as a variable's; "" is the default.
    var decimalFormats: [String: DecimalFormat] = [:]
}

/// What becomes of the namespaces of an element that is copied into another (`declare copy-namespaces`).
struct NamespaceCopying: Sendable {
    /// Those it has in scope come along even when no name uses them.
    var preserves = true
    /// Those of its new surroundings come into scope.
    var inherits = true

    var isDefault: Bool { preserves && inherits }
}

/// A variable of the prolog or one the host supplies, which may have a definition for when it does not.
struct Global: Sendable {
    let name: String
    let type: SequenceType?
    let definition: (any Expression)?
    let slotCount: Int
    var isExternal = false
}
