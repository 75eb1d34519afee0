/// A node of one of the trees an evaluation knows. Document order is the order of the three numbers.
struct Node: Sendable, Hashable, Comparable {
    var tree: UInt32
    var index: UInt32
    /// 0 is the node itself, n its n-th attribute.
    var attribute: UInt32 = 0

    static func < (a: Node, b: Node) -> Bool {
        a.tree != b.tree ? a.tree < b.tree : a.index != b.index ? a.index < b.index : a.attribute < b.attribute
    }
}

/// One item of a sequence: a node or an atomic value with its type.
enum Item: Sendable {
    case node(Node)
    case untyped(String)
    case string(String)
    case uri(String)
    case boolean(Bool)
    case integer(Int)
    /// An integer that does not fit `integer`; never one that does. Rare and large, so kept elsewhere.
    indirect case bigInteger(BigInteger)
    case decimal(XDecimal)
    case double(Double)
    case float(Float)
    case moment(Moment)
    case duration(Duration)
    case qname(QualifiedName)
    case binary(Binary)
    /// A value of a derived type with the primitive value that stands for it; `atomize` lays the type aside.
    indirect case derived(AtomicType, Item)

    init(_ value: BigInteger) {
        if let small = value.int { self = .integer(small) } else { self = .bigInteger(value) }
    }

    /// `nil` for nodes.
    var type: AtomicType? {
        switch self {
        case .node: nil
        case .untyped: .untypedAtomic
        case .string: .string
        case .uri: .anyURI
        case .boolean: .boolean
        case .integer, .bigInteger: .integer
        case .decimal: .decimal
        case .double: .double
        case .float: .float
        case .moment(let value): value.type
        case .duration(let value): value.type
        case .qname: .QName
        case .binary(let value): value.isHex ? .hexBinary : .base64Binary
        case .derived(let type, _): type
        }
    }

    /// Without a derived type.
    var plain: Item {
        if case .derived(_, let value) = self { return value }
        return self
    }

    var isNumeric: Bool {
        switch self {
        case .integer, .bigInteger, .decimal, .double, .float: true
        case .derived(_, let value): value.isNumeric
        default: false
        }
    }

    /// What a person calls it, for messages.
    var typeName: String { type.map { "xs:" + $0.rawValue } ?? "a node" }
}

/// An xs:QName value.
final class QualifiedName: Sendable {
    let prefix: String
    let uri: String
    let local: String

    init(prefix: String, uri: String, local: String) {
        self.prefix = prefix
        self.uri = uri
        self.local = local
    }

    var description: String { prefix.isEmpty ? local : prefix + ":" + local }
}

/// An xs:hexBinary or xs:base64Binary value.
final class Binary: Sendable {
    let isHex: Bool
    let bytes: [UInt8]

    init(isHex: Bool, bytes: [UInt8]) {
        self.isHex = isHex
        self.bytes = bytes
    }
}

/// A sequence of items. Most have none or one; a range stays two numbers until someone looks inside.
enum Value: Sendable {
    case empty
    case one(Item)
    case many([Item])
    /// Not empty: the first number is at most the second.
    case range(Int, Int)

    init(_ items: [Item]) { self = items.isEmpty ? .empty : items.count == 1 ? .one(items[0]) : .many(items) }
    init(_ item: Item?) { self = item.map { .one($0) } ?? .empty }
    static func boolean(_ value: Bool) -> Value { .one(.boolean(value)) }
    static func string(_ value: String) -> Value { .one(.string(value)) }
    static func integer(_ value: Int) -> Value { .one(.integer(value)) }

    var count: Int {
        switch self {
        case .empty: 0
        case .one: 1
        case .many(let items): items.count
        case .range(let low, let high): high - low + 1
        }
    }

    var isEmpty: Bool {
        switch self {
        case .empty: true
        case .many(let items): items.isEmpty
        default: false
        }
    }

    /// The item at a position counted from 0, which must exist.
    subscript(index: Int) -> Item {
        switch self {
        case .one(let item): item
        case .many(let items): items[index]
        case .range(let low, _): .integer(low + index)
        case .empty: .boolean(false)
        }
    }

    var first: Item? { isEmpty ? nil : self[0] }
}

extension Value: Sequence {
    struct Iterator: IteratorProtocol {
        let value: Value
        var index = 0
        let count: Int

        mutating func next() -> Item? {
            guard index < count else { return nil }
            defer { index += 1 }
            return value[index]
        }
    }

    func makeIterator() -> Iterator { Iterator(value: self, count: count) }
    var underestimatedCount: Int { count }
}
