/// `a + b - c`, `a * b div c`: a chain of one precedence, evaluated in a loop so that its length costs no stack.
final class ArithmeticChain: Expression {
    struct Link: Sendable {
        let op: ArithmeticOperator
        let operand: any Expression
        let offset: Int
    }

    let first: any Expression
    let links: [Link]

    init(_ first: any Expression, _ links: [Link]) {
        self.first = first
        self.links = links
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var value = try first.evaluate(c)
        for link in links {
            do throws(XQueryError) {
                let left = try c.optionalAtomic(value, "the left side of '\(link.op.rawValue)'")
                let right = try c.optionalAtomic(try link.operand.evaluate(c), "the right side of '\(link.op.rawValue)'")
                try c.step()
                if let left, let right { value = .one(try Arithmetic.apply(link.op, left, right, c)) } else { value = .empty }
            } catch { throw error.at(link.offset) }
        }
        return value
    }
}

/// `-a`, `+a`; several signs have become one.
final class Sign: Expression {
    let operand: any Expression
    let negative: Bool
    let offset: Int

    init(_ operand: any Expression, negative: Bool, offset: Int) {
        self.operand = operand
        self.negative = negative
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            guard var item = try c.optionalAtomic(try operand.evaluate(c)) else { return .empty }
            if case .untyped = item { item = try Casting.cast(item, to: .double, c) }
            guard item.isNumeric else { throw .type("a sign needs a number, not \(item.typeName)") }
            return .one(negative ? try Arithmetic.negate(item) : item)
        } catch { throw error.at(offset) }
    }
}

/// `a to b`.
final class RangeExpression: Expression {
    let low: any Expression
    let high: any Expression
    let offset: Int

    init(_ low: any Expression, _ high: any Expression, offset: Int) {
        self.low = low
        self.high = high
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            guard let first = try bound(low, c), let last = try bound(high, c) else { return .empty }
            if BigInteger.compare(first, last) > 0 { return .empty }
            if first.int == nil || last.int == nil, let size = (last - first).int, size < Int.max {
                try c.step(size + 1)
                return Value((0 ... size).map { Item(first + BigInteger($0)) })
            }
            guard let from = first.int, let to = last.int, let size = Optional(to.subtractingReportingOverflow(from)), !size.overflow,
                size.partialValue < Int.max
            else {
                throw XQueryError(code: "MZQL0004", message: "the range has more numbers than can be counted", kind: .limit)
            }
            return from == to ? .integer(from) : .range(from, to)
        } catch { throw error.at(offset) }
    }

    private func bound(_ expression: any Expression, _ c: Evaluation) throws(XQueryError) -> BigInteger? {
        guard let item = try c.optionalAtomic(try expression.evaluate(c), "a bound of 'to'") else { return nil }
        if case .untyped = item { return Numbers.big(try Casting.cast(item, to: .integer, c)) }
        guard let value = Numbers.big(item) else { throw .type("a bound of 'to' must be an integer, not \(item.typeName)") }
        return value
    }
}

/// `a || b || c`.
final class Concatenation: Expression {
    let operands: [any Expression]
    let offset: Int

    init(_ operands: [any Expression], offset: Int) {
        self.operands = operands
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var text = ""
        for operand in operands {
            do throws(XQueryError) {
                guard let item = try c.optionalAtomic(try operand.evaluate(c), "an operand of '||'") else { continue }
                let part = try c.text(item)
                try c.spend(bytes: part.utf8.count)
                text += part
            } catch { throw error.at(offset) }
        }
        return .string(text)
    }
}

/// `a and b and c`, `a or b or c`, from left to right until it is decided.
final class LogicalExpression: Expression {
    let operands: [any Expression]
    let isAnd: Bool

    init(_ operands: [any Expression], isAnd: Bool) {
        self.operands = operands
        self.isAnd = isAnd
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { .boolean(try truth(c)) }

    func truth(_ c: Evaluation) throws(XQueryError) -> Bool {
        for operand in operands where try operand.truth(c) != isAnd { return !isAnd }
        return isAnd
    }
}

/// `=`, `<` …: true when some pair of items compares so.
final class GeneralComparison: Expression {
    let op: ComparisonOperator
    let left: any Expression
    let right: any Expression
    let offset: Int

    init(_ op: ComparisonOperator, _ left: any Expression, _ right: any Expression, offset: Int) {
        self.op = op
        self.left = left
        self.right = right
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { .boolean(try truth(c)) }

    func truth(_ c: Evaluation) throws(XQueryError) -> Bool {
        do throws(XQueryError) {
            let a = try c.atomize(try left.evaluate(c)), b = try c.atomize(try right.evaluate(c))
            if case .one(let x) = a, case .one(let y) = b {
                try c.step()
                return try Comparison.general(x, op, y, c)
            }
            for x in a {
                for y in b {
                    try c.step()
                    if try Comparison.general(x, op, y, c) { return true }
                }
            }
            return false
        } catch { throw error.at(offset) }
    }
}

/// `eq`, `lt` …
final class ValueComparison: Expression {
    let op: ComparisonOperator
    let left: any Expression
    let right: any Expression
    let offset: Int

    init(_ op: ComparisonOperator, _ left: any Expression, _ right: any Expression, offset: Int) {
        self.op = op
        self.left = left
        self.right = right
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            try c.step()
            guard let a = try c.optionalAtomic(try left.evaluate(c), "the left side of the comparison"),
                let b = try c.optionalAtomic(try right.evaluate(c), "the right side of the comparison")
            else { return .empty }
            return .boolean(try Comparison.values(a, op, b, c))
        } catch { throw error.at(offset) }
    }
}

enum NodeOperator: String, Sendable { case same = "is", before = "<<", after = ">>" }

/// `is`, `<<`, `>>`.
final class NodeComparison: Expression {
    let op: NodeOperator
    let left: any Expression
    let right: any Expression
    let offset: Int

    init(_ op: NodeOperator, _ left: any Expression, _ right: any Expression, offset: Int) {
        self.op = op
        self.left = left
        self.right = right
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            guard let a = try node(left, c), let b = try node(right, c) else { return .empty }
            return .boolean(op == .same ? a == b : op == .before ? a < b : b < a)
        } catch { throw error.at(offset) }
    }

    private func node(_ expression: any Expression, _ c: Evaluation) throws(XQueryError) -> Node? {
        let value = try expression.evaluate(c)
        guard let item = value.first else { return nil }
        guard value.count == 1, case .node(let node) = item else { throw .type("'\(op.rawValue)' compares two single nodes") }
        return node
    }
}

enum SetOperator: String, Sendable { case union, intersect, except }

/// `union`, `|`, `intersect`, `except`.
final class SetOperation: Expression {
    struct Link: Sendable {
        let op: SetOperator
        let operand: any Expression
    }

    let first: any Expression
    let links: [Link]
    let offset: Int

    init(_ first: any Expression, _ links: [Link], offset: Int) {
        self.first = first
        self.links = links
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            var nodes = try c.sorted(try c.nodes(try first.evaluate(c), "set operators"))
            for link in links {
                let other = try c.nodes(try link.operand.evaluate(c), "set operators")
                try c.step(nodes.count + other.count)
                switch link.op {
                case .union: nodes = try c.sorted(nodes + other)
                case .intersect:
                    let known = Set(other)
                    nodes = nodes.filter(known.contains)
                case .except:
                    let known = Set(other)
                    nodes = nodes.filter { !known.contains($0) }
                }
            }
            return Value(nodes.map { .node($0) })
        } catch { throw error.at(offset) }
    }
}

extension Evaluation {
    func nodes(_ value: Value, _ what: String) throws(XQueryError) -> [Node] {
        var nodes: [Node] = []
        for item in value {
            guard case .node(let node) = item else { throw .type("\(what) work on nodes, not on \(item.typeName)") }
            nodes.append(node)
        }
        return nodes
    }
}
