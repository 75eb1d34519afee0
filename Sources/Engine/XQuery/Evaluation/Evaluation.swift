import XMLTree

/// One evaluation in progress: the trees it sees, variables, focus, and what is left of its budgets. Lives on one thread.
final class Evaluation {
    struct Tree {
        /// Not counted: `input`, `environment` and `built` keep every tree alive as long as the evaluation.
        private let reference: Unmanaged<XMLArena>
        /// Built by a constructor other than `document {}`: its top node has no parent.
        let isFragment: Bool
        /// A fragment whose element only carries one attribute that stands alone.
        let isLoneAttribute: Bool

        init(_ arena: XMLArena, isFragment: Bool = false, isLoneAttribute: Bool = false) {
            reference = Unmanaged.passUnretained(arena)
            self.isFragment = isFragment
            self.isLoneAttribute = isLoneAttribute
        }

        var arena: XMLArena { reference.takeUnretainedValue() }
    }

    struct Focus {
        var item: Item?
        var position = 1
        var size = 1
    }

    // An evaluation is never entered by two accesses at a time: one thread, and no property is held while an expression runs. The
    // check of that at run time costs more than the work it guards, so it is off for what every step touches.
    let environment: QueryEnvironment
    let input: QueryInput
    @exclusivity(unchecked) var trees: [Tree]
    private var built: [XMLArena] = []
    /// With a composite as input tree 0 is its shell and the trees 1 ... parts are its parts.
    let parts: Int
    @exclusivity(unchecked) var focus: Focus
    /// The focus of the prolog's variables.
    let outermostFocus: Focus
    /// Values of local variables; the running function's begin at `base`.
    @exclusivity(unchecked) var slots: [Value]
    @exclusivity(unchecked) var base = 0
    let program: Program
    var globals: [GlobalState]
    /// Sum of the nesting of all function bodies being evaluated.
    @exclusivity(unchecked) var depth = 0
    /// What `error()` raised last, for a handler to look at.
    var raised: (name: QualifiedName, value: Value)?
    /// Regular expressions compiled so far.
    var patterns: [String: Pattern] = [:]
    @exclusivity(unchecked) private var stepsLeft: Int
    @exclusivity(unchecked) private var nodesLeft: Int
    @exclusivity(unchecked) private var bytesLeft: Int
    @exclusivity(unchecked) private var untilCheck = 1024

    enum GlobalState {
        case unknown, running
        case known(Value)
        /// From the host, its type not yet checked.
        case supplied(Value)
    }

    init(_ program: Program, over input: QueryInput, in environment: QueryEnvironment) {
        self.program = program
        self.environment = environment
        self.input = input
        switch input {
        case .none:
            trees = []
            parts = 0
            focus = Focus(item: nil)
        case .document(let document):
            trees = [Tree(document.arena)]
            parts = 0
            focus = Focus(item: .node(Node(tree: 0, index: 0)))
        case .composite(let composite):
            trees = [Tree(composite.shell.arena)]
            trees.reserveCapacity(composite.parts.count + 2)
            for part in composite.parts { trees.append(Tree(part.arena)) }
            parts = composite.parts.count
            focus = Focus(item: .node(Node(tree: 0, index: 0)))
        }
        outermostFocus = focus
        slots = program.slotCount == 0 ? [] : Array(repeating: .empty, count: program.slotCount)
        globals = program.globals.isEmpty ? [] : Array(repeating: .unknown, count: program.globals.count)
        stepsLeft = environment.limits.steps
        nodesLeft = environment.limits.nodes
        bytesLeft = environment.limits.bytes
        guard !environment.variables.isEmpty else { return }
        for (index, global) in program.globals.enumerated() where global.isExternal {
            guard let variable = environment.variables[global.name] else { continue }
            switch variable.content {
            case .values(let value): globals[index] = .supplied(value)
            case .documents(let documents):
                let first = UInt32(trees.count)
                for document in documents { trees.append(Tree(document.arena)) }
                globals[index] = .supplied(Value((first ..< UInt32(trees.count)).map { .node(Node(tree: $0, index: 0)) }))
            }
        }
    }

    // MARK: Budgets

    func step(_ count: Int = 1) throws(XQueryError) {
        stepsLeft -= count
        untilCheck -= count
        if stepsLeft < 0 {
            throw XQueryError(code: "MZQL0004", message: "the evaluation needs more than \(environment.limits.steps) steps", kind: .limit)
        }
        if untilCheck < 0 {
            untilCheck = 1024
            if let asked = environment.limits.isInterrupted, asked() {
                throw XQueryError(code: "MZQL0007", message: "the evaluation was stopped before it was done", kind: .limit)
            }
        }
    }

    /// Accounts for text about to be made.
    func spend(bytes: Int) throws(XQueryError) {
        bytesLeft -= bytes
        try step(1 + bytes >> 6)
        if bytesLeft < 0 {
            throw XQueryError(
                code: "MZQL0006", message: "the evaluation makes more than \(environment.limits.bytes) bytes of text", kind: .limit)
        }
    }

    func spend(nodes: Int) throws(XQueryError) {
        nodesLeft -= nodes
        try step(nodes)
        if nodesLeft < 0 {
            throw XQueryError(
                code: "MZQL0005", message: "the evaluation constructs more than \(environment.limits.nodes) nodes", kind: .limit)
        }
    }

    /// Nodes still allowed, to refuse a long copy before it is made.
    func reserve(items: Int) throws(XQueryError) { try step(items) }

    // MARK: Trees

    /// Takes in what a constructor built; gives its top node.
    func adopt(_ document: XMLDocument, asDocument: Bool = false) throws(XQueryError) -> Node {
        // A tree of its own costs several allocations, so it counts for more than its nodes.
        try spend(nodes: 8)
        let number = UInt32(trees.count)
        built.append(document.arena)
        trees.append(Tree(document.arena, isFragment: !asDocument))
        return Node(tree: number, index: asDocument ? 0 : 1)
    }

    func adoptAttribute(_ name: XMLName, _ value: String) throws(XQueryError) -> Node {
        try spend(nodes: 8)
        var builder = XMLBuilder()
        builder.startElement("attribute")
        var name = name
        if name.prefix.isEmpty && !name.namespace.isEmpty { name = XMLName(name.local, namespace: name.namespace, prefix: "ns0") }
        let isID = name.local == "id" && name.prefix == "xml"
        builder.attribute(
            name, isID ? value.utf8.split(whereSeparator: Casting.isSpace).joined(separator: [32]).map { $0 } : Array(value.utf8))
        let number = UInt32(trees.count)
        let arena = builder.finish().arena
        built.append(arena)
        trees.append(Tree(arena, isFragment: true, isLoneAttribute: true))
        return Node(tree: number, index: 1, attribute: 1)
    }

    /// Sees the trees of another evaluation from now on, so that nodes of its result can be asked about.
    func share(_ other: Evaluation) {
        trees = other.trees
        built = trees.map(\.arena)
    }

    func arena(_ node: Node) -> XMLArena { trees[Int(node.tree)].arena }

    func isShell(_ node: Node) -> Bool { parts > 0 && node.tree == 0 }
    func isPart(_ tree: UInt32) -> Bool { tree > 0 && tree <= parts }

    func xmlNode(_ node: Node) -> XMLNode { XMLNode(document: XMLDocument(arena: arena(node)), index: Int(node.index)) }

    // MARK: Context

    func contextItem() throws(XQueryError) -> Item {
        guard let item = focus.item else { throw .dynamic("XPDY0002", "there is no context item here") }
        return item
    }

    func contextNode() throws(XQueryError) -> Node {
        guard case .node(let node) = try contextItem() else {
            throw XQueryError(
                code: "XPTY0020", message: "a path step needs a node, but the context item is \(try contextItem().typeName)", kind: .type)
        }
        return node
    }
}
