import XMLTree

/// What a query compiles to, and the ways to run it.
struct Program: Sendable {
    let body: any Expression
    let slotCount: Int
    let globals: [Global]
    let functions: [Function]
    /// Fits the stack of any thread.
    let isShallow: Bool
    var copying = NamespaceCopying()
    /// The shape it has, if it is one of the common ones.
    var fastPath: (any FastPath)?
    /// `false` only in tests: everything is evaluated step by step then, to be compared.
    var takesShortcuts = true

    static func compile(
        _ text: String, as use: Query.Use, variables: [String], namespaces: [String: String] = [:],
        takingShortcuts: Bool = true
    ) throws(XQueryError) -> Program {
        var program = try parse(text, as: use, variables: variables, namespaces: namespaces)
        program.takesShortcuts = takingShortcuts
        if takingShortcuts && program.copying.isDefault { program.fastPath = FastPaths.recognise(program.body) }
        return program
    }

    private static func parse(
        _ text: String, as use: Query.Use, variables: [String], namespaces: [String: String]
    ) throws(XQueryError) -> Program {
        guard text.utf8.count <= QueryLimits.textBytes else {
            throw XQueryError(
                code: "MZQL0001", message: "the query has \(text.utf8.count) bytes; the limit is \(QueryLimits.textBytes)", kind: .limit)
        }
        do throws(XQueryError) {
            var parser = try Parser(text, nestingLimit: DeepStack.inlineNesting)
            return try parser.module(as: use, variables: variables, namespaces: namespaces)
        } catch {
            guard error.code == "MZQL0002" else { throw error }
        }
        return try DeepStack.run { () throws(XQueryError) in
            var parser = try Parser(text, nestingLimit: Parser.maxNesting)
            return try parser.module(as: use, variables: variables, namespaces: namespaces)
        }
    }

    func truth(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> Bool {
        if let known = fastPath?.truth(over: input, environment.limits) { return known }
        return try run(input, environment) { c throws(XQueryError) in try body.truth(c) }
    }

    func string(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> String {
        if let known = fastPath?.string(over: input, environment.limits) { return known }
        return try run(input, environment, serialized)
    }

    func element(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> XMLDocument {
        if let known = fastPath?.element(over: input, environment.limits) { return known }
        return try run(input, environment, element)
    }

    func elements(over input: QueryInput, in environment: QueryEnvironment) throws(XQueryError) -> [XMLDocument] {
        if let known = fastPath?.elements(over: input, environment.limits) { return known }
        return try run(input, environment) { c throws(XQueryError) in
            var documents: [XMLDocument] = []
            for element in try elements(try body.evaluate(c), c) { documents.append(try c.detached(element).withoutBoundarySpace()) }
            return documents
        }
    }

    private func run<T>(
        _ input: QueryInput, _ environment: QueryEnvironment,
        _ use: (Evaluation) throws(XQueryError) -> T
    ) throws(XQueryError) -> T {
        let evaluation = Evaluation(self, over: input, in: environment)
        if isShallow { return try use(evaluation) }
        return try DeepStack.run { () throws(XQueryError) in try use(evaluation) }
    }

    private func serialized(_ c: Evaluation) throws(XQueryError) -> String { try serialized(try body.evaluate(c), c) }

    func serialized(_ value: Value, _ c: Evaluation) throws(XQueryError) -> String {
        var writer = XMLWriter()
        var afterAtomic = false
        for item in value {
            guard case .node(let node) = item else {
                let text = try c.text(item)
                try c.spend(bytes: text.utf8.count + 1)
                if afterAtomic { writer.text(" ") }
                writer.text(text)
                afterAtomic = true
                continue
            }
            afterAtomic = false
            guard node.attribute == 0 else {
                throw XQueryError(
                    code: "SENR0001", message: "an attribute alone cannot be written out; use string() or data()", kind: .dynamic)
            }
            try c.spend(bytes: c.arena(node).textBytes(below: Int(node.index)))
            if c.isShell(node) {
                writer.write(try c.detached(node).node)
            } else if c.arena(node).namespaces.isEmpty {
                writer.write(c.xmlNode(node))
            } else {
                writer.write(c.xmlNode(node).detached().withoutUndeclaredPrefixes().node)
            }
        }
        return writer.string
    }

    private func element(_ c: Evaluation) throws(XQueryError) -> XMLDocument {
        let elements = try self.elements(try body.evaluate(c), c)
        guard let element = elements.first else {
            throw XQueryError(code: "MZQE0001", message: "the query gives nothing where one element is needed", kind: .dynamic)
        }
        guard elements.count == 1 else {
            throw XQueryError(code: "MZQE0002", message: "the query gives \(elements.count) elements where one is needed", kind: .dynamic)
        }
        return try c.detached(element).withoutBoundarySpace()
    }

    /// The elements a result consists of. White space, comments and instructions beside them would not survive the reading back.
    private func elements(_ value: Value, _ c: Evaluation) throws(XQueryError) -> [Node] {
        var elements: [Node] = []
        for item in value {
            guard case .node(let node) = item else {
                try refuseText(try c.text(item), item.typeName)
                continue
            }
            for node in c.kind(of: node) == .document ? c.children(of: node) : [node] {
                switch c.kind(of: node) {
                case .element: elements.append(node)
                case .attribute:
                    throw XQueryError(code: "MZQE0003", message: "the query gives an attribute where an element is needed", kind: .dynamic)
                case .text: try refuseText(try c.stringValue(of: node), "text")
                default: break
                }
            }
        }
        return elements
    }

    private func refuseText(_ text: String, _ what: String) throws(XQueryError) {
        guard text.utf8.allSatisfy(Casting.isSpace) else {
            throw XQueryError(code: "MZQE0003", message: "the query gives \(what) where an element is needed", kind: .dynamic)
        }
    }
}

extension Evaluation {
    /// A node as a document of its own: what a constructor built is handed over as it is.
    func detached(_ node: Node) throws(XQueryError) -> XMLDocument {
        let tree = trees[Int(node.tree)]
        if node.index == 1, node.attribute == 0, !isShell(node), Int(tree.arena.records[1].end) == tree.arena.records.count {
            return XMLDocument(arena: tree.arena)
        }
        var target = Construction()
        try target.add(node, self)
        return target.builder.finish()
    }
}
