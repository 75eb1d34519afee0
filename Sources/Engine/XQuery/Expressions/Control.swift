final class IfExpression: Expression {
    let condition: any Expression
    let then: any Expression
    let otherwise: any Expression

    init(_ condition: any Expression, then: any Expression, otherwise: any Expression) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        try condition.truth(c) ? try then.evaluate(c) : try otherwise.evaluate(c)
    }

    func truth(_ c: Evaluation) throws(XQueryError) -> Bool {
        try condition.truth(c) ? try then.truth(c) : try otherwise.truth(c)
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        if try condition.truth(c) { try then.construct(c, &target) } else { try otherwise.construct(c, &target) }
    }
}

/// `some $x in … satisfies`, `every …`, over any number of variables.
final class Quantified: Expression {
    struct Binding: Sendable {
        let slot: Int
        let type: SequenceType?
        let name: String
        let offset: Int
        let source: any Expression
    }

    let bindings: [Binding]
    let condition: any Expression
    let isEvery: Bool

    init(_ bindings: [Binding], _ condition: any Expression, isEvery: Bool) {
        self.bindings = bindings
        self.condition = condition
        self.isEvery = isEvery
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { .boolean(try truth(c)) }
    func truth(_ c: Evaluation) throws(XQueryError) -> Bool { try search(0, c) != isEvery }

    /// `true` when a combination decides the question: one that holds for `some`, one that does not for `every`.
    private func search(_ number: Int, _ c: Evaluation) throws(XQueryError) -> Bool {
        guard number < bindings.count else { return try condition.truth(c) != isEvery }
        let binding = bindings[number]
        for item in try binding.source.evaluate(c) {
            try c.step()
            if let type = binding.type { try c.check(.one(item), type, "$\(binding.name)", binding.offset) }
            c.slots[c.base + binding.slot] = .one(item)
            if try search(number + 1, c) { return true }
        }
        return false
    }
}

final class Typeswitch: Expression {
    struct Case: Sendable {
        /// Empty for `default`.
        let types: [SequenceType]
        let slot: Int?
        let result: any Expression
    }

    let operand: any Expression
    let cases: [Case]

    init(_ operand: any Expression, _ cases: [Case]) {
        self.operand = operand
        self.cases = cases
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let value = try operand.evaluate(c)
        for branch in cases {
            var fits = branch.types.isEmpty
            for type in branch.types where !fits { fits = try c.matches(value, type) }
            guard fits else { continue }
            if let slot = branch.slot { c.slots[c.base + slot] = value }
            return try branch.result.evaluate(c)
        }
        return .empty
    }
}

final class Switch: Expression {
    struct Case: Sendable {
        /// Empty for `default`.
        let operands: [any Expression]
        let result: any Expression
    }

    let operand: any Expression
    let cases: [Case]
    let offset: Int

    init(_ operand: any Expression, _ cases: [Case], offset: Int) {
        self.operand = operand
        self.cases = cases
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let wanted = try value(operand, c)
        for branch in cases {
            var fits = branch.operands.isEmpty
            for operand in branch.operands where !fits {
                switch (wanted, try value(operand, c)) {
                case (nil, nil): fits = true
                case (let a?, let b?): fits = try Comparison.same(a, b, nanEqual: true, c)
                default: break
                }
            }
            if fits { return try branch.result.evaluate(c) }
        }
        return .empty
    }

    private func value(_ expression: any Expression, _ c: Evaluation) throws(XQueryError) -> Item? {
        do throws(XQueryError) { return try c.optionalAtomic(try expression.evaluate(c), "the operand of 'switch'") } catch {
            throw error.at(offset)
        }
    }
}

/// A function declared in the query.
struct Function: Sendable {
    struct Parameter: Sendable {
        let name: String
        let type: SequenceType?
    }

    let name: String
    let parameters: [Parameter]
    let result: SequenceType?
    let body: any Expression
    let slotCount: Int
    /// How deep its body nests, so how much stack a call may need.
    let nesting: Int
}

final class UserFunctionCall: Expression {
    let index: Int
    let arguments: [any Expression]
    let offset: Int

    init(index: Int, arguments: [any Expression], offset: Int) {
        self.index = index
        self.arguments = arguments
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let function = c.program.functions[index]
        var values: [Value] = []
        for (argument, parameter) in zip(arguments, function.parameters) {
            let value = try argument.evaluate(c)
            values.append(
                try parameter.type.map { type throws(XQueryError) in
                    try c.converted(value, to: type, "the argument $\(parameter.name) of \(function.name)", offset)
                } ?? value)
        }
        let cost = function.nesting + 2
        guard c.depth + cost <= Evaluation.maxDepth else {
            throw XQueryError(code: "MZQL0003", message: "functions call each other too deeply", offset: offset, kind: .limit)
        }
        try c.step()
        let base = c.base, focus = c.focus
        c.depth += cost
        c.base = c.slots.count
        c.slots.append(contentsOf: values)
        c.slots.append(contentsOf: repeatElement(.empty, count: function.slotCount - values.count))
        c.focus = Evaluation.Focus(item: nil)
        let value = try function.body.evaluate(c)
        c.slots.removeLast(function.slotCount)
        c.base = base
        c.focus = focus
        c.depth -= cost
        guard let type = function.result else { return value }
        return try c.converted(value, to: type, "the result of \(function.name)", offset)
    }
}

extension Evaluation {
    /// Nesting of all function bodies being evaluated together (MZQL0003). Only queries that declare functions come near it, and
    /// those run on a `DeepStack`.
    static let maxDepth = 1000
}
