/// `for … let … where … group by … order by … count … return`, clauses in any order. Each binding of the variables is one tuple.
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
        case count(slot: Int)
        /// `slots` are the variables in force, which are put aside while the tuples are sorted or grouped.
        case order([OrderKey], slots: [Int], offset: Int)
        case group(keys: [Int], slots: [Int], offset: Int)
    }

    let clauses: [Clause]
    let result: any Expression
    /// Clauses that need all tuples before the first can go on.
    private let barriers: [Int]

    init(_ clauses: [Clause], _ result: any Expression) {
        self.clauses = clauses
        self.result = result
        barriers = clauses.indices.filter {
            switch clauses[$0] {
            case .order, .group: true
            default: false
            }
        }
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        var items: [Item] = []
        try run(c) { () throws(XQueryError) in try c.append(try result.evaluate(c), to: &items) }
        return Value(items)
    }

    func construct(_ c: Evaluation, _ target: inout Construction) throws(XQueryError) {
        try run(c) { () throws(XQueryError) in try result.construct(c, &target) }
    }

    private typealias Emit = () throws(XQueryError) -> Void

    /// How many tuples have passed each `count` clause.
    private final class Counters { var passed: [Int: Int] = [:] }

    /// Runs the clauses up to each barrier, which takes in all tuples and hands them on, and then to the end.
    private func run(_ c: Evaluation, _ emit: Emit) throws(XQueryError) {
        let counters = Counters()
        guard !barriers.isEmpty else { return try bind(0, upTo: clauses.count, counters, c, emit) }
        var start = 0
        var stream: [Tuple]?
        func each(upTo end: Int, _ emit: Emit) throws(XQueryError) {
            guard let tuples = stream else { return try bind(start, upTo: end, counters, c, emit) }
            for tuple in tuples {
                for (slot, value) in zip(tuple.slots, tuple.variables) { c.slots[c.base + slot] = value }
                try bind(start, upTo: end, counters, c, emit)
            }
        }
        for barrier in barriers {
            var tuples: [Tuple] = []
            switch clauses[barrier] {
            case .order(let keys, let slots, let offset):
                try each(upTo: barrier) { () throws(XQueryError) in
                    var values: [Item?] = []
                    for key in keys {
                        do throws(XQueryError) {
                            values.append(try self.key(try key.expression.evaluate(c), "an 'order by' key", c))
                        } catch { throw error.at(offset) }
                    }
                    tuples.append(Tuple(keys: values, slots: slots, variables: slots.map { c.slots[c.base + $0] }))
                }
                do throws(XQueryError) { try sort(&tuples, keys, c) } catch { throw error.at(offset) }
            case .group(let keys, let slots, let offset):
                var groups = Groups(keys: keys, slots: slots)
                try each(upTo: barrier) { () throws(XQueryError) in
                    do throws(XQueryError) {
                        var values: [Item?] = []
                        for slot in keys { values.append(try self.key(c.slots[c.base + slot], "a 'group by' key", c)) }
                        try groups.add(values, c)
                    } catch { throw error.at(offset) }
                }
                tuples = groups.tuples
            default: break
            }
            stream = tuples
            start = barrier + 1
        }
        try each(upTo: clauses.count, emit)
    }

    private func key(_ value: Value, _ what: String, _ c: Evaluation) throws(XQueryError) -> Item? {
        let item = try c.optionalAtomic(value, what)
        if case .untyped(let text)? = item { return .string(text) }
        return item
    }

    private struct Tuple {
        let keys: [Item?]
        let slots: [Int]
        let variables: [Value]
    }

    /// Tuples with equal keys, in the order in which the keys first came.
    private struct Groups {
        let keys: [Int]
        let slots: [Int]
        private var found: [(keys: [Item?], variables: [[Item]])] = []
        /// Groups by something that equal keys have in common.
        private var index: [String: [Int]] = [:]

        init(keys: [Int], slots: [Int]) {
            self.keys = keys
            self.slots = slots
        }

        mutating func add(_ values: [Item?], _ c: Evaluation) throws(XQueryError) {
            var mark = ""
            for value in values {
                guard let value else {
                    mark += "|"
                    continue
                }
                mark += value.isNumeric ? format(Numbers.double(value)) + "#" : try c.text(value) + "|"
            }
            // Dates in different zones can be equal, and are few.
            if values.contains(where: { if case .moment? = $0 { true } else { false } }) { mark = "" }
            try c.step()
            var place: Int?
            for candidate in index[mark, default: []] where place == nil {
                try c.step()
                var same = true
                for (a, b) in zip(found[candidate].keys, values) where same {
                    if let a, let b { same = try Comparison.same(a, b, nanEqual: true, c) } else { same = a == nil && b == nil }
                }
                if same { place = candidate }
            }
            if place == nil {
                index[mark, default: []].append(found.count)
                found.append((values, Array(repeating: [], count: slots.count)))
            }
            let group = place ?? found.count - 1
            for (number, slot) in slots.enumerated() where !keys.contains(slot) {
                try c.append(c.slots[c.base + slot], to: &found[group].variables[number])
            }
        }

        var tuples: [Tuple] {
            found.map { group in
                let variables = slots.enumerated().map { number, slot in
                    keys.lastIndex(of: slot).map { Value(group.keys[$0]) } ?? Value(group.variables[number])
                }
                return Tuple(keys: [], slots: slots, variables: variables)
            }
        }
    }

    private func bind(_ number: Int, upTo end: Int, _ counters: Counters, _ c: Evaluation, _ emit: Emit) throws(XQueryError) {
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
                try bind(number + 1, upTo: end, counters, c, emit)
            }
            if count == 0 && allowsEmpty {
                if let type { try c.check(.empty, type, "$\(name)", offset) }
                c.slots[c.base + slot] = .empty
                if let position { c.slots[c.base + position] = .integer(0) }
                try bind(number + 1, upTo: end, counters, c, emit)
            }
        case .bind(let slot, let type, let source, let name, let offset):
            let value = try source.evaluate(c)
            if let type { try c.check(value, type, "$\(name)", offset) }
            c.slots[c.base + slot] = value
            try bind(number + 1, upTo: end, counters, c, emit)
        case .filter(let condition):
            if try condition.truth(c) { try bind(number + 1, upTo: end, counters, c, emit) }
        case .count(let slot):
            counters.passed[number, default: 0] += 1
            c.slots[c.base + slot] = .integer(counters.passed[number] ?? 0)
            try bind(number + 1, upTo: end, counters, c, emit)
        case .order, .group: break
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

/// The atomized value of an expression: what a grouping key is declared to be.
final class Atomized: Expression {
    private let operand: any Expression

    init(_ operand: any Expression) { self.operand = operand }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { try c.data(try operand.evaluate(c)) }
}
