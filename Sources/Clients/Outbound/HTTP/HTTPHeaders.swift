/// Header fields in their order; names are found whatever their case.
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral, Sequence {
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    private var fields: [Field]

    public init() { fields = [] }

    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first value under this name. Setting replaces them all; nil removes them.
    public subscript(name: String) -> String? {
        get {
            let wanted = name.lowercased()
            return fields.first { $0.name.lowercased() == wanted }?.value
        }
        set {
            let wanted = name.lowercased()
            fields.removeAll { $0.name.lowercased() == wanted }
            if let newValue { add(name, newValue) }
        }
    }

    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

    /// Why they cannot be sent, if so. A control character would let a value become a header or a request of its own.
    var problem: String? {
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(HTTPMethod.isTokenByte) else {
                return "a header's name has a character that does not belong there"
            }
            guard !field.value.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
                return "the header \(field.name) has a line break or other control character"
            }
            guard !["content-length", "transfer-encoding", "connection"].contains(field.name.lowercased()) else {
                return "the header \(field.name) is the client's own to set"
            }
        }
        return nil
    }
}
