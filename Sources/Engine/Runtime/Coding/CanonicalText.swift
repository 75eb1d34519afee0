import Workflow
import XMLTree

/// JSON as it grows, member by member. What every step writes, a case and its events, is put together here by hand, keys in the order of
/// their bytes: that takes a fifth of what `CanonicalEncoder` takes, which has to ask each value what it consists of. The form is the
/// same, and a test compares the two.
struct CanonicalText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init() { bytes.reserveCapacity(512) }

    mutating func object(_ members: (inout Self) throws -> Void) rethrows {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        try members(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    mutating func list<Element>(_ elements: some Sequence<Element>, _ write: (inout Self, Element) throws -> Void) rethrows {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            try write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    mutating func write(_ text: String) { bytes.appendJSON(text) }
    mutating func write(_ number: some FixedWidthInteger) { bytes.append(contentsOf: String(number).utf8) }

    // MARK: Members

    mutating func member(_ name: String, _ write: (inout Self) throws -> Void) rethrows {
        separate()
        self.write(name)
        bytes.append(UInt8(ascii: ":"))
        try write(&self)
    }

    mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        write(text)
    }

    mutating func member(_ name: StaticString, _ text: String?) {
        if let text { member(name, text) }
    }

    mutating func member(_ name: StaticString, _ number: some FixedWidthInteger) {
        key(name)
        write(number)
    }

    mutating func member(_ name: StaticString, _ number: (some FixedWidthInteger)?) {
        if let number { member(name, number) }
    }

    mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    mutating func member(_ name: StaticString, _ id: CaseID) { member(name, id.description) }
    mutating func member(_ name: StaticString, _ id: WorkItemID) { member(name, id.description) }
    mutating func member(_ name: StaticString, _ document: XMLDocument) { member(name, document.serialized()) }

    mutating func member(_ name: StaticString, _ ids: some Sequence<CaseID>) {
        key(name)
        list(ids) { $0.write($1.description) }
    }

    mutating func member(_ name: StaticString, _ variables: [Variable]) {
        key(name)
        list(variables) { $0.write($1.value.serialized()) }
    }

    /// In the order of the keys' bytes.
    mutating func member<Value>(
        _ name: StaticString, _ entries: some Sequence<(key: String, value: Value)>, _ write: (inout Self, Value) throws -> Void
    ) rethrows {
        key(name)
        try object { form in
            for (key, value) in entries.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                try form.member(key) { try write(&$0, value) }
            }
        }
    }

    /// What is rare.
    mutating func member(_ name: StaticString, encoded value: (some Encodable)?) throws {
        guard let value else { return }
        key(name)
        bytes += try CanonicalEncoder.encode(value)
    }
}

extension [UInt8] {
    mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        let isPlain = text.utf8.withContiguousStorageIfAvailable { plain in
            guard plain.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else { return false }
            append(contentsOf: plain)
            return true
        }
        if isPlain != true { for byte in text.utf8 { appendEscaped(byte) } }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0 ..< 0x20: append(contentsOf: ((byte < 0x10 ? "\\u000" : "\\u001") + String(byte & 0xF, radix: 16)).utf8)
        default: append(byte)
        }
    }
}
