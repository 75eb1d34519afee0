/// Casts between the atomic types (XPath functions and operators, chapter 17).
enum Casting {
    static func cast(_ item: Item, to target: AtomicType, _ c: Evaluation) throws(XQueryError) -> Item {
        let primitive = target.primitive
        if item.type == target { return item }
        let item = item.plain
        let result: Item
        switch item {
        case .node: throw .type("a node cannot be cast")
        case .untyped(let text), .string(let text): result = try parse(text, as: primitive, target)
        default:
            if item.type == primitive {
                result = item
            } else if primitive == .string {
                result = .string(try c.text(item))
            } else if primitive == .untypedAtomic {
                result = .untyped(try c.text(item))
            } else {
                result = try convert(item, to: primitive)
            }
        }
        return target == primitive ? result : try derived(result, target, c)
    }

    static func castable(_ item: Item, to target: AtomicType, _ c: Evaluation) throws(XQueryError) -> Bool {
        do throws(XQueryError) {
            _ = try cast(item, to: target, c)
            return true
        } catch {
            if error.kind == .limit { throw error }
            return false
        }
    }

    /// White space collapsed, as for every type but strings.
    static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, isSpace(first) || isSpace(last) else { return text }
        guard let low = bytes.firstIndex(where: { !isSpace($0) }), let high = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(text[low ... high])
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private static func parse(_ text: String, as type: AtomicType, _ target: AtomicType) throws(XQueryError) -> Item {
        if type == .string { return .string(text) }
        if type == .untypedAtomic { return .untyped(text) }
        let lexical = trimmed(text)
        let result: Item?
        switch type {
        case .anyURI: result = .uri(lexical)
        case .boolean:
            result = lexical == "true" || lexical == "1" ? .boolean(true) : lexical == "false" || lexical == "0" ? .boolean(false) : nil
        case .integer: result = try integer(lexical)
        case .decimal:
            if lexical.utf8.count > XDecimal.maxDigits {
                throw .dynamic("FOAR0002", "the number has more than \(XDecimal.maxDigits) digits")
            }
            result = XDecimal(lexical.utf8).map { .decimal($0) }
        case .double: result = double(lexical).map { .double($0) }
        case .float: result = float(lexical).map { .float($0) }
        case .date, .time, .dateTime, .gYear, .gYearMonth, .gMonth, .gMonthDay, .gDay:
            result = Moment.parse(lexical, as: type).map { .moment($0) }
        case .duration, .yearMonthDuration, .dayTimeDuration: result = Duration.parse(lexical, as: type).map { .duration($0) }
        case .hexBinary: result = Binary.parse(lexical, isHex: true).map { .binary($0) }
        case .base64Binary: result = Binary.parse(lexical, isHex: false).map { .binary($0) }
        default: throw .type("a text cannot be cast to xs:\(target.rawValue)")
        }
        guard let result else { throw .badValue(text, "xs:\(target.rawValue)") }
        return result
    }

    private static func integer(_ text: String) throws(XQueryError) -> Item? {
        let bytes = Array(text.utf8)
        let digits = bytes.first == 43 || bytes.first == 45 ? bytes.dropFirst() : bytes[...]
        guard !digits.isEmpty, digits.allSatisfy({ 48 ... 57 ~= $0 }) else { return nil }
        if digits.count <= 18, let small = Int(text) { return .integer(small) }
        guard digits.count <= XDecimal.maxDigits else {
            throw .dynamic("FOAR0002", "the number has more than \(XDecimal.maxDigits) digits")
        }
        return Item(BigInteger(digits: digits, negative: bytes.first == 45))
    }

    /// The lexical form of xs:double: Swift's own reader also takes "nan", "0x1p3" and "inf".
    static func double(_ text: String) -> Double? {
        if let plain = plainDouble(text.utf8) { return plain }
        switch text {
        case "INF", "+INF": return .infinity
        case "-INF": return -.infinity
        case "NaN": return .nan
        default: return isFloatingPoint(text) ? Double(text) : nil
        }
    }

    /// `-12.50`: at most 15 digits are exact as a double, and so is a small power of ten; their quotient is rounded correctly.
    static func plainDouble(_ text: some Collection<UInt8>) -> Double? {
        var digits = 0, number = 0, scale = -1, isFirst = true, negative = false
        for byte in text {
            switch byte {
            case 48 ... 57:
                digits += 1
                guard digits <= 15 else { return nil }
                number = number * 10 + Int(byte - 48)
                if scale >= 0 { scale += 1 }
            case 46 where scale < 0: scale = 0
            case 45 where isFirst: negative = true
            default: return nil
            }
            isFirst = false
        }
        guard digits > 0 else { return nil }
        let value = scale > 0 ? Double(number) / powersOfTen[scale] : Double(number)
        return negative ? -value : value
    }

    private static let powersOfTen: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]

    private static func float(_ text: String) -> Float? {
        switch text {
        case "INF", "+INF": return .infinity
        case "-INF": return -.infinity
        case "NaN": return .nan
        default: return isFloatingPoint(text) ? Float(text) : nil
        }
    }

    private static func isFloatingPoint(_ text: String) -> Bool {
        var digits = 0, points = 0, exponent = false, previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 48 ... 57: digits += 1
            case 43, 45: guard previous == 0 || previous == 101 else { return false }
            case 46:
                points += 1
                guard points == 1, !exponent else { return false }
            case 69, 101:
                guard digits > 0, !exponent else { return false }
                exponent = true
                digits = 0
            default: return false
            }
            previous = byte == 69 ? 101 : byte
        }
        return digits > 0
    }

    private static func convert(_ item: Item, to type: AtomicType) throws(XQueryError) -> Item {
        switch (item, type) {
        case (.moment(let value), _):
            switch (value.type, type) {
            case (.dateTime, .date), (.dateTime, .time), (.date, .dateTime),
                (.dateTime, .gYear), (.dateTime, .gYearMonth), (.dateTime, .gMonth), (.dateTime, .gMonthDay), (.dateTime, .gDay),
                (.date, .gYear), (.date, .gYearMonth), (.date, .gMonth), (.date, .gMonthDay), (.date, .gDay):
                return .moment(value.retyped(type))
            default: break
            }
        case (.duration(let value), _) where type.isDuration: return .duration(value.retyped(type))
        case (.binary(let value), .hexBinary): return .binary(Binary(isHex: true, bytes: value.bytes))
        case (.binary(let value), .base64Binary): return .binary(Binary(isHex: false, bytes: value.bytes))
        case (.boolean(let value), .integer): return .integer(value ? 1 : 0)
        case (.boolean(let value), .decimal): return .decimal(XDecimal(value ? 1 : 0))
        case (.boolean(let value), .double): return .double(value ? 1 : 0)
        case (.boolean(let value), .float): return .float(value ? 1 : 0)
        case (.integer(let value), .boolean): return .boolean(value != 0)
        case (.bigInteger, .boolean): return .boolean(true)
        case (.decimal(let value), .boolean): return .boolean(!value.unscaled.isZero)
        case (.double(let value), .boolean): return .boolean(value != 0 && !value.isNaN)
        case (.float(let value), .boolean): return .boolean(value != 0 && !value.isNaN)
        case (_, .double) where item.isNumeric: return .double(Numbers.double(item))
        case (_, .float) where item.isNumeric: return .float(Numbers.float(item))
        case (.integer, .decimal), (.bigInteger, .decimal): return .decimal(Numbers.decimal(item) ?? XDecimal(0))
        case (.decimal(let value), .integer): return Item(value.truncated)
        case (_, .integer) where item.isNumeric, (_, .decimal) where item.isNumeric:
            let value = Numbers.double(item)
            guard value.isFinite else { throw .dynamic("FOCA0002", "\(format(value)) is not a number that xs:\(type.rawValue) can hold") }
            if type == .integer { return Item(BigInteger(exactly: value.rounded(.towardZero))) }
            return .decimal(XDecimal(exactly: value))
        default: break
        }
        throw .type("\(item.typeName) cannot be cast to xs:\(type.rawValue)")
    }

    /// Checks the facets of a derived type.
    private static func derived(_ item: Item, _ target: AtomicType, _ c: Evaluation) throws(XQueryError) -> Item {
        .derived(target, try restricted(item, target, c))
    }

    private static func restricted(_ item: Item, _ target: AtomicType, _ c: Evaluation) throws(XQueryError) -> Item {
        if case .moment(let moment) = item {
            guard moment.zone != nil else { throw .badValue(moment.description, "xs:\(target.rawValue), which has a time zone") }
            return item
        }
        if target.primitive == .integer {
            let value = Numbers.big(item) ?? .zero
            let (low, high) = target.integerBounds
            if let low, value < low { throw .badValue(value.description, "xs:\(target.rawValue)") }
            if let high, high < value { throw .badValue(value.description, "xs:\(target.rawValue)") }
            return item
        }
        let text = try c.text(item)
        if target == .normalizedString {
            return .string(String(decoding: text.utf8.map { isSpace($0) ? 32 : $0 }, as: UTF8.self))
        }
        let collapsed = text.utf8.split(whereSeparator: isSpace).map { String(Substring($0)) }.joined(separator: " ")
        let fits: Bool
        switch target {
        case .language:
            let parts = collapsed.split(separator: "-", omittingEmptySubsequences: false)
            fits = parts.enumerated().allSatisfy { place, part in
                1 ... 8 ~= part.utf8.count
                    && part.utf8.allSatisfy {
                        (97 ... 122 ~= $0 | 32) || (place > 0 && 48 ... 57 ~= $0)
                    }
            }
        case .NMTOKEN: fits = !collapsed.isEmpty && collapsed.utf8.allSatisfy { Lexer.isNamePart($0) || $0 == 58 }
        case .Name:
            fits =
                collapsed.utf8.first.map { Lexer.isNameStart($0) || $0 == 58 } ?? false
                && collapsed.utf8.allSatisfy { Lexer.isNamePart($0) || $0 == 58 }
        case .NCName, .ID, .IDREF, .ENTITY: fits = isNCName(collapsed)
        default: fits = true
        }
        guard fits else { throw .badValue(text, "xs:\(target.rawValue)") }
        return .string(collapsed)
    }

    static func isNCName(_ text: String) -> Bool {
        guard let first = text.utf8.first, Lexer.isNameStart(first) else { return false }
        return text.utf8.allSatisfy(Lexer.isNamePart)
    }
}
