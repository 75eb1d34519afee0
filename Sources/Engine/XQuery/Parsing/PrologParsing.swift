/// Version declaration, prolog and the whole query.
extension Parser {
    mutating func module(as use: Query.Use, variables: [String], namespaces: [String: String] = [:]) throws(XQueryError) -> Program {
        context.namespaces.merge(namespaces) { $1 }
        for name in variables {
            globalIndex[name] = globals.count
            globals.append(Global(name: name, type: nil, definition: nil, slotCount: 0, isExternal: true))
        }
        try version()
        try prolog()
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
            throw .static(
                "XPST0017", "there is no function \(call.name) with \(call.arity) argument\(call.arity == 1 ? "" : "s")", call.offset)
        }
        var program = Program(
            body: use == .predicate ? Predicate(body) : body, slotCount: slotCount, globals: globals,
            functions: functions.compactMap { $0 },
            isShallow: functions.isEmpty && mostNested <= DeepStack.inlineNesting)
        program.copying = context.copying
        return program
    }

    private mutating func version() throws(XQueryError) {
        guard isName("xquery") else { return }
        let next = try peek().kind
        guard next == .name(prefix: "", local: "version") || next == .name(prefix: "", local: "encoding") else { return }
        try advance()
        if try takeName("version") {
            let offset = token.start
            let version = try stringLiteral()
            guard ["1.0", "3.0", "3.1"].contains(version) else {
                throw .static("XQST0031", "XQuery version \(version) is not supported", offset)
            }
        }
        if try takeName("encoding") {
            let offset = token.start
            let encoding = try stringLiteral().utf8
            let isName = encoding.first.map { 97 ... 122 ~= $0 | 32 } ?? false
            guard isName, encoding.allSatisfy({ (97 ... 122 ~= $0 | 32) || 48 ... 57 ~= $0 || $0 == 45 || $0 == 46 || $0 == 95 }) else {
                throw .static("XQST0087", "an encoding has a name of letters, digits, '.', '_' and '-'", offset)
            }
        }
        try expect(";", "after the version declaration")
    }

    /// The whole prolog: setters and namespaces, then variables, functions and options.
    private mutating func prolog() throws(XQueryError) {
        var seen: Set<String> = []
        var inSecondPart = false
        while isName("declare") || isName("import") {
            guard case .name(let prefix, let word) = try peek().kind, prefix.isEmpty else { return }
            if isName("import") {
                guard word == "schema" || word == "module" else { return }
                throw .static(word == "schema" ? "XQST0009" : "XQST0016", "imports are not supported", token.start)
            }
            let offset = token.start
            switch word {
            case "variable", "function", "option":
                try advance()
                try advance()
                inSecondPart = true
                if word == "variable" { try variable(offset) } else if word == "function" { try function(offset) } else { try option() }
            case "namespace", "default", "boundary-space", "ordering", "construction", "copy-namespaces", "base-uri", "decimal-format":
                guard !inSecondPart else { throw .syntax("'declare \(word)' must come before variables and functions", offset) }
                try advance()
                try advance()
                try setter(word, &seen, offset)
            default: return
            }
            try expect(";", "after the declaration")
        }
    }

    /// Declarations that may stand once: each has an error of its own for the second time.
    private mutating func setter(_ word: String, _ seen: inout Set<String>, _ offset: Int) throws(XQueryError) {
        func once(_ name: String, _ code: String, _ seen: inout Set<String>) throws(XQueryError) {
            guard seen.insert(name).inserted else { throw .static(code, "\(name) is declared twice", offset) }
        }
        switch word {
        case "namespace":
            guard case .name(let none, let name) = token.kind, none.isEmpty else { throw unexpected("a prefix is expected") }
            try advance()
            try expect("=", "after the prefix")
            let uri = try stringLiteral()
            guard name != "xml", name != "xmlns", uri != StaticContext.xml, uri != StaticContext.xmlns else {
                throw .static("XQST0070", "the prefix '\(name)' cannot be declared so", offset)
            }
            try once("the namespace prefix '\(name)'", "XQST0033", &seen)
            context.namespaces[name] = uri.isEmpty ? nil : uri
        case "default": try defaultSetter(&seen, offset, once)
        case "boundary-space":
            try once("boundary-space", "XQST0068", &seen)
            context.preservesBoundarySpace = try choice("preserve", "strip")
        case "ordering":
            try once("ordering", "XQST0065", &seen)
            // Either way results come in order.
            _ = try choice("ordered", "unordered")
        case "construction":
            try once("construction", "XQST0067", &seen)
            // Without schema types there is nothing to preserve or strip.
            _ = try choice("preserve", "strip")
        case "copy-namespaces":
            try once("copy-namespaces", "XQST0055", &seen)
            context.copying.preserves = try choice("preserve", "no-preserve")
            try expect(",", "between the two modes")
            context.copying.inherits = try choice("inherit", "no-inherit")
        case "decimal-format": try decimalFormat(&seen, offset)
        default:
            try once("base-uri", "XQST0032", &seen)
            context.baseURI = try stringLiteral()
        }
    }

    private mutating func decimalFormat(_ seen: inout Set<String>, _ offset: Int, isDefault: Bool = false) throws(XQueryError) {
        var key = ""
        if !isDefault {
            switch token.kind {
            case .name(let prefix, let local): key = prefix.isEmpty ? local : "{\(try namespace(prefix, token.start))}\(local)"
            case .expanded(let uri, let local): key = uri.isEmpty ? local : "{\(uri)}\(local)"
            default: throw unexpected("the name of a decimal format is expected")
            }
            try advance()
        }
        guard seen.insert("decimal-format " + key).inserted else {
            throw .static("XQST0111", "the decimal format is declared twice", offset)
        }
        var format = DecimalFormat(), properties: Set<String> = []
        while case .name(let prefix, let property) = token.kind, prefix.isEmpty {
            let place = token.start
            try advance()
            try expect("=", "after the property")
            guard properties.insert(property).inserted else { throw .static("XQST0114", "the property '\(property)' is set twice", place) }
            guard try format.set(property, try stringLiteral(), place) else { throw .syntax("there is no property '\(property)'", place) }
        }
        try format.check(offset)
        context.decimalFormats[key] = format
    }

    private mutating func defaultSetter(
        _ seen: inout Set<String>, _ offset: Int,
        _ once: (String, String, inout Set<String>) throws(XQueryError) -> Void
    ) throws(XQueryError) {
        if isName("element") || isName("function") {
            let isElement = isName("element")
            try advance()
            try expectName("namespace", "here")
            let uri = try stringLiteral()
            guard uri != StaticContext.xml, uri != StaticContext.xmlns else {
                throw .static("XQST0070", "that namespace cannot be a default", offset)
            }
            try once("the default \(isElement ? "element" : "function") namespace", "XQST0066", &seen)
            if isElement { context.namespaces[""] = uri } else { context.defaultFunctionNamespace = uri }
        } else if try takeName("decimal-format") {
            try decimalFormat(&seen, offset, isDefault: true)
        } else if try takeName("order") {
            try once("the default order", "XQST0069", &seen)
            try expectName("empty", "after 'order'")
            context.emptyGreatest = try choice("greatest", "least")
        } else if try takeName("collation") {
            try once("the default collation", "XQST0038", &seen)
            let place = token.start
            try Collation.check(try stringLiteral(), code: "XQST0038", place)
        } else {
            throw unexpected("a default that can be declared is expected")
        }
    }

    /// `true` for the first word, `false` for the second.
    private mutating func choice(_ first: String, _ second: String) throws(XQueryError) -> Bool {
        if try takeName(first) { return true }
        try expectName(second, "here, or '\(first)'")
        return false
    }

    /// Options are for other processors; only their form is checked.
    private mutating func option() throws(XQueryError) {
        switch token.kind {
        case .name(let prefix, _): if !prefix.isEmpty { _ = try namespace(prefix, token.start) }
        case .expanded: break
        default: throw unexpected("the name of an option is expected")
        }
        try advance()
        _ = try stringLiteral()
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
        let isAnnounced = globalIndex[name].map { globals[$0].isExternal && isName("external") } ?? true
        guard isAnnounced, declaredVariables.insert(name).inserted else {
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
        if let announced = globalIndex[name] {
            globals[announced] = global
        } else {
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
        guard
            ![
                StaticContext.functions, StaticContext.schema, StaticContext.xml, "http://www.w3.org/2001/XMLSchema-instance",
                "http://www.w3.org/2005/xpath-functions/math",
            ].contains(uri)
        else {
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
