enum SequenceFunctions {
    static let all: [Builtin] = [
        Builtin("data", 1 ... 1, context: true, data), Builtin("head", 1 ... 1, head), Builtin("tail", 1 ... 1, tail),
        Builtin("reverse", 1 ... 1, reverse), Builtin("subsequence", 2 ... 3, subsequence), Builtin("insert-before", 3 ... 3, insertBefore),
        Builtin("remove", 2 ... 2, remove), Builtin("index-of", 2 ... 3, indexOf), Builtin("distinct-values", 1 ... 2, distinct),
        Builtin("unordered", 1 ... 1, unordered), Builtin("zero-or-one", 1 ... 1, zeroOrOne), Builtin("one-or-more", 1 ... 1, oneOrMore),
        Builtin("exactly-one", 1 ... 1, exactlyOne), Builtin("deep-equal", 2 ... 3, deepEqual),
    ]

    private static func data(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { try c.data(a[0]) }
    private static func unordered(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { a[0] }
    private static func head(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { Value(a[0].first) }

    private static func tail(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value { try slice(a[0], 2, a[0].count, c) }

    /// The items at the positions `low ... high`, counted from 1.
    private static func slice(_ value: Value, _ low: Int, _ high: Int, _ c: Evaluation) throws(XQueryError) -> Value {
        let from = Swift.max(low, 1), to = Swift.min(high, value.count)
        guard from <= to else { return .empty }
        if case .range(let first, _) = value { return from == to ? .integer(first + from - 1) : .range(first + from - 1, first + to - 1) }
        try c.step(to - from + 1)
        return Value((from ... to).map { value[$0 - 1] })
    }

    private static func reverse(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.step(a[0].count)
        return Value(a[0].reversed())
    }

    private static func subsequence(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let start = rounded(try c.requiredDouble(a[1]))
        let end = a.count > 2 ? start + rounded(try c.requiredDouble(a[2])) : .infinity
        guard !start.isNaN, !end.isNaN else { return .empty }
        let count = Double(a[0].count)
        let low = Swift.max(1, start), high = Swift.min(count, end - 1)
        guard low <= high else { return .empty }
        return try slice(a[0], Int(low), Int(high), c)
    }

    private static func rounded(_ value: Double) -> Double { value.isFinite ? (value + 0.5).rounded(.down) : value }

    private static func insertBefore(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let position = Swift.min(Swift.max(try c.requiredInteger(a[1]), 1), a[0].count + 1)
        var items: [Item] = []
        try c.append(try slice(a[0], 1, position - 1, c), to: &items)
        try c.append(a[2], to: &items)
        try c.append(try slice(a[0], position, a[0].count, c), to: &items)
        return Value(items)
    }

    private static func remove(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let position = try c.requiredInteger(a[1])
        guard position >= 1, position <= a[0].count else { return a[0] }
        var items: [Item] = []
        try c.append(try slice(a[0], 1, position - 1, c), to: &items)
        try c.append(try slice(a[0], position + 1, a[0].count, c), to: &items)
        return Value(items)
    }

    private static func indexOf(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 2)
        guard let wanted = try c.optionalAtomic(a[1], "the value searched for") else {
            throw .type("index-of() needs a value to search for")
        }
        var found: [Item] = []
        var place = 0
        for item in try c.atomize(a[0]) {
            place += 1
            try c.step()
            if try Comparison.same(item, wanted, nanEqual: false, c) { found.append(.integer(place)) }
        }
        return Value(found)
    }

    private static func distinct(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 1)
        if case .range = a[0] { return a[0] }
        var kept: [Item] = []
        var texts: Set<[UInt8]> = []
        for item in try c.data(a[0]) {
            try c.step()
            switch item.plain {
            case .string(let text), .untyped(let text), .uri(let text):
                if texts.insert(Array(text.utf8)).inserted { kept.append(item) }
            default:
                var isNew = true
                for other in kept where isNew {
                    try c.step()
                    if try Comparison.same(item.plain, other.plain, nanEqual: true, c) { isNew = false }
                }
                if isNew { kept.append(item) }
            }
        }
        return Value(kept)
    }

    private static func zeroOrOne(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard a[0].count <= 1 else { throw .dynamic("FORG0003", "zero-or-one() was given \(a[0].count) items") }
        return a[0]
    }

    private static func oneOrMore(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard a[0].count >= 1 else { throw .dynamic("FORG0004", "one-or-more() was given nothing") }
        return a[0]
    }

    private static func exactlyOne(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard a[0].count == 1 else { throw .dynamic("FORG0005", "exactly-one() was given \(a[0].count) items") }
        return a[0]
    }

    private static func deepEqual(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        try c.checkCollation(a, at: 2)
        guard a[0].count == a[1].count else { return .boolean(false) }
        for (x, y) in zip(a[0], a[1]) {
            try c.step()
            switch (x, y) {
            case (.node(let i), .node(let j)): guard try same(i, j, c) else { return .boolean(false) }
            case (.node, _), (_, .node): return .boolean(false)
            default: guard try Comparison.same(x.plain, y.plain, nanEqual: true, c) else { return .boolean(false) }
            }
        }
        return .boolean(true)
    }

    private static func same(_ a: Node, _ b: Node, _ c: Evaluation) throws(XQueryError) -> Bool {
        guard c.kind(of: a) == c.kind(of: b) else { return false }
        if a.attribute > 0 {
            let x = try c.stringValue(of: a), y = try c.stringValue(of: b)
            return c.name(of: a) == c.name(of: b) && x.utf8.elementsEqual(y.utf8)
        }
        if c.isShell(a) || c.isShell(b) { return try c.detached(a).node.isDeepEqual(to: try c.detached(b).node) }
        try c.step(Int(c.arena(a).records[Int(a.index)].end - a.index))
        return c.xmlNode(a).isDeepEqual(to: c.xmlNode(b))
    }
}
