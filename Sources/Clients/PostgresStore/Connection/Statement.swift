/// One statement with its parameters. Its text is prepared once per connection, so texts must be few: what varies is a parameter.
struct Statement: Sendable {
    let text: String
    let parameters: [Parameter]

    init(_ text: String, _ parameters: Parameter...) {
        self.text = text
        self.parameters = parameters
    }

    init(_ text: String, parameters: [Parameter]) {
        self.text = text
        self.parameters = parameters
    }
}

/// A parameter in PostgreSQL's binary form.
struct Parameter: Sendable {
    /// Object id of its type, fixed in every PostgreSQL.
    let type: UInt32
    let bytes: [UInt8]?

    static func int(_ value: Int64?) -> Parameter { Parameter(type: 20, bytes: value.map { bigEndian($0) }) }
    static func int(_ value: Int) -> Parameter { int(Int64(value)) }
    static func bool(_ value: Bool) -> Parameter { Parameter(type: 16, bytes: [value ? 1 : 0]) }
    static func text(_ value: String?) -> Parameter { Parameter(type: 25, bytes: value.map { storable($0) }) }
    static func bytes(_ value: [UInt8]?) -> Parameter { Parameter(type: 17, bytes: value) }

    static func ints(_ values: [Int64?]) -> Parameter { array(1016, of: 20, values.map { $0.map { bigEndian($0) } }) }
    static func texts(_ values: [String?]) -> Parameter { array(1009, of: 25, values.map { $0.map { storable($0) } }) }
    static func bytesList(_ values: [[UInt8]?]) -> Parameter { array(1001, of: 17, values) }

    /// PostgreSQL's text cannot hold U+0000, which XML cannot either; in a name or reason it is left out.
    private static func storable(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes
    }

    private static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    /// The form of array_recv: dimensions, whether there are nulls, type of the elements, length and lower bound, then the elements.
    private static func array(_ type: UInt32, of element: UInt32, _ values: [[UInt8]?]) -> Parameter {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + values.reduce(0) { $0 + 4 + ($1?.count ?? 0) })
        func append(_ value: Int32) { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }
        append(values.isEmpty ? 0 : 1)
        append(values.contains { $0 == nil } ? 1 : 0)
        append(Int32(bitPattern: element))
        if !values.isEmpty {
            append(Int32(clamping: values.count))
            append(1)
        }
        for value in values {
            guard let value else {
                append(-1)
                continue
            }
            append(Int32(clamping: value.count))
            bytes.append(contentsOf: value)
        }
        return Parameter(type: type, bytes: bytes)
    }
}
