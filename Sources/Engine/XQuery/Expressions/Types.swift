/// A sequence type: `xs:integer?`, `element(a)*`, `empty-sequence()`.
struct SequenceType: Sendable {
    enum ItemType: Sendable {
        case item
        case atomic(AtomicType)
        case node(NodeTest)
    }

    enum Occurrence: Sendable { case one, optional, any, some }

    /// nil is `empty-sequence()`.
    let item: ItemType?
    let occurrence: Occurrence

    func allows(count: Int) -> Bool {
        guard item != nil else { return count == 0 }
        switch occurrence {
        case .one: return count == 1
        case .optional: return count <= 1
        case .any: return true
        case .some: return count >= 1
        }
    }
}

extension Evaluation {
    func matches(_ item: Item, _ type: SequenceType.ItemType) -> Bool {
        switch (type, item) {
        case (.item, _): return true
        case (.node(let test), .node(let node)): return matches(node, test)
        case (.atomic(let wanted), _):
            guard let type = item.type else { return false }
            return wanted.includes(type)
        default: return false
        }
    }

    func matches(_ value: Value, _ type: SequenceType) throws(XQueryError) -> Bool {
        guard type.allows(count: value.count) else { return false }
        guard let wanted = type.item else { return true }
        if case .range = value { return matches(.integer(0), wanted) }
        try step(value.count)
        return value.allSatisfy { matches($0, wanted) }
    }

    /// Refuses a value that is not of a declared type.
    func check(_ value: Value, _ type: SequenceType, _ what: String, _ offset: Int) throws(XQueryError) {
        guard try matches(value, type) else { throw .type("the value of \(what) does not have its declared type", offset) }
    }

    /// The conversions made when a value is passed to a declared function: atomize, cast untyped data, promote numbers.
    func converted(_ value: Value, to type: SequenceType, _ what: String, _ offset: Int) throws(XQueryError) -> Value {
        guard case .atomic(let wanted)? = type.item else {
            try check(value, type, what, offset)
            return value
        }
        var items: [Item] = []
        for item in try data(value) {
            var result = item
            if case .untyped = item, wanted != .untypedAtomic, wanted != .anyAtomicType {
                result = try Casting.cast(item, to: wanted, self)
            } else if wanted == .double, item.isNumeric {
                result = .double(Numbers.double(item.plain))
            } else if wanted == .float, item.isNumeric, item.type != .double {
                result = .float(Numbers.float(item.plain))
            } else if wanted == .string, case .uri(let text) = item {
                result = .string(text)
            }
            items.append(result)
        }
        let result = Value(items)
        try check(result, type, what, offset)
        return result
    }
}

final class InstanceOf: Expression {
    let operand: any Expression
    let type: SequenceType

    init(_ operand: any Expression, _ type: SequenceType) {
        self.operand = operand
        self.type = type
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value { .boolean(try c.matches(try operand.evaluate(c), type)) }
}

final class TreatAs: Expression {
    let operand: any Expression
    let type: SequenceType
    let offset: Int

    init(_ operand: any Expression, _ type: SequenceType, offset: Int) {
        self.operand = operand
        self.type = type
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let value = try operand.evaluate(c)
        guard try c.matches(value, type) else {
            throw XQueryError(
                code: "XPDY0050", message: "the value does not have the type that 'treat as' promises", offset: offset, kind: .type)
        }
        return value
    }
}

/// `cast as`, `castable as` and the constructor functions `xs:integer(…)`.
final class CastExpression: Expression {
    let operand: any Expression
    let type: AtomicType
    let optional: Bool
    let onlyAsks: Bool
    let offset: Int

    init(_ operand: any Expression, to type: AtomicType, optional: Bool, onlyAsks: Bool = false, offset: Int) {
        self.operand = operand
        self.type = type
        self.optional = optional
        self.onlyAsks = onlyAsks
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            let value = try c.data(try operand.evaluate(c))
            if onlyAsks {
                guard value.count == 1 else { return .boolean(value.isEmpty && optional) }
                return .boolean(try Casting.castable(value[0], to: type, c))
            }
            guard value.count <= 1 else { throw .type("only a single value can be cast to xs:\(type.rawValue), not \(value.count)") }
            guard let item = value.first else {
                if optional { return .empty }
                throw .type("an empty sequence cannot be cast to xs:\(type.rawValue)")
            }
            try c.step()
            return .one(try Casting.cast(item, to: type, c))
        } catch { throw error.at(offset) }
    }
}

/// `cast as xs:QName` and the like: prefixes mean what they mean where the expression stands.
final class QNameCast: Expression {
    let operand: any Expression
    let namespaces: [String: String]
    let optional: Bool
    let onlyAsks: Bool
    let offset: Int

    init(_ operand: any Expression, namespaces: [String: String], optional: Bool, onlyAsks: Bool, offset: Int) {
        self.operand = operand
        self.namespaces = namespaces
        self.optional = optional
        self.onlyAsks = onlyAsks
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        let value: Value
        do throws(XQueryError) { value = try c.atomize(try operand.evaluate(c)) } catch { throw error.at(offset) }
        if !onlyAsks {
            do throws(XQueryError) { return try name(value) } catch { throw error.at(offset) }
        }
        do throws(XQueryError) {
            _ = try name(value)
            return .boolean(true)
        } catch { return .boolean(false) }
    }

    private func name(_ value: Value) throws(XQueryError) -> Value {
        guard value.count <= 1 else { throw .type("only a single value can be cast to xs:QName, not \(value.count)") }
        switch value.first {
        case nil:
            guard optional else { throw .type("an empty sequence cannot be cast to xs:QName") }
            return .empty
        case .qname(let name)?: return .one(.qname(name))
        case .string(let text)?, .untyped(let text)?:
            let parts = Casting.trimmed(text).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, parts.allSatisfy(Casting.isNCName) else { throw .badValue(text, "xs:QName") }
            let prefix = parts.count == 2 ? parts[0] : ""
            guard let uri = prefix.isEmpty ? namespaces[""] ?? "" : namespaces[prefix] else {
                throw .dynamic("FONS0004", "the prefix '\(prefix)' is not declared")
            }
            return .one(.qname(QualifiedName(prefix: prefix, uri: uri, local: parts[parts.count - 1])))
        case let item?: throw .type("\(item.typeName) cannot be cast to xs:QName")
        }
    }
}
