import Foundation

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

    static func ints(_ values: [Int64?]) -> Parameter {
        let nulls = values.count { $0 == nil }
        return array(1016, of: 20, count: values.count, nulls: nulls, content: 8 * (values.count - nulls)) { writer in
            for value in values { writer.put(value) }
        }
    }

    static func texts(_ values: [String?]) -> Parameter { list(1009, of: 25, values.map { $0.map { storable($0) } }) }
    static func bytesList(_ values: [[UInt8]?]) -> Parameter { list(1001, of: 17, values) }

    /// PostgreSQL's text cannot hold U+0000, which XML cannot either; in a name or reason it is left out.
    private static func storable(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let isClean = bytes.withUnsafeBytes { all in all.baseAddress.map { memchr($0, 0, all.count) == nil } ?? true }
        return isClean ? bytes : bytes.filter { $0 != 0 }
    }

    private static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private static func list(_ type: UInt32, of element: UInt32, _ values: [[UInt8]?]) -> Parameter {
        var nulls = 0, content = 0
        for value in values { if let value { content += value.count } else { nulls += 1 } }
        return array(type, of: element, count: values.count, nulls: nulls, content: content) { writer in
            for value in values { writer.put(value) }
        }
    }

    /// The form of array_recv: dimensions, whether there are nulls, type of the elements, length and lower bound, then the elements.
    /// - Parameter content: bytes of all elements together.
    private static func array(
        _ type: UInt32, of element: UInt32, count: Int, nulls: Int, content: Int, _ elements: (inout ArrayWriter) -> Void
    ) -> Parameter {
        let size = count == 0 ? 12 : 20 + 4 * count + content
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            var writer = ArrayWriter(buffer: UnsafeMutableRawBufferPointer(buffer))
            writer.put(Int32(count == 0 ? 0 : 1))
            writer.put(Int32(nulls == 0 ? 0 : 1))
            writer.put(Int32(bitPattern: element))
            if count > 0 {
                writer.put(Int32(clamping: count))
                writer.put(Int32(1))
                elements(&writer)
            }
            written = size
        }
        return Parameter(type: type, bytes: bytes)
    }
}

/// Writes numbers and bytes one after the other into a place that is just as large.
private struct ArrayWriter {
    let buffer: UnsafeMutableRawBufferPointer
    var offset = 0

    mutating func put(_ value: Int32) {
        buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self)
        offset += 4
    }

    mutating func put(_ value: Int64?) {
        guard let value else { return put(Int32(-1)) }
        put(Int32(8))
        buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int64.self)
        offset += 8
    }

    mutating func put(_ value: [UInt8]?) {
        guard let value else { return put(Int32(-1)) }
        put(Int32(clamping: value.count))
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset ..< offset + value.count]).copyBytes(from: value)
        offset += value.count
    }
}
