/// Binary operators by precedence.
extension Parser {
    private enum Operator {
        case or, and
        case general(ComparisonOperator), value(ComparisonOperator), node(NodeOperator)
        case concatenate, range
        case arithmetic(ArithmeticOperator)
        case set(SetOperator)
        case instanceOf, treatAs, castableAs, castAs

        var precedence: Int {
            switch self {
            case .or: 1
            case .and: 2
            case .general, .value, .node: 3
            case .concatenate: 4
            case .range: 5
            case .arithmetic(.add), .arithmetic(.subtract): 6
            case .arithmetic: 7
            case .set(.union): 8
            case .set: 9
            case .instanceOf: 10
            case .treatAs: 11
            case .castableAs: 12
            case .castAs: 13
            }
        }
    }

    private static let valueComparisons: [String: ComparisonOperator] = [
        "eq": .equal, "ne": .notEqual, "lt": .less, "le": .lessOrEqual, "gt": .greater, "ge": .greaterOrEqual,
    ]

    private func operatorHere() throws(XQueryError) -> Operator? {
        switch token.kind {
        case .symbol(let symbol):
            switch symbol {
            case "||": return .concatenate
            case "+", "-", "*": return ArithmeticOperator(rawValue: symbol).map { .arithmetic($0) }
            case "|": return .set(.union)
            case "<<", ">>": return NodeOperator(rawValue: symbol).map { .node($0) }
            default: return ComparisonOperator(rawValue: symbol).map { .general($0) }
            }
        case .name(let prefix, let word) where prefix.isEmpty:
            switch word {
            case "or": return .or
            case "and": return .and
            case "is": return .node(.same)
            case "to": return .range
            case "div", "idiv", "mod": return ArithmeticOperator(rawValue: word).map { .arithmetic($0) }
            case "union", "intersect", "except": return SetOperator(rawValue: word).map { .set($0) }
            case "instance": return .instanceOf
            case "treat": return .treatAs
            case "castable": return .castableAs
            case "cast": return .castAs
            default: return Self.valueComparisons[word].map { .value($0) }
            }
        default: return nil
        }
    }

    /// Operands joined by operators that bind at least as tightly as `lowest`.
    mutating func operators(above lowest: Int) throws(XQueryError) -> any Expression {
        var left = try unary()
        // Operators of one level that do not chain (`1 = 2 = 3`) may stand once.
        var closed = Int.max
        while let found = try operatorHere(), found.precedence >= lowest {
            let offset = token.start, level = found.precedence
            guard level < closed else { throw unexpected("parentheses are needed to combine these operators") }
            switch found {
            case .or, .and:
                let word = level == 1 ? "or" : "and"
                var operands = [left]
                while try takeName(word) { operands.append(try right(above: level)) }
                left = LogicalExpression(operands, isAnd: level == 2)
            case .general(let op):
                try advance()
                left = GeneralComparison(op, left, try right(above: level), offset: offset)
                closed = level
            case .value(let op):
                try advance()
                left = ValueComparison(op, left, try right(above: level), offset: offset)
                closed = level
            case .node(let op):
                try advance()
                left = NodeComparison(op, left, try right(above: level), offset: offset)
                closed = level
            case .concatenate:
                var operands = [left]
                while try take("||") { operands.append(try right(above: level)) }
                left = Concatenation(operands, offset: offset)
            case .range:
                try advance()
                left = RangeExpression(left, try right(above: level), offset: offset)
                closed = level
            case .arithmetic:
                var links: [ArithmeticChain.Link] = []
                while case .arithmetic(let op)? = try operatorHere(), Operator.arithmetic(op).precedence == level {
                    let place = token.start
                    try advance()
                    links.append(ArithmeticChain.Link(op: op, operand: try right(above: level), offset: place))
                }
                left = ArithmeticChain(left, links)
            case .set:
                var links: [SetOperation.Link] = []
                while case .set(let op)? = try operatorHere(), Operator.set(op).precedence == level {
                    try advance()
                    links.append(SetOperation.Link(op: op, operand: try right(above: level)))
                }
                left = SetOperation(left, links, offset: offset)
            case .instanceOf:
                try advance()
                try expectName("of", "after 'instance'")
                left = InstanceOf(left, try sequenceType())
                closed = level
            case .treatAs:
                try advance()
                try expectName("as", "after 'treat'")
                left = TreatAs(left, try sequenceType(), offset: offset)
                closed = level
            case .castableAs, .castAs:
                try advance()
                try expectName("as", "here")
                let (type, optional) = try singleType()
                var onlyAsks = false
                if case .castableAs = found { onlyAsks = true }
                left = try cast(left, to: type, optional: optional, onlyAsks: onlyAsks, offset: offset)
                closed = level
            }
        }
        return left
    }

    private mutating func right(above level: Int) throws(XQueryError) -> any Expression {
        try enter()
        defer { leave() }
        return try operators(above: level + 1)
    }

    private mutating func unary() throws(XQueryError) -> any Expression {
        let offset = token.start
        var negative = false, signed = false
        while isSymbol("-") || isSymbol("+") {
            if isSymbol("-") { negative.toggle() }
            signed = true
            try advance()
        }
        let operand = try arrows(try mapping())
        return signed ? Sign(operand, negative: negative, offset: offset) : operand
    }

    /// `value => function(more)`: a call with one argument more in front.
    private mutating func arrows(_ first: any Expression) throws(XQueryError) -> any Expression {
        var value = first
        var count = 0
        while try take("=>") {
            try enter()
            count += 1
            value = try functionCall(before: [value])
        }
        for _ in 0 ..< count { leave() }
        return value
    }

    /// `path ! path`
    private mutating func mapping() throws(XQueryError) -> any Expression {
        var left = try path()
        var count = 0
        while isSymbol("!") {
            // Every link is one more level of evaluation.
            try enter()
            count += 1
            try advance()
            left = SimpleMap(left, try path())
        }
        for _ in 0 ..< count { leave() }
        return left
    }
}
