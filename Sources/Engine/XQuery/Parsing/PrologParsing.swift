/// Version declaration, prolog and the whole query.
extension Parser {
    mutating func module(as use: Query.Use, variables: [String], namespaces: [String: String] = [:]) throws(XQueryError) -> Program {
        context.namespaces.merge(namespaces) { $1 }
        for name in variables {
            globalIndex[name] = globals.count
            globals.append(Global(name: name, type: nil, definition: nil, slotCount: 0, isExternal: true))
        }
        try version()
        while isName("declare") || isName("import") {
            guard try declaration() else { break }
        }
        slotCount = 0
        nextSlot = 0
        guard token.kind != .end else { throw .syntax("the query is empty", token.start) }
        let body = use == .predicate ? try single() : try expression()
        if use == .predicate, isSymbol(",") {
            throw .static("XPST0017", "a condition is one expression; the comma makes it several", token.start)
        }
        guard token.kind == .end else { throw unexpected("the end of the query is expected") }
        let mostNested = deepest
        for call in calls where functions[functionIndex[call.key] ?? 0] == nil {
            throw .static("XPST0017", "there is no function \(call.name) with \(call.arity) argument\(call.arity == 1 ? "" : "s")", call.offset)
        }
        return Program(body: use == .predicate ? Predicate(body) : body, slotCount: slotCount, globals: globals, functions: functions.compactMap { $0 },
                       isShallow: functions.isEmpty && mostNested <= DeepStack.inlineNesting)
    }

    private mutating func version() throws(XQueryError) {
        guard isName("xquery"), case .name(_, "version") = try peek().kind else { return }
        try advance()
        try advance()
        guard case .string(let version) = token.kind else { throw unexpected("a version is expected") }
        guard ["1.0", "3.0", "3.1"].contains(version) else { throw .static("XQST0031", "XQuery version \(version) is not supported", token.start) }
        try advance()
        if try takeName("encoding") {
            guard case .string = token.kind else { throw unexpected("an encoding is expected") }
            try advance()
        }
        try expect(";", "after the version declaration")
    }

    /// One declaration of the prolog; `false` when the word begins the query instead.
    private mutating func declaration() throws(XQueryError) -> Bool {
        guard case .name(let prefix, let word) = try peek().kind, prefix.isEmpty else { return false }
        let offset = token.start
        if isName("import") {
            throw .static(word == "schema" ? "XQST0009" : "XQST0016", "imports are not supported", offset)
        }
        switch word {
        case "namespace":
            try advance()
            try advance()
            guard case .name(let none, let name) = token.kind, none.isEmpty else { throw unexpected("a prefix is expected") }
            try advance()
            try expect("=", "after the prefix")
            let uri = try stringLiteral()
            guard name != "xml", name != "xmlns" else { throw .static("XQST0070", "the prefix '\(name)' cannot be declared", offset) }
            context.namespaces[name] = uri.isEmpty ? nil : uri
        case "default":
            try advance()
            try advance()
            if try takeName("element") {
                try expectName("namespace", "after 'element'")
                context.namespaces[""] = try stringLiteral()
            } else if try takeName("function") {
                try expectName("namespace", "after 'function'")
                context.defaultFunctionNamespace = try stringLiteral()
            } else if try takeName("order") {
                try expectName("empty", "after 'order'")
                context.emptyGreatest = try takeName("greatest")
                if !context.emptyGreatest { try expectName("least", "after 'empty'") }
            } else if try takeName("collation") {
                let place = token.start
                try Collation.check(try stringLiteral(), code: "XQST0038", place)
            } else {
                throw unexpected("a default that can be declared is expected")
            }
        case "boundary-space":
            try advance()
            try advance()
            context.preservesBoundarySpace = try takeName("preserve")
            if !context.preservesBoundarySpace { try expectName("strip", "after 'boundary-space'") }
        case "ordering", "construction", "copy-namespaces", "base-uri", "option":
            // They change nothing that a query here could notice.
            while !isSymbol(";") {
                guard token.kind != .end else { throw unexpected("';' is expected after the declaration") }
                try advance()
            }
        case "variable":
            try advance()
            try advance()
            try variable(offset)
        case "function":
            try advance()
            try advance()
            try function(offset)
        default: return false
        }
        try expect(";", "after the declaration")
        return true
    }

    private mutating func stringLiteral() throws(XQueryError) -> String {
        guard case .string(let text) = token.kind else { throw unexpected("a string is expected") }
        try advance()
        return text
    }

    private mutating func variable(_ offset: Int) throws(XQueryError) {
        let name = try variableName()
        let type = try typeDeclaration()
        // A declaration may repeat what the host announced, to say its type; nothing else may be there twice.
        guard globalIndex[name].map({ globals[$0].isExternal && globals[$0].type == nil && isName("external") }) ?? true else {
            throw .static("XQST0049", "the variable $\(name) is declared twice", offset)
        }
        let isExternal = try takeName("external")
        var definition: (any Expression)?
        (nextSlot, slotCount) = (0, 0)
        if !isExternal || isSymbol(":=") {
            try expect(":=", "after the variable")
            definition = try single()
        }
        let global = Global(name: name, type: type, definition: definition, slotCount: slotCount, isExternal: isExternal)
        if let announced = globalIndex[name] { globals[announced] = global } else {
            globalIndex[name] = globals.count
            globals.append(global)
        }
    }

    private mutating func function(_ offset: Int) throws(XQueryError) {
        let uri: String, local: String
        switch token.kind {
        case .name(let prefix, let name):
            uri = prefix.isEmpty ? context.defaultFunctionNamespace : try namespace(prefix, token.start)
            local = name
        case .expanded(let namespace, let name):
            uri = namespace
            local = name
        default: throw unexpected("the name of a function is expected")
        }
        guard !uri.isEmpty else { throw .static("XQST0060", "a declared function must be in a namespace, such as local:\(local)", offset) }
        guard uri != StaticContext.functions, uri != StaticContext.schema, uri != context.namespaces["xml"] else {
            throw .static("XQST0045", "functions cannot be declared in that namespace; use local:\(local)", offset)
        }
        try advance()
        try expect("(", "after the function's name")
        let outer = scope
        scope = []
        (nextSlot, slotCount) = (0, 0)
        let outerDeepest = deepest
        deepest = 0
        var parameters: [Function.Parameter] = []
        if !isSymbol(")") {
            repeat {
                let place = token.start
                let name = try variableName()
                guard !parameters.contains(where: { $0.name == name }) else {
                    throw .static("XQST0039", "the parameter $\(name) occurs twice", place)
                }
                _ = declare(name)
                parameters.append(Function.Parameter(name: name, type: try typeDeclaration()))
            } while try take(",")
        }
        try expect(")", "after the parameters")
        let result = try typeDeclaration()
        guard !isName("external") else { throw .static("XPST0017", "external functions are not supported", token.start) }
        let body = try enclosed()
        let function = Function(name: local, parameters: parameters, result: result, body: body, slotCount: slotCount, nesting: deepest)
        scope = outer
        deepest = outerDeepest
        let key = "{\(uri)}\(local)/\(parameters.count)"
        if let index = functionIndex[key] {
            guard functions[index] == nil else { throw .static("XQST0034", "the function \(local) is declared twice", offset) }
            functions[index] = function
        } else {
            functionIndex[key] = functions.count
            functions.append(function)
        }
    }
}
