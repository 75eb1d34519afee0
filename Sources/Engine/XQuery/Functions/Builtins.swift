/// The functions of the fn: namespace. What is not listed is unknown at compile time: XPST0017, never a wrong answer.
struct Builtin: Sendable {
    typealias Body = @Sendable (_ arguments: [Value], _ c: Evaluation) throws(XQueryError) -> Value

    let name: String
    let arity: ClosedRange<Int>
    /// With one argument fewer than the least, the context item takes its place.
    let usesContext: Bool
    let body: Body

    init(_ name: String, _ arity: ClosedRange<Int>, context: Bool = false, _ body: @escaping Body) {
        self.name = name
        self.arity = arity
        usesContext = context
        self.body = body
    }
}

enum Builtins {
    static let table: [String: Builtin] = {
        var table: [String: Builtin] = [:]
        let all: [[Builtin]] = [
            BooleanFunctions.all, NumericFunctions.all, StringFunctions.all, SequenceFunctions.all, NodeFunctions.all,
            DateFunctions.all, OtherFunctions.all, RegexFunctions.all,
            NamespaceFunctions.all, UnicodeFunctions.all, MathFunctions.all, FormatFunctions.all, XMLFunctions.all,
        ]
        for group in all { for function in group { table[function.name] = function } }
        return table
    }()

    static func call(
        _ name: String, _ arguments: [any Expression], _ context: StaticContext, _ offset: Int
    ) throws(XQueryError) -> any Expression {
        let count = arguments.count
        switch (name, count) {
        case ("true", 0): return Literal(.boolean(true))
        case ("false", 0): return Literal(.boolean(false))
        case ("boolean", 1): return Predicate(arguments[0])
        case ("not", 1): return Negation(arguments[0])
        case ("position", 0): return FocusNumber(isLast: false, offset: offset)
        case ("last", 0): return FocusNumber(isLast: true, offset: offset)
        case ("count", 1), ("exists", 1), ("empty", 1): return Counting(name, arguments[0])
        case ("static-base-uri", 0): return context.baseURI.map { Literal(.uri($0)) } ?? SequenceExpression([])
        case ("format-number", 2), ("format-number", 3):
            return FormatNumber(arguments, formats: context.decimalFormats, namespaces: context.namespaces, offset: offset)
        case ("format-date", 3 ... 4), ("format-dateTime", 3 ... 4), ("format-time", 3 ... 4):
            throw .static("XPST0017", "\(name)() takes two or five arguments", offset)
        case ("resolve-uri", 1):
            guard let base = context.baseURI else {
                throw .dynamic("FONS0005", "there is no base URI here; give resolve-uri() a second argument", offset)
            }
            return try call(name, arguments + [Literal(.string(base))], context, offset)
        case ("default-collation", 0): return Literal(.string(Collation.codepoint))
        default: break
        }
        guard let function = table[name] else { throw .static("XPST0017", "there is no function \(name)", offset) }
        if function.usesContext && count == function.arity.lowerBound - 1 {
            return BuiltinCall(function, arguments + [ContextItem(offset: offset)], offset: offset)
        }
        guard function.arity.contains(count) else {
            throw .static("XPST0017", "the function \(name) does not take \(count) argument\(count == 1 ? "" : "s")", offset)
        }
        return BuiltinCall(function, arguments, offset: offset)
    }
}

final class BuiltinCall: Expression {
    let function: Builtin
    let arguments: [any Expression]
    let offset: Int

    init(_ function: Builtin, _ arguments: [any Expression], offset: Int) {
        self.function = function
        self.arguments = arguments
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            try c.step()
            var values: [Value] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments { values.append(try argument.evaluate(c)) }
            return try function.body(values, c)
        } catch { throw error.at(offset) }
    }
}

final class Negation: Expression {
    let operand: any Expression

    init(_ operand: any Expression) { self.operand = operand }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { .boolean(try !operand.truth(c)) }
    func truth(_ c: Evaluation) throws(XQueryError) -> Bool { try !operand.truth(c) }
}

/// `position()` and `last()`.
final class FocusNumber: Expression {
    let isLast: Bool
    let offset: Int

    init(isLast: Bool, offset: Int) {
        self.isLast = isLast
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        guard c.focus.item != nil else { throw .dynamic("XPDY0002", "there is no context item here", offset) }
        return .integer(isLast ? c.focus.size : c.focus.position)
    }
}

/// `count()`, `exists()`, `empty()`: of a path only the nodes are needed, not a sequence of them.
final class Counting: Expression {
    enum Kind: String { case count, exists, empty }

    let kind: Kind
    let operand: any Expression

    init(_ name: String, _ operand: any Expression) {
        kind = Kind(rawValue: name) ?? .count
        self.operand = operand
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let count = try count(c)
        switch kind {
        case .count: return .integer(count)
        case .exists: return .boolean(count > 0)
        case .empty: return .boolean(count == 0)
        }
    }

    private func count(_ c: Evaluation) throws(XQueryError) -> Int {
        if let path = operand as? PathExpression {
            do throws(XQueryError) { if let nodes = try path.nodes(c) { return nodes.count } } catch { throw error.at(path.offset) }
        }
        // The parts of a sequence can be counted without putting them together.
        if let sequence = operand as? SequenceExpression {
            var count = 0
            for part in sequence.operands { count += try part.evaluate(c).count }
            return count
        }
        return try operand.evaluate(c).count
    }
}

/// Only the comparison by code points exists.
enum Collation {
    static let codepoint = "http://www.w3.org/2005/xpath-functions/collation/codepoint"

    static func check(_ uri: String, code: String, _ offset: Int = -1) throws(XQueryError) {
        guard uri == codepoint else { throw .static(code, "the collation '\(uri)' is not supported", offset) }
    }
}

/// Arguments by the types functions declare for them.
extension Evaluation {
    func one(_ value: Value, _ what: String) throws(XQueryError) -> Item {
        guard value.count == 1 else { throw .type("\(what) must be one item, not \(value.count)") }
        return value[0]
    }

    /// xs:string?
    func optionalString(_ value: Value) throws(XQueryError) -> String? {
        guard let item = try optionalAtomic(value, "the argument") else { return nil }
        switch item {
        case .string(let text), .untyped(let text), .uri(let text): return text
        default: throw .type("a text is needed here, not \(item.typeName)")
        }
    }

    /// xs:string? where nothing counts as the empty text.
    func string(_ value: Value) throws(XQueryError) -> String { try optionalString(value) ?? "" }

    /// xs:string
    func requiredString(_ value: Value) throws(XQueryError) -> String {
        guard let text = try optionalString(value) else { throw .type("a text is needed here, not an empty sequence") }
        return text
    }

    /// A number of any type; untyped data count as double.
    func optionalNumber(_ value: Value) throws(XQueryError) -> Item? {
        guard let item = try optionalAtomic(value, "the argument") else { return nil }
        if case .untyped = item { return try Casting.cast(item, to: .double, self) }
        guard item.isNumeric else { throw .type("a number is needed here, not \(item.typeName)") }
        return item
    }

    func requiredDouble(_ value: Value) throws(XQueryError) -> Double {
        guard let item = try optionalNumber(value) else { throw .type("a number is needed here, not an empty sequence") }
        return Numbers.double(item)
    }

    /// xs:integer, cut to the machine's range, which is wider than any sequence.
    func requiredInteger(_ value: Value) throws(XQueryError) -> Int {
        guard var item = try optionalAtomic(value, "the argument") else { throw .type("an integer is needed here, not an empty sequence") }
        if case .untyped = item { item = try Casting.cast(item, to: .integer, self) }
        guard let number = Numbers.big(item) else { throw .type("an integer is needed here, not \(item.typeName)") }
        return number.int ?? (number.isNegative ? Int.min / 2 : Int.max / 2)
    }

    func checkCollation(_ arguments: [Value], at index: Int) throws(XQueryError) {
        guard arguments.count > index else { return }
        try Collation.check(try requiredString(arguments[index]), code: "FOCH0002")
    }
}
