import XMLTree

extension Evaluation {
    func atomize(_ item: Item) throws(XQueryError) -> Item {
        if case .node(let node) = item { return try atomized(node) }
        return item.plain
    }

    /// Atomized with the derived types kept, for what hands values on.
    func data(_ value: Value) throws(XQueryError) -> Value {
        guard case .many(let items) = value else {
            if case .one(.derived) = value { return value }
            return try atomize(value)
        }
        try step(items.count)
        var result: [Item] = []
        result.reserveCapacity(items.count)
        for item in items {
            if case .derived = item { result.append(item) } else { result.append(try atomize(item)) }
        }
        return .many(result)
    }

    func atomize(_ value: Value) throws(XQueryError) -> Value {
        switch value {
        case .empty, .range: return value
        case .one(let item): return .one(try atomize(item))
        case .many(let items):
            try step(items.count)
            var result: [Item] = []
            result.reserveCapacity(items.count)
            for item in items { result.append(try atomize(item)) }
            return .many(result)
        }
    }

    /// The one atomic value of an operand, nil for none; several are a type error.
    func optionalAtomic(_ value: Value, _ what: @autoclosure () -> String = "the operand") throws(XQueryError) -> Item? {
        guard value.count <= 1 else {
            throw .type("\(what()) must be a single value, but there are \(value.count)")
        }
        guard let item = value.first else { return nil }
        return try atomize(item)
    }

    /// The text of any atomic value or node.
    func text(_ item: Item) throws(XQueryError) -> String {
        switch item {
        case .node(let node): return try stringValue(of: node)
        case .untyped(let text), .string(let text), .uri(let text): return text
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .bigInteger(let value): return value.description
        case .decimal(let value): return value.description
        case .double(let value): return format(value)
        case .float(let value): return format(value)
        case .moment(let value): return value.description
        case .duration(let value): return value.description
        case .qname(let value): return value.description
        case .binary(let value): return value.description
        case .derived(_, let value): return try text(value)
        }
    }

    func effectiveBoolean(_ value: Value) throws(XQueryError) -> Bool {
        switch value {
        case .empty: return false
        case .one(let item): return try effectiveBoolean(item)
        case .range: break
        case .many(let items):
            if items.isEmpty { return false }
            if case .node = items[0] { return true }
            if items.count == 1 { return try effectiveBoolean(items[0]) }
        }
        throw XQueryError(code: "FORG0006", message: "a sequence of \(value.count) values is neither true nor false", kind: .type)
    }

    func effectiveBoolean(_ item: Item) throws(XQueryError) -> Bool {
        switch item {
        case .node: return true
        case .boolean(let value): return value
        case .untyped(let text), .string(let text), .uri(let text): return !text.isEmpty
        case .integer(let value): return value != 0
        case .bigInteger: return true
        case .decimal(let value): return !value.unscaled.isZero
        case .double(let value): return value != 0 && !value.isNaN
        case .float(let value): return value != 0 && !value.isNaN
        case .derived(_, let value): return try effectiveBoolean(value)
        default: throw XQueryError(code: "FORG0006", message: "\(item.typeName) is neither true nor false", kind: .type)
        }
    }
}

/// Doubles as XPath writes them: plain between a millionth and a million, else with exponent; shortest digits that read back.
func format(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-INF" : "INF" }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    if value.magnitude < 1_000_000, value == value.rounded(.towardZero) { return String(Int(value)) }
    return layout("\(value.magnitude)", negative: value < 0, plain: value.magnitude >= 0.000001 && value.magnitude < 1_000_000)
}

func format(_ value: Float) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-INF" : "INF" }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    return layout("\(value.magnitude)", negative: value < 0, plain: value.magnitude >= 0.000001 && value.magnitude < 1_000_000)
}

/// Re-arranges Swift's shortest description ("1.5e-07", "1234567.0").
private func layout(_ shortest: String, negative: Bool, plain: Bool) -> String {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let parts = shortest.split(separator: "e")
    for byte in parts[0].utf8 {
        if byte == 46 { point = digits.count } else { digits.append(byte) }
    }
    if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
    // value = 0.d1d2d3… × 10^magnitude
    var magnitude = (point ?? digits.count) + exponent
    while digits.first == 48 && digits.count > 1 {
        digits.removeFirst()
        magnitude -= 1
    }
    while digits.last == 48 && digits.count > 1 { digits.removeLast() }
    let text = String(decoding: digits, as: UTF8.self)
    let sign = negative ? "-" : ""
    if plain {
        if magnitude <= 0 { return sign + "0." + String(repeating: "0", count: -magnitude) + text }
        if magnitude >= digits.count { return sign + text + String(repeating: "0", count: magnitude - digits.count) }
        return sign + text.prefix(magnitude) + "." + text.dropFirst(magnitude)
    }
    let fraction = digits.count > 1 ? String(text.dropFirst()) : "0"
    return sign + text.prefix(1) + "." + fraction + "E" + String(magnitude - 1)
}

extension Binary {
    var description: String {
        if isHex {
            let digits = Array("0123456789ABCDEF".utf8)
            return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start ..< min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for i in 0 ..< 4 { text.append(i <= group.count ? alphabet[bits >> (18 - 6 * i) & 63] : 61) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func parse(_ text: String, isHex: Bool) -> Binary? {
        var bytes: [UInt8] = []
        var bits = 0, count = 0, padding = 0
        for byte in text.utf8 where isHex || !Casting.isSpace(byte) {
            let value: Int
            switch byte {
            case 48 ... 57: value = Int(byte) - 48 + (isHex ? 0 : 52)
            case 65 ... 70 where isHex: value = Int(byte) - 55
            case 97 ... 102 where isHex: value = Int(byte) - 87
            case 65 ... 90 where !isHex: value = Int(byte) - 65
            case 97 ... 122 where !isHex: value = Int(byte) - 71
            case 43 where !isHex: value = 62
            case 47 where !isHex: value = 63
            case 61 where !isHex:
                padding += 1
                continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            bits = (bits << (isHex ? 4 : 6) | value) & 0xFFFFFF
            count += 1
            if isHex {
                if count % 2 == 0 { bytes.append(UInt8(bits & 255)) }
            } else if count % 4 == 0 {
                bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
            }
        }
        if isHex { return count % 2 == 0 ? Binary(isHex: true, bytes: bytes) : nil }
        switch (count % 4, padding) {
        case (0, 0): break
        case (2, 2):
            guard bits & 15 == 0 else { return nil }
            bytes.append(UInt8(bits >> 4 & 255))
        case (3, 1):
            guard bits & 3 == 0 else { return nil }
            bytes += [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)]
        default: return nil
        }
        return Binary(isHex: false, bytes: bytes)
    }
}
