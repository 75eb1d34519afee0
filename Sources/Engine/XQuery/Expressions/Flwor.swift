/// `for … let … where … order by … return`, clauses in any order. Each binding of the variables is one tuple.
final class Flwor: Expression {
    struct OrderKey: Sendable {
        let expression: any Expression
        let descending: Bool
        let emptyGreatest: Bool
    }

    enum Clause: Sendable {
        case loop(slot: Int, position: Int?, type: SequenceType?, allowsEmpty: Bool, source: any Expression, name: String, offset: Int)
        case bind(slot: Int, type: SequenceType?, source: any Expression, name: String, offset: Int)
        case filter(any Expression)
        /// `slots` are the variables in force, which are put aside while the tuples are sorted.
        case order([OrderKey], slots: [Int], offset: Int)
    }

    let clauses: [Clause]
    let result: any Expression

    init(_ clauses: [Clause], _ result: any Expression) {
        self.clauses = clauses
        self.result = result
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var items: [Item] = []
        try run(0, c) { () throws(XQueryError) in try c.append(try result.evaluate(c), to: &items) }
        return Value(items)
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        try run(0, c) { () throws(XQueryError) in try result.construct(c, &target) }
    }

    private typealias Emit = () throws(XQueryError) -> Void

    /// Runs the clauses from `number` up to the next `order by`, which takes over the tuples, or to the end.
    private func run(_ number: Int, _ c: Evaluation, _ emit: Emit) throws(XQueryError) {
        guard let order = (number ..< clauses.count).first(where: { if case .order = clauses[$0] { true } else { false } }) else {
            return try bind(number, upTo: clauses.count, c, emit)
        }
        guard case .order(let keys, let slots, let offset) = clauses[order] else { return }
        var tuples: [Tuple] = []
        try bind(number, upTo: order, c) { () throws(XQueryError) in
            var values: [Item?] = []
            for key in keys {
                do throws(XQueryError) {
                    var item = try c.optionalAtomic(try key.expression.evaluate(c), "an 'order by' key")
                    if case .untyped(let text)? = item { item = .string(text) }
                    values.append(item)
                } catch { throw error.at(offset) }
            }
            tuples.append(Tuple(keys: values, variables: slots.map { c.slots[c.base + $0] }))
        }
        do throws(XQueryError) { try sort(&tuples, keys, c) } catch { throw error.at(offset) }
        for tuple in tuples {
            for (slot, value) in zip(slots, tuple.variables) { c.slots[c.base + slot] = value }
            try run(order + 1, c, emit)
        }
    }

    private struct Tuple {
        let keys: [Item?]
        let variables: [Value]
    }

    private func bind(_ number: Int, upTo end: Int, _ c: Evaluation, _ emit: Emit) throws(XQueryError) {
        guard number < end else { return try emit() }
        switch clauses[number] {
        case .loop(let slot, let position, let type, let allowsEmpty, let source, let name, let offset):
            let value = try source.evaluate(c)
            var count = 0
            for item in value {
                try c.step()
                count += 1
                if let type { try c.check(.one(item), type, "$\(name)", offset) }
                c.slots[c.base + slot] = .one(item)
                if let position { c.slots[c.base + position] = .integer(count) }
                try bind(number + 1, upTo: end, c, emit)
            }
            if count == 0 && allowsEmpty {
                c.slots[c.base + slot] = .empty
                if let position { c.slots[c.base + position] = .integer(0) }
                try bind(number + 1, upTo: end, c, emit)
            }
        case .bind(let slot, let type, let source, let name, let offset):
            let value = try source.evaluate(c)
            if let type { try c.check(value, type, "$\(name)", offset) }
            c.slots[c.base + slot] = value
            try bind(number + 1, upTo: end, c, emit)
        case .filter(let condition):
            if try condition.truth(c) { try bind(number + 1, upTo: end, c, emit) }
        case .order: break
        }
    }

    /// A stable merge sort of our own: the standard sort can neither fail nor be stopped half way.
    private func sort(_ tuples: inout [Tuple], _ keys: [OrderKey], _ c: Evaluation) throws(XQueryError) {
        var width = 1
        while width < tuples.count {
            var merged: [Tuple] = []
            merged.reserveCapacity(tuples.count)
            for start in stride(from: 0, to: tuples.count, by: 2 * width) {
                var i = start, j = min(start + width, tuples.count)
                let middle = j, end = min(start + 2 * width, tuples.count)
                while i < middle && j < end {
                    if try order(tuples[i], tuples[j], keys, c) <= 0 {
                        merged.append(tuples[i])
                        i += 1
                    } else {
                        merged.append(tuples[j])
                        j += 1
                    }
                }
                merged.append(contentsOf: tuples[i ..< middle])
                merged.append(contentsOf: tuples[j ..< end])
            }
            tuples = merged
            width *= 2
        }
    }

    private func order(_ a: Tuple, _ b: Tuple, _ keys: [OrderKey], _ c: Evaluation) throws(XQueryError) -> Int {
        try c.step()
        for (number, key) in keys.enumerated() {
            let order = try compare(a.keys[number], b.keys[number], key, c)
            if order != 0 { return key.descending ? -order : order }
        }
        return 0
    }

    /// Empty and then NaN come before everything, or after it with `empty greatest`.
    private func compare(_ a: Item?, _ b: Item?, _ key: OrderKey, _ c: Evaluation) throws(XQueryError) -> Int {
        let x = rank(a), y = rank(b)
        if x != 2 || y != 2 { return (x - y).signum() * (key.emptyGreatest ? -1 : 1) }
        guard let a, let b else { return 0 }
        if try Comparison.values(a, .equal, b, c) { return 0 }
        return try Comparison.values(a, .less, b, c) ? -1 : 1
    }

    private func rank(_ item: Item?) -> Int {
        guard let item else { return 0 }
        return item.isNumeric && Numbers.double(item).isNaN ? 1 : 2
    }
}
