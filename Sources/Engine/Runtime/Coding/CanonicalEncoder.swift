/// Writes values as JSON, keys in order of their bytes, so that equal values have equal bytes. Going straight into one buffer takes half to
/// two thirds of what Foundation's encoder takes, which first builds a tree; it is read with Foundation's decoder. What every step writes
/// is put together by `CanonicalText`.
enum CanonicalEncoder {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let writer = CanonicalWriter()
        try writer.write(value)
        return writer.bytes
    }
}

/// The one buffer, and the containers that are open in it from the outermost to the innermost. A container ends when somebody writes
/// into one around it.
private final class CanonicalWriter: Encoder {
    private enum Kind {
        /// Nothing was said of the value yet.
        case undecided
        case object
        case array
        case scalar
    }

    private struct Frame {
        var kind = Kind.undecided
        var isOrdered = true
        var count = 0
    }

    /// Where a member of an object begins, and where its key ends, before the quotation mark.
    private typealias Member = (start: Int, keyEnd: Int)

    // Whoever encodes does nothing else meanwhile; to check each byte for others that write would take longer than writing it.
    @exclusivity(unchecked) private(set) var bytes: [UInt8] = []
    @exclusivity(unchecked) private var frames: [Frame] = []
    /// Of all objects that are open, the innermost one's last.
    @exclusivity(unchecked) private var members: [Member] = []

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init() { bytes.reserveCapacity(512) }

    func write(_ value: some Encodable) throws {
        let depth = frames.count
        frames.append(Frame())
        try value.encode(to: self)
        close(downTo: depth)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        begin(.object, "{")
        return KeyedEncodingContainer(CanonicalObject<Key>(writer: self, depth: frames.count))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        begin(.array, "[")
        return CanonicalArray(writer: self, depth: frames.count)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        begin(.scalar, "")
        return CanonicalScalar(writer: self)
    }

    // MARK: For the containers

    /// Room for a value inside the container at some depth, as the value of a key or as the next element.
    func beginMember(_ key: (any CodingKey)?, at depth: Int) {
        close(downTo: depth)
        let isFirst = frames[depth - 1].count == 0
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        frames[depth - 1].count += 1
        guard let key else { return }
        let start = bytes.count
        write(key.stringValue)
        let member = (start: start, keyEnd: bytes.count - 1)
        if !isFirst, frames[depth - 1].isOrdered, let last = members.last { frames[depth - 1].isOrdered = precedes(last, member) }
        members.append(member)
        bytes.append(UInt8(ascii: ":"))
    }

    /// An encoder for the value that was just begun, for whoever writes it later.
    func nested() -> CanonicalWriter {
        frames.append(Frame())
        return self
    }

    /// Values in the container at some depth.
    func count(at depth: Int) -> Int { frames[depth - 1].count }

    func writeNull() { write(literal: "null") }

    func write(_ flag: Bool) { write(literal: flag ? "true" : "false") }

    func write(integer: some FixedWidthInteger) { bytes.append(contentsOf: String(integer).utf8) }

    func write(_ number: some BinaryFloatingPoint & CustomStringConvertible & Encodable) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(
                number, EncodingError.Context(codingPath: [], debugDescription: "\(number) has no stored form"))
        }
        bytes.append(contentsOf: number.description.utf8)
    }

    func write(_ text: String) { bytes.appendJSON(text) }

    // MARK: Frames

    private func write(literal: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private func begin(_ kind: Kind, _ bracket: StaticString) {
        guard frames[frames.count - 1].kind == .undecided else { return }
        frames[frames.count - 1].kind = kind
        write(literal: bracket)
    }

    private func close(downTo depth: Int) {
        while frames.count > depth {
            let frame = frames.removeLast()
            switch frame.kind {
            case .object:
                if !frame.isOrdered { order(members.suffix(frame.count)) }
                members.removeLast(frame.count)
                bytes.append(UInt8(ascii: "}"))
            case .array: bytes.append(UInt8(ascii: "]"))
            case .undecided: write(literal: "{}")
            case .scalar: break
            }
        }
    }

    private func precedes(_ a: Member, _ b: Member) -> Bool {
        bytes[a.start ..< a.keyEnd].lexicographicallyPrecedes(bytes[b.start ..< b.keyEnd])
    }

    private func order(_ members: ArraySlice<Member>) {
        guard let first = members.first?.start else { return }
        let ends = members.dropFirst().map { $0.start - 1 } + [bytes.count]
        let ordered = zip(members, ends).sorted { precedes($0.0, $1.0) }
        let text = Array(ordered.map { bytes[$0.0.start ..< $0.1] }.joined(separator: [UInt8(ascii: ",")]))
        bytes.replaceSubrange(first..., with: text)
    }
}

private struct CanonicalObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: CanonicalWriter
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    private func begin(_ key: Key) -> CanonicalWriter {
        writer.beginMember(key, at: depth)
        return writer
    }

    func encodeNil(forKey key: Key) { begin(key).writeNull() }
    func encode(_ value: Bool, forKey key: Key) { begin(key).write(value) }
    func encode(_ value: String, forKey key: Key) { begin(key).write(value) }
    func encode(_ value: Double, forKey key: Key) throws { try begin(key).write(value) }
    func encode(_ value: Float, forKey key: Key) throws { try begin(key).write(value) }
    func encode(_ value: some FixedWidthInteger & Encodable, forKey key: Key) { begin(key).write(integer: value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try begin(key).write(value) }

    func nestedContainer<NestedKey>(keyedBy type: NestedKey.Type, forKey key: Key) -> KeyedEncodingContainer<NestedKey> {
        begin(key).nested().container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { begin(key).nested().unkeyedContainer() }
    func superEncoder(forKey key: Key) -> any Encoder { begin(key).nested() }

    func superEncoder() -> any Encoder {
        writer.beginMember(SuperKey(), at: depth)
        return writer.nested()
    }
}

/// Where a class keeps what its parent class writes.
private struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }

    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}

private struct CanonicalArray: UnkeyedEncodingContainer {
    let writer: CanonicalWriter
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var count: Int { writer.count(at: depth) }

    private func begin() -> CanonicalWriter {
        writer.beginMember(nil, at: depth)
        return writer
    }

    func encodeNil() { begin().writeNull() }
    func encode(_ value: Bool) { begin().write(value) }
    func encode(_ value: String) { begin().write(value) }
    func encode(_ value: Double) throws { try begin().write(value) }
    func encode(_ value: Float) throws { try begin().write(value) }
    func encode(_ value: some FixedWidthInteger & Encodable) { begin().write(integer: value) }
    func encode(_ value: some Encodable) throws { try begin().write(value) }

    func nestedContainer<NestedKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        begin().nested().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { begin().nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { begin().nested() }
}

private struct CanonicalScalar: SingleValueEncodingContainer {
    let writer: CanonicalWriter

    var codingPath: [any CodingKey] { [] }

    func encodeNil() { writer.writeNull() }
    func encode(_ value: Bool) { writer.write(value) }
    func encode(_ value: String) { writer.write(value) }
    func encode(_ value: Double) throws { try writer.write(value) }
    func encode(_ value: Float) throws { try writer.write(value) }
    func encode(_ value: some FixedWidthInteger & Encodable) { writer.write(integer: value) }
    func encode(_ value: some Encodable) throws { try writer.write(value) }
}
