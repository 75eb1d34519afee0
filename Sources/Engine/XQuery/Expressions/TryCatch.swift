import XMLTree

/// `try { … } catch … { … }`. Errors of these data can be caught; limits of the engine cannot.
final class TryCatch: Expression {
    /// What a handler can ask about the error, in the order of the slots.
    static let variables = ["code", "description", "value", "module", "line-number", "column-number", "additional"]

    struct Branch: Sendable {
        let tests: [NodeTest]
        let slots: [Int]
        let handler: any Expression
    }

    let body: any Expression
    let branches: [Branch]

    init(_ body: any Expression, _ branches: [Branch]) {
        self.body = body
        self.branches = branches
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let slots = c.slots.count, base = c.base, focus = c.focus, depth = c.depth
        let running = c.globals.map { if case .running = $0 { true } else { false } }
        do throws(XQueryError) { return try body.evaluate(c) } catch {
            guard error.kind != .limit else { throw error }
            // As if the body had never begun.
            c.slots.removeLast(c.slots.count - slots)
            (c.base, c.focus, c.depth) = (base, focus, depth)
            for index in c.globals.indices where !running[index] { if case .running = c.globals[index] { c.globals[index] = .unknown } }
            let raised = c.raised.flatMap { $0.name.local == error.code ? $0 : nil }
            c.raised = nil
            let name = raised?.name ?? QualifiedName(prefix: "err", uri: StaticContext.errors, local: error.code)
            for branch in branches where branch.tests.contains(where: { $0.matches(XMLName(name.local, namespace: name.uri)) }) {
                let values: [Value] = [.one(.qname(name)), .string(error.message), raised?.value ?? .empty, .empty, .empty, .empty, .empty]
                for (slot, value) in zip(branch.slots, values) { c.slots[c.base + slot] = value }
                return try branch.handler.evaluate(c)
            }
            throw error
        }
    }
}
