/// A JSON document as a value whose objects keep the order of their members, so that output is stable and reads well.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Null when it is no finite number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public let key: String
        public let value: JSONValue

        public init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    public static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { Member($0.key, $0.value) })
    }

    public static func string(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// Indented by two spaces; an array of objects puts each object on lines of its own.
    public var text: String {
        var out = ""
        write(to: &out, indent: "")
        return out
    }

    /// On one line.
    public var line: String {
        var out = ""
        write(to: &out, indent: nil)
        return out
    }

    private func write(to out: inout String, indent: String?) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .number(let value): out += value.isFinite ? String(value) : "null"
        case .string(let value): Self.quote(value, to: &out)
        case .array(let values):
            Self.list(values.count, "[", "]", to: &out, indent: indent) { i, inner, out in values[i].write(to: &out, indent: inner) }
        case .object(let members):
            Self.list(members.count, "{", "}", to: &out, indent: indent) { i, inner, out in
                Self.quote(members[i].key, to: &out)
                out += inner == nil ? ":" : ": "
                members[i].value.write(to: &out, indent: inner)
            }
        }
    }

    private static func list(
        _ count: Int, _ open: String, _ close: String, to out: inout String, indent: String?,
        _ body: (Int, String?, inout String) -> Void
    ) {
        out += open
        let inner = indent.map { $0 + "  " }
        for i in 0 ..< count {
            if i > 0 { out += "," }
            if let inner { out += "\n" + inner }
            body(i, inner, &out)
        }
        if let indent, count > 0 { out += "\n" + indent }
        out += close
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
