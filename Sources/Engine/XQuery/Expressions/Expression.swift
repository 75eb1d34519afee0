/// A node of the compiled query: immutable, so shared by all threads. What differs per evaluation is in `Evaluation`.
protocol Expression: AnyObject, Sendable {
    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value
    /// The effective boolean value of the result; the same as asking for it after `evaluate`, perhaps cheaper.
    func truth(_ c: Evaluation) throws(XQueryError) -> Bool
    /// Adds the result to an element under construction; the same as adding it after `evaluate`, perhaps cheaper.
    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError)
}

extension Expression {
    func truth(_ c: Evaluation) throws(XQueryError) -> Bool { try c.effectiveBoolean(try evaluate(c)) }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        try target.add(try evaluate(c), c)
    }
}

final class Literal: Expression {
    let value: Value

    init(_ item: Item) { value = .one(item) }
    init(value: Value) { self.value = value }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { value }
}

/// `a, b, c`; no operand is the empty sequence.
final class SequenceExpression: Expression {
    let operands: [any Expression]

    init(_ operands: [any Expression]) { self.operands = operands }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var items: [Item] = []
        for operand in operands { try c.append(try operand.evaluate(c), to: &items) }
        return Value(items)
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        for operand in operands { try operand.construct(c, &target) }
    }
}

extension Evaluation {
    /// Most items of one sequence (MZQL0004): what is written out takes memory, ranges do not.
    static let maxItems = 1 << 19

    /// Adds a value to a growing sequence; ranges are written out here, step by step accounted for.
    func append(_ value: Value, to items: inout [Item]) throws(XQueryError) {
        switch value {
        case .empty: return
        case .one(let item):
            try grow(items.count, by: 1)
            items.append(item)
        case .many(let more):
            try grow(items.count, by: more.count)
            items.append(contentsOf: more)
        case .range(let low, let high):
            try grow(items.count, by: high - low + 1)
            for number in low ... high { items.append(.integer(number)) }
        }
    }

    /// Long sequences cost more per item, so that a few of them end the evaluation before they fill the memory.
    private func grow(_ count: Int, by more: Int) throws(XQueryError) {
        try step(more)
        guard count + more > 1 << 16 else { return }
        guard count + more <= Self.maxItems else {
            throw XQueryError(code: "MZQL0004", message: "a sequence has more than \(Self.maxItems) items", kind: .limit)
        }
        try step(more * 3)
    }
}

final class LocalVariable: Expression {
    let slot: Int

    init(slot: Int) { self.slot = slot }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { c.slots[c.base + slot] }
}

/// A variable of the prolog or of the host; the former are evaluated when first asked for.
final class GlobalVariable: Expression {
    let index: Int
    let offset: Int

    init(index: Int, offset: Int) {
        self.index = index
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        switch c.globals[index] {
        case .known(let value): return value
        case .supplied(let value):
            let global = c.program.globals[index]
            if let type = global.type { try c.check(value, type, "the variable $\(global.name)", offset) }
            c.globals[index] = .known(value)
            return value
        case .running: throw .dynamic("XQST0054", "the variable $\(c.program.globals[index].name) is defined by itself", offset)
        case .unknown:
            let global = c.program.globals[index]
            guard let definition = global.definition else {
                throw .dynamic("XPDY0002", "the variable $\(global.name) has no value here", offset)
            }
            c.globals[index] = .running
            let base = c.base, focus = c.focus
            c.base = c.slots.count
            c.focus = c.outermostFocus
            c.slots.append(contentsOf: repeatElement(.empty, count: global.slotCount))
            let value = try definition.evaluate(c)
            c.slots.removeLast(global.slotCount)
            c.base = base
            c.focus = focus
            if let type = global.type { try c.check(value, type, "the variable $\(global.name)", offset) }
            c.globals[index] = .known(value)
            return value
        }
    }
}

final class ContextItem: Expression {
    let offset: Int

    init(offset: Int) { self.offset = offset }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        guard let item = c.focus.item else { throw .dynamic("XPDY0002", "there is no context item here", offset) }
        return .one(item)
    }
}

/// A whole query used as a condition: its effective boolean value.
final class Predicate: Expression {
    let operand: any Expression

    init(_ operand: any Expression) { self.operand = operand }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { .boolean(try operand.truth(c)) }
    func truth(_ c: Evaluation) throws(XQueryError) -> Bool { try operand.truth(c) }
}
