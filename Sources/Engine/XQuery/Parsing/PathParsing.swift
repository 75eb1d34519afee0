import XMLTree

/// Paths, steps and primary expressions.
extension Parser {
    mutating func path() throws(XQueryError) -> any Expression {
        let offset = token.start
        if isSymbol("/") {
            try advance()
            guard try startsStep() else { return PathExpression(start: .root, steps: [], offset: offset) }
            return PathExpression(start: .root, steps: try steps([]), offset: offset)
        }
        if isSymbol("//") {
            try advance()
            guard try startsStep() else { throw unexpected("a step is expected after '//'") }
            return PathExpression(start: .root, steps: try steps([Self.anywhere]), offset: offset)
        }
        let first = try step()
        guard isSymbol("/") || isSymbol("//") else {
            if case .general(let expression) = first { return expression }
            return PathExpression(start: .context, steps: [first], offset: offset)
        }
        if case .general(let expression) = first {
            return PathExpression(start: .expression(expression), steps: try moreSteps([]), offset: offset)
        }
        return PathExpression(start: .context, steps: try moreSteps([first]), offset: offset)
    }

    private static let anywhere = Step.axis(AxisStep(axis: .descendantOrSelf, test: .anyNode, predicates: []))

    private mutating func steps(_ before: [Step]) throws(XQueryError) -> [Step] {
        var steps = before
        Self.append(try step(), to: &steps)
        return try moreSteps(steps)
    }

    private mutating func moreSteps(_ before: [Step]) throws(XQueryError) -> [Step] {
        var steps = before
        while isSymbol("/") || isSymbol("//") {
            if isSymbol("//") { steps.append(Self.anywhere) }
            try advance()
            guard try startsStep() else { throw unexpected("a step is expected after '/'") }
            Self.append(try step(), to: &steps)
        }
        return steps
    }

    /// `//a` without predicates is one walk over the descendants.
    private static func append(_ step: Step, to steps: inout [Step]) {
        if case .axis(let last)? = steps.last, last.axis == .descendantOrSelf, last.test.kind == .node, last.predicates.isEmpty,
            case .axis(let next) = step, next.axis == .child, next.predicates.isEmpty
        {
            steps[steps.count - 1] = .axis(AxisStep(axis: .descendant, test: next.test, predicates: []))
        } else {
            steps.append(step)
        }
    }

    /// Whether a step may begin here: after a lone `/` an operator may follow instead.
    private func startsStep() throws(XQueryError) -> Bool {
        switch token.kind {
        case .name, .anyPrefix, .anyLocal, .expanded, .string, .integer, .decimal, .double: return true
        case .symbol(let symbol):
            return ["*", "@", ".", "..", "(", "$", "<"].contains(symbol)
        case .end: return false
        }
    }

    private mutating func step() throws(XQueryError) -> Step {
        if isSymbol("..") {
            try advance()
            return .axis(AxisStep(axis: .parent, test: .anyNode, predicates: try predicates()))
        }
        if isSymbol("@") {
            try advance()
            let test = try nodeTest(.attribute)
            return .axis(AxisStep(axis: .attribute, test: test, predicates: try predicates()))
        }
        switch token.kind {
        case .symbol("*"), .anyPrefix, .anyLocal:
            let test = try nodeTest(.child)
            return .axis(AxisStep(axis: .child, test: test, predicates: try predicates()))
        case .name(let prefix, let local):
            let next = try peek()
            if prefix.isEmpty, next.kind == .symbol("::") {
                guard let axis = Axis(rawValue: local) else {
                    throw XQueryError(
                        code: local == "namespace" ? "XQST0134" : "XPST0003", message: "'\(local)' is not an axis",
                        offset: token.start, kind: local == "namespace" ? .static : .syntax)
                }
                try advance()
                try advance()
                let test = try nodeTest(axis)
                return .axis(AxisStep(axis: axis, test: test, predicates: try predicates()))
            }
            if next.kind == .symbol("(") {
                if prefix.isEmpty, Self.kindTests.contains(local) {
                    let axis: Axis = local == "attribute" || local == "schema-attribute" ? .attribute : .child
                    let test = try nodeTest(axis)
                    return .axis(AxisStep(axis: axis, test: test, predicates: try predicates()))
                }
                return .general(try filtered(try functionCall()))
            }
            if prefix.isEmpty, let constructor = try computedConstructor(local, next) { return .general(try filtered(constructor)) }
            let test = try nodeTest(.child)
            return .axis(AxisStep(axis: .child, test: test, predicates: try predicates()))
        case .expanded:
            if try peekIsSymbol("(") { return .general(try filtered(try functionCall())) }
            let test = try nodeTest(.child)
            return .axis(AxisStep(axis: .child, test: test, predicates: try predicates()))
        default: return .general(try filtered(try primary()))
        }
    }

    private mutating func predicates() throws(XQueryError) -> [any Expression] {
        var predicates: [any Expression] = []
        while try take("[") {
            predicates.append(try expression())
            try expect("]", "after a predicate")
        }
        return predicates
    }

    private mutating func filtered(_ operand: any Expression) throws(XQueryError) -> any Expression {
        let predicates = try predicates()
        return predicates.isEmpty ? operand : FilterExpression(operand, predicates)
    }

    static let kindTests: Set<String> = [
        "node", "text", "comment", "processing-instruction", "element", "attribute", "document-node", "schema-element", "schema-attribute",
    ]
    /// Names that look like functions and are none.
    private static let reserved: Set<String> = [
        "if", "typeswitch", "switch", "item", "empty-sequence", "function", "map", "array", "namespace-node",
    ]

    private mutating func primary() throws(XQueryError) -> any Expression {
        let offset = token.start
        switch token.kind {
        case .integer(let digits):
            try advance()
            guard digits.utf8.count <= XDecimal.maxDigits else {
                throw .dynamic("FOAR0002", "the number has more than \(XDecimal.maxDigits) digits", offset)
            }
            return Literal(Item(BigInteger(digits: digits.utf8)))
        case .decimal(let digits):
            try advance()
            guard digits.utf8.count <= XDecimal.maxDigits, let value = XDecimal(digits.utf8) else {
                throw .dynamic("FOAR0002", "the number has more than \(XDecimal.maxDigits) digits", offset)
            }
            return Literal(.decimal(value))
        case .double(let digits):
            try advance()
            guard let value = Casting.double(digits) else { throw .syntax("'\(digits)' is not a number", offset) }
            return Literal(.double(value))
        case .string(let text):
            try advance()
            return Literal(.string(text))
        case .symbol("$"):
            let name = try variableName()
            if let local = scope.last(where: { $0.name == name }) { return LocalVariable(slot: local.slot) }
            if let index = globalIndex[name] { return GlobalVariable(index: index, offset: offset) }
            throw .static("XPST0008", "there is no variable $\(name)", offset)
        case .symbol("."):
            try advance()
            return ContextItem(offset: offset)
        case .symbol("("):
            try advance()
            if try take(")") { return SequenceExpression([]) }
            let inner = try expression()
            try expect(")", "to close the parenthesis")
            return inner
        case .symbol("<"): return try directConstructor()
        case .symbol("<<") where lexer.byte(token.start + 1) == 60: throw unexpected("an expression is expected")
        case .symbol("(#"): return try extensionExpression()
        case .name where try peekIsSymbol("("): return try functionCall()
        default: throw unexpected("an expression is expected")
        }
    }

    /// `(# pragma #) { expression }`: no pragma is known, so the expression counts.
    private mutating func extensionExpression() throws(XQueryError) -> any Expression {
        let offset = token.start
        repeat {
            var at = token.end
            while !lexer.hasPrefix("#)", at: at) {
                guard at < lexer.bytes.count else { throw .syntax("a pragma is not closed with '#)'", offset) }
                at += 1
            }
            let name = try lexer.token(from: token.end)
            switch name.kind {
            case .name(let prefix, _): if !prefix.isEmpty { _ = try namespace(prefix, name.start) }
            case .expanded: break
            default: throw .syntax("a pragma needs a name", name.start)
            }
            guard name.end == at || Casting.isSpace(lexer.byte(name.end)) else {
                throw .syntax("a blank is expected after the pragma's name", name.end)
            }
            token = try lexer.token(from: at + 2)
        } while isSymbol("(#")
        try expect("{", "after a pragma")
        guard !isSymbol("}") else { throw .static("XQST0079", "no pragma here is known and there is no expression instead", offset) }
        let inner = try expression()
        try expect("}", "after the expression")
        return inner
    }

    /// `{ expression? }`
    mutating func enclosed() throws(XQueryError) -> any Expression {
        try expect("{", "here")
        if try take("}") { return SequenceExpression([]) }
        let inner = try expression()
        try expect("}", "to close the enclosed expression")
        return inner
    }

    // MARK: Functions

    mutating func functionCall(before: [any Expression] = []) throws(XQueryError) -> any Expression {
        let offset = token.start
        let uri: String, local: String
        switch token.kind {
        case .name(let prefix, let name):
            if prefix.isEmpty, Self.reserved.contains(name) { throw unexpected("an expression is expected") }
            uri = prefix.isEmpty ? context.defaultFunctionNamespace : try namespace(prefix, offset)
            local = name
        case .expanded(let namespace, let name):
            uri = namespace
            local = name
        default: throw unexpected("a function is expected")
        }
        try advance()
        try expect("(", "after the function's name")
        var arguments = before
        if !isSymbol(")") {
            repeat {
                if isSymbol("?") { throw .static("XPST0017", "partial application is not supported", token.start) }
                arguments.append(try single())
            } while try take(",")
        }
        try expect(")", "after the arguments")
        return try call(uri, local, arguments, offset)
    }

    private mutating func call(
        _ uri: String, _ local: String, _ arguments: [any Expression], _ offset: Int
    ) throws(XQueryError) -> any Expression {
        if uri == StaticContext.schema {
            guard arguments.count == 1, let type = AtomicType(rawValue: local), !type.isAbstract else {
                throw .static("XPST0017", "there is no type xs:\(local) to construct from \(arguments.count) arguments", offset)
            }
            return try cast(arguments[0], to: type, optional: true, onlyAsks: false, offset: offset)
        }
        if uri == StaticContext.math { return try Builtins.call("math:" + local, arguments, context, offset) }
        if uri == StaticContext.functions {
            return try Builtins.call(local, arguments, context, offset)
        }
        let key = "{\(uri)}\(local)/\(arguments.count)"
        let index: Int
        if let known = functionIndex[key] {
            index = known
        } else {
            index = functions.count
            functionIndex[key] = index
            functions.append(nil)
        }
        calls.append((key, local, arguments.count, offset))
        return UserFunctionCall(index: index, arguments: arguments, offset: offset)
    }

    func cast(
        _ operand: any Expression, to type: AtomicType, optional: Bool, onlyAsks: Bool, offset: Int
    ) throws(XQueryError) -> any Expression {
        if type == .QName {
            return QNameCast(operand, namespaces: context.namespaces, optional: optional, onlyAsks: onlyAsks, offset: offset)
        }
        return CastExpression(operand, to: type, optional: optional, onlyAsks: onlyAsks, offset: offset)
    }
}
