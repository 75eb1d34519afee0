/// What the text of an element or the value of an attribute must look like.
enum TextRule: Sendable, Equatable {
    case string
    /// At least one character.
    case nonEmpty
    /// Nothing at all.
    case nothing
    case ncName
    case nmToken
    case integer
    case positiveInteger
    case boolean
    case date
    case dateTime
    case duration
    /// A decimal number of at least 0.1.
    case version
    case decimal
    case oneOf([String])

    /// What is wrong with a value, as the end of a sentence; `nil` when nothing is.
    func complaint(_ text: String) -> String? { accepts(text) ? nil : "must be \(wording), not \"\(Self.shortened(text))\"" }

    static func shortened(_ text: String) -> String { text.count <= 60 ? text : text.prefix(57) + "…" }

    private var wording: String {
        switch self {
        case .string: "text"
        case .nonEmpty: "a text that is not empty"
        case .nothing: "empty"
        case .ncName: "a name (letters, digits, '-', '_' and '.', beginning with a letter or '_')"
        case .nmToken: "a name token (letters, digits, '-', '_', '.' and ':')"
        case .integer: "a whole number"
        case .positiveInteger: "a whole number of at least 1"
        case .boolean: "true or false"
        case .date: "a date like 2024-01-31"
        case .dateTime: "a date and time like 2024-01-31T12:00:00"
        case .duration: "a duration like P1DT2H"
        case .version: "a number of at least 0.1"
        case .decimal: "a decimal number"
        case .oneOf(let values): values.count == 1 ? values[0] : "one of " + values.joined(separator: ", ")
        }
    }

    private func accepts(_ text: String) -> Bool {
        let trimmed = text.trimmingXMLSpace()
        switch self {
        case .string: return true
        case .nonEmpty: return !text.isEmpty
        case .nothing: return text.isEmpty
        case .ncName: return Self.isNMToken(trimmed, isName: true)
        case .nmToken: return Self.isNMToken(trimmed, isName: false)
        case .integer: return Int(trimmed) != nil
        case .positiveInteger: return Int(trimmed).map { $0 > 0 } ?? false
        case .boolean: return ["true", "false", "1", "0"].contains(trimmed)
        case .date: return (try? Self.datePattern.wholeMatch(in: trimmed)) != nil
        case .dateTime: return (try? Self.dateTimePattern.wholeMatch(in: trimmed)) != nil
        case .duration: return Self.isDuration(trimmed)
        case .version: return Self.decimal(trimmed).map { $0 >= 0.1 } ?? false
        case .decimal: return Self.decimal(trimmed) != nil
        case .oneOf(let values): return values.contains(text)
        }
    }

    private static var datePattern: Regex<Substring> { /-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:Z|[+-]\d\d:\d\d)?/ }
    private static var dateTimePattern: Regex<Substring> {
        /-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?/
    }
    private static var durationPattern: Regex<Substring> {
        /-?P(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?/
    }

    private static func isDuration(_ text: String) -> Bool {
        guard (try? durationPattern.wholeMatch(in: text)) != nil, let last = text.last else { return false }
        return last != "P" && last != "T"
    }

    private static func decimal(_ text: String) -> Double? {
        text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") } ? Double(text) : nil
    }

    /// Name characters as XML 1.0 has them, a little wider beyond ASCII: every letter, digit and combining mark.
    private static func isNMToken(_ text: String, isName: Bool) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        if isName && !(first == "_" || first.properties.isAlphabetic) { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "-", "_", ".", "\u{B7}": true
            case ":": !isName
            case "0" ... "9": true
            default:
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || scalar.properties.generalCategory == .nonspacingMark
            }
        }
    }
}

extension StringProtocol {
    /// Without the white space of XML at both ends.
    func trimmingXMLSpace() -> String {
        func isSpace(_ character: Character) -> Bool {
            character == " " || character == "\t" || character == "\n" || character == "\r" || character == "\r\n"
        }
        guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(self[start ... end])
    }
}
