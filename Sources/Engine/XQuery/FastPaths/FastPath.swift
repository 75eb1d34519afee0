import XMLTree

/// A shape that many real mappings and predicates have, answered straight from the data. It is recognised on the parsed query.
/// Whatever is out of the ordinary (an error, a tight limit, a namespace) gets nil for an answer and is left to the general
/// evaluation, so that there is only one place that decides what is wrong and how to say it.
protocol FastPath: AnyObject, Sendable {
    /// For people who ask how a query is run.
    var description: String { get }

    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument?
    func elements(over input: QueryInput, _ limits: QueryLimits) -> [XMLDocument]?
    func truth(over input: QueryInput, _ limits: QueryLimits) -> Bool?
    func string(over input: QueryInput, _ limits: QueryLimits) -> String?
}

extension FastPath {
    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument? { nil }
    func elements(over input: QueryInput, _ limits: QueryLimits) -> [XMLDocument]? { element(over: input, limits).map { [$0] } }
    func truth(over input: QueryInput, _ limits: QueryLimits) -> Bool? { nil }
    func string(over input: QueryInput, _ limits: QueryLimits) -> String? {
        guard let truth = truth(over: input, limits), limits.allow(seen: 0, bytes: 5) else { return nil }
        return truth ? "true" : "false"
    }
}

enum FastPaths {
    /// The shape of a query; nil when it has none of them. Copies are those of the default `copy-namespaces`.
    static func recognise(_ body: any Expression) -> (any FastPath)? {
        switch body {
        case let condition as Predicate:
            let inner = recognise(condition.operand)
            if let nodes = inner as? FastNodes { return FastPresence(nodes.path) }
            return inner is FastConstantTruth || inner is FastComparison || inner is FastPresence ? inner : nil
        case let literal as Literal:
            guard case .one(.boolean(let value)) = literal.value else { return nil }
            return FastConstantTruth(value)
        case let path as PathExpression: return path.fromRoot.map { FastNodes($0) }
        case let loop as Flwor:
            // `for $i in /list/* return $i`
            guard case .loop(let slot, nil, nil, false, let source as PathExpression, _, _)? = loop.clauses.first, loop.clauses.count == 1,
                let result = loop.result as? LocalVariable, result.slot == slot
            else { return nil }
            return source.fromRoot.map { FastNodes($0) }
        case let comparison as GeneralComparison: return FastComparison(comparison)
        case let constructor as ElementConstructor: return shape(of: constructor)
        default: return nil
        }
    }

    private static func shape(of constructor: ElementConstructor) -> (any FastPath)? {
        guard let name = constructor.plainName else { return nil }
        if constructor.content.isEmpty { return FastConstantElement(name, "") }
        if constructor.content.count == 1 {
            switch constructor.content[0] {
            case .text(let text): return FastConstantElement(name, text)
            case .expression(let expression):
                if let path = (expression as? PathExpression)?.fromRoot {
                    return path.tests.last?.kind == .text ? FastText(name, path) : FastCopy(name, path)
                }
            }
        }
        return FastComposition(constructor)
    }
}

extension QueryLimits {
    /// Whether a fast answer of this size is below every limit for certain. The general evaluation's count of any one resource is
    /// below four times the nodes and bytes handled: a tree of its own counts for eight nodes, text for its bytes.
    func allow(seen: Int, copied: Int = 0, bytes: Int = 0) -> Bool {
        let cost = 4 * (seen + copied + bytes) + 64
        guard cost <= steps, cost <= nodes, cost <= self.bytes else { return false }
        guard cost > 1024, let isInterrupted else { return true }
        return !isInterrupted()
    }
}
