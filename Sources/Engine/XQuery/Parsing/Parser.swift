import XMLTree

/// Reads a query by recursive descent. Nesting is counted, so no text can exhaust the stack; chains of operators, steps and
/// predicates are loops.
struct Parser {
    /// Deepest nesting of expressions within each other (MZQL0002); real mappings need ten.
    static let maxNesting = 256

    /// The bound for this attempt: a first one on the caller's stack stops early.
    let nestingLimit: Int
    let lexer: Lexer
    var token: Token
    var context = StaticContext()
    /// Variables in force, innermost last: name and slot.
    var scope: [(name: String, slot: Int)] = []
    var nextSlot = 0
    var slotCount = 0
    var nesting = 0
    var deepest = 0
    var globals: [Global] = []
    var globalIndex: [String: Int] = [:]
    var declaredVariables: Set<String> = []
    var functions: [Function?] = []
    var functionIndex: [String: Int] = [:]
    /// Functions called, with the place of the first call, to be declared somewhere.
    var calls: [(key: String, name: String, arity: Int, offset: Int)] = []

    init(_ text: String, nestingLimit: Int) throws(XQueryError) {
        self.nestingLimit = nestingLimit
        lexer = Lexer(text)
        token = try lexer.token(from: 0)
    }

    // MARK: Tokens

    mutating func advance() throws(XQueryError) { token = try lexer.token(from: token.end) }

    func isSymbol(_ text: String) -> Bool {
        if case .symbol(let symbol) = token.kind { return symbol == text }
        return false
    }

    func isName(_ text: String) -> Bool { token.kind == .name(prefix: "", local: text) }

    mutating func take(_ symbol: String) throws(XQueryError) -> Bool {
        guard isSymbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func takeName(_ name: String) throws(XQueryError) -> Bool {
        guard isName(name) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: String, _ where_: String) throws(XQueryError) {
        guard try take(symbol) else { throw unexpected("'\(symbol)' is expected \(where_)") }
    }

    mutating func expectName(_ name: String, _ where_: String) throws(XQueryError) {
        guard try takeName(name) else { throw unexpected("'\(name)' is expected \(where_)") }
    }

    func unexpected(_ message: String) -> XQueryError {
        .syntax(message + ", but \(found) follows", token.start)
    }

    private var found: String {
        switch token.kind {
        case .end: "the end"
        default: "'\(lexer.text(token.start, min(token.end, token.start + 40)))'"
        }
    }

    /// The token after the current one.
    func peek() throws(XQueryError) -> Token { try lexer.token(from: token.end) }

    func peekIsSymbol(_ symbol: String) throws(XQueryError) -> Bool { try peek().kind == .symbol(symbol) }

    // MARK: Scope

    mutating func declare(_ name: String) -> Int {
        let slot = nextSlot
        nextSlot += 1
        slotCount = max(slotCount, nextSlot)
        scope.append((name, slot))
        return slot
    }

    /// Ends the scope of everything declared since. Slots are not used again: `order by` may still hold on to them.
    mutating func leaveScope(to count: Int) { scope.removeLast(scope.count - count) }

    /// Call at the start of every construct that can contain itself, paired with `leave`.
    mutating func enter() throws(XQueryError) {
        nesting += 1
        deepest = max(deepest, nesting)
        guard nesting <= nestingLimit else {
            throw XQueryError(
                code: "MZQL0002", message: "expressions are nested deeper than \(nestingLimit)", offset: token.start, kind: .limit)
        }
    }

    mutating func leave() { nesting -= 1 }

    // MARK: Names

    /// A name used where it denotes an element or type without prefix: the default namespace applies.
    func elementName(_ prefix: String, _ local: String, _ offset: Int) throws(XQueryError) -> XMLName {
        XMLName(local, namespace: prefix.isEmpty ? context.namespaces[""] ?? "" : try namespace(prefix, offset), prefix: prefix)
    }

    func namespace(_ prefix: String, _ offset: Int) throws(XQueryError) -> String {
        guard let uri = context.namespaces[prefix] else {
            throw .static("XPST0081", "the namespace prefix '\(prefix)' is not declared", offset)
        }
        return uri
    }

    /// The variable name after `$` in a form that compares: `{uri}local` or `local`.
    mutating func variableName() throws(XQueryError) -> String {
        try expect("$", "before a variable name")
        let offset = token.start
        let name: String
        switch token.kind {
        case .name(let prefix, let local): name = prefix.isEmpty ? local : "{\(try namespace(prefix, offset))}\(local)"
        case .expanded(let uri, let local): name = uri.isEmpty ? local : "{\(uri)}\(local)"
        default: throw unexpected("a variable name is expected after '$'")
        }
        try advance()
        return name
    }

    // MARK: Expressions

    /// `a, b, c`
    mutating func expression() throws(XQueryError) -> any Expression {
        let first = try single()
        guard isSymbol(",") else { return first }
        var operands = [first]
        while try take(",") { operands.append(try single()) }
        return SequenceExpression(operands)
    }

    /// One expression without comma.
    mutating func single() throws(XQueryError) -> any Expression {
        try enter()
        defer { leave() }
        if case .name(let prefix, let local) = token.kind, prefix.isEmpty, let keyword = try keywordExpression(local) { return keyword }
        return try operators(above: 0)
    }

    private mutating func keywordExpression(_ word: String) throws(XQueryError) -> (any Expression)? {
        switch word {
        case "for", "let": return try peekIsSymbol("$") ? try flwor() : nil
        case "some", "every": return try peekIsSymbol("$") ? try quantified(isEvery: word == "every") : nil
        case "if": return try peekIsSymbol("(") ? try conditional() : nil
        case "typeswitch": return try peekIsSymbol("(") ? try typeswitch() : nil
        case "switch": return try peekIsSymbol("(") ? try `switch`() : nil
        case "try": return try peekIsSymbol("{") ? try tryCatch() : nil
        default: return nil
        }
    }

    private mutating func tryCatch() throws(XQueryError) -> any Expression {
        try advance()
        let body = try enclosed()
        var branches: [TryCatch.Branch] = []
        while isName("catch") {
            try advance()
            var tests: [NodeTest] = []
            repeat { tests.append(try nodeTest(.child, defaultNamespace: "")) } while try take("|")
            let outer = scope.count
            let slots = TryCatch.variables.map { declare("{\(StaticContext.errors)}\($0)") }
            branches.append(TryCatch.Branch(tests: tests, slots: slots, handler: try enclosed()))
            leaveScope(to: outer)
        }
        guard !branches.isEmpty else { throw unexpected("'catch' is expected after 'try'") }
        return TryCatch(body, branches)
    }

    private mutating func conditional() throws(XQueryError) -> any Expression {
        try advance()
        try expect("(", "after 'if'")
        let condition = try expression()
        try expect(")", "after the condition of 'if'")
        try expectName("then", "after the condition of 'if'")
        let then = try single()
        try expectName("else", "after the first branch of 'if'")
        return IfExpression(condition, then: then, otherwise: try single())
    }

    private mutating func flwor() throws(XQueryError) -> any Expression {
        let outer = scope.count, outerNesting = nesting
        defer { nesting = outerNesting }
        var clauses: [Flwor.Clause] = []
        while true {
            let offset = token.start
            if isName("for"), try peekIsSymbol("$") {
                try advance()
                repeat { clauses.append(try forClause()) } while try take(",")
            } else if isName("let"), try peekIsSymbol("$") {
                try advance()
                repeat {
                    let offset = token.start
                    let name = try variableName()
                    let type = try typeDeclaration()
                    try expect(":=", "in 'let'")
                    let source = try single()
                    try enter()
                    clauses.append(.bind(slot: declare(name), type: type, source: source, name: name, offset: offset))
                } while try take(",")
            } else if try takeName("where") {
                clauses.append(.filter(try single()))
                try enter()
            } else if isName("count"), try peekIsSymbol("$") {
                try advance()
                clauses.append(.count(slot: declare(try variableName())))
            } else if isName("group") {
                try advance()
                try expectName("by", "after 'group'")
                var keys: [(name: String, slot: Int)] = []
                repeat {
                    let key = try groupingKey(&clauses, outer)
                    // A later key of the same name hides the earlier one.
                    keys.removeAll { $0.name == key.name }
                    keys.append(key)
                } while try take(",")
                clauses.append(.group(keys: keys.map(\.slot), slots: Array(Set(scope[outer...].map(\.slot))).sorted(), offset: offset))
            } else if isName("order") || isName("stable") {
                if try takeName("stable") {}
                try expectName("order", "after 'stable'")
                try expectName("by", "after 'order'")
                var keys: [Flwor.OrderKey] = []
                repeat { keys.append(try orderKey()) } while try take(",")
                clauses.append(.order(keys, slots: scope[outer...].map(\.slot), offset: offset))
            } else {
                break
            }
        }
        guard isName("return") else { throw unexpected("'return' or another clause is expected") }
        try advance()
        let result = try single()
        leaveScope(to: outer)
        return Flwor(clauses, result)
    }

    private mutating func forClause() throws(XQueryError) -> Flwor.Clause {
        let offset = token.start
        let name = try variableName()
        let type = try typeDeclaration()
        var allowsEmpty = false
        if try takeName("allowing") {
            try expectName("empty", "after 'allowing'")
            allowsEmpty = true
        }
        var positionName: String?
        if try takeName("at") { positionName = try variableName() }
        if positionName == name { throw .static("XQST0089", "the variable $\(name) is bound twice in one clause", offset) }
        try expectName("in", "in 'for'")
        let source = try single()
        try enter()
        let slot = declare(name)
        let position = positionName.map { declare($0) }
        return .loop(slot: slot, position: position, type: type, allowsEmpty: allowsEmpty, source: source, name: name, offset: offset)
    }

    /// `$k := expression`, or a variable of this expression by its name. Gives its slot.
    private mutating func groupingKey(_ clauses: inout [Flwor.Clause], _ outer: Int) throws(XQueryError) -> (name: String, slot: Int) {
        let offset = token.start
        let name = try variableName()
        let type = try typeDeclaration()
        var slot = scope[outer...].last { $0.name == name }?.slot
        if try take(":=") {
            let source = Atomized(try single())
            let new = declare(name)
            clauses.append(.bind(slot: new, type: type, source: source, name: name, offset: offset))
            slot = new
        } else if type != nil {
            throw unexpected("':=' is expected after the type")
        }
        try collation()
        guard let slot else { throw .static("XQST0094", "$\(name) is not a variable of this 'for' or 'let'", offset) }
        return (name, slot)
    }

    private mutating func collation() throws(XQueryError) {
        guard isName("collation") else { return }
        let offset = token.start
        try advance()
        guard case .string(let uri) = token.kind else { throw unexpected("a collation is expected") }
        try Collation.check(uri, code: "XQST0076", offset)
        try advance()
    }

    private mutating func orderKey() throws(XQueryError) -> Flwor.OrderKey {
        let key = try single()
        let descending = try takeName("descending")
        if !descending { _ = try takeName("ascending") }
        var greatest = context.emptyGreatest
        if try takeName("empty") {
            if try takeName("greatest") {
                greatest = true
            } else {
                try expectName("least", "after 'empty'")
                greatest = false
            }
        }
        try collation()
        return Flwor.OrderKey(expression: key, descending: descending, emptyGreatest: greatest)
    }

    private mutating func quantified(isEvery: Bool) throws(XQueryError) -> any Expression {
        let outer = scope.count, outerNesting = nesting
        defer { nesting = outerNesting }
        try advance()
        var bindings: [Quantified.Binding] = []
        repeat {
            let offset = token.start
            let name = try variableName()
            let type = try typeDeclaration()
            try expectName("in", "after the variable")
            let source = try single()
            try enter()
            bindings.append(Quantified.Binding(slot: declare(name), type: type, name: name, offset: offset, source: source))
        } while try take(",")
        try expectName("satisfies", "after the variables")
        let condition = try single()
        leaveScope(to: outer)
        return Quantified(bindings, condition, isEvery: isEvery)
    }

    private mutating func typeswitch() throws(XQueryError) -> any Expression {
        try advance()
        try expect("(", "after 'typeswitch'")
        let operand = try expression()
        try expect(")", "after the operand of 'typeswitch'")
        var cases: [Typeswitch.Case] = []
        while isName("case") {
            try advance()
            let outer = scope.count
            var variable: String?
            if isSymbol("$") {
                variable = try variableName()
                try expectName("as", "after the variable")
            }
            var types = [try sequenceType()]
            while try take("|") { types.append(try sequenceType()) }
            try expectName("return", "after the type")
            let slot = variable.map { declare($0) }
            cases.append(Typeswitch.Case(types: types, slot: slot, result: try single()))
            leaveScope(to: outer)
        }
        guard !cases.isEmpty else { throw unexpected("'case' is expected in 'typeswitch'") }
        try expectName("default", "after the cases")
        let outer = scope.count
        let slot = isSymbol("$") ? declare(try variableName()) : nil
        try expectName("return", "after 'default'")
        cases.append(Typeswitch.Case(types: [], slot: slot, result: try single()))
        leaveScope(to: outer)
        return Typeswitch(operand, cases)
    }

    private mutating func `switch`() throws(XQueryError) -> any Expression {
        let offset = token.start
        try advance()
        try expect("(", "after 'switch'")
        let operand = try expression()
        try expect(")", "after the operand of 'switch'")
        var cases: [Switch.Case] = []
        while isName("case") {
            var operands: [any Expression] = []
            while try takeName("case") { operands.append(try single()) }
            try expectName("return", "after the value")
            cases.append(Switch.Case(operands: operands, result: try single()))
        }
        guard !cases.isEmpty else { throw unexpected("'case' is expected in 'switch'") }
        try expectName("default", "after the cases")
        try expectName("return", "after 'default'")
        cases.append(Switch.Case(operands: [], result: try single()))
        return Switch(operand, cases, offset: offset)
    }
}
