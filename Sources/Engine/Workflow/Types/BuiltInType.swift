/// The types that XML Schema itself defines, by their name there. All of them may be used in a specification.
public enum BuiltInType: String, Sendable, Hashable, CaseIterable {
    case anyType, anySimpleType
    case string, normalizedString, token, language, Name, NCName, ID, IDREF, IDREFS, ENTITY, ENTITIES, NMTOKEN, NMTOKENS
    case boolean
    case decimal, integer, nonPositiveInteger, negativeInteger, long, int, short, byte
    case nonNegativeInteger, unsignedLong, unsignedInt, unsignedShort, unsignedByte, positiveInteger
    case float, double
    case date, time, dateTime, duration, gYear, gYearMonth, gMonth, gMonthDay, gDay
    case anyURI, base64Binary, hexBinary, QName, NOTATION

    /// What kind of value it is, as far as a form cares.
    public enum Family: Sendable {
        case text, boolean, integer, decimal, floating, date, time, dateTime, duration, partOfDate, uri, binary, name, any
    }

    public var family: Family {
        switch self {
        case .anyType, .anySimpleType: .any
        case .string, .normalizedString, .token, .language: .text
        case .Name, .NCName, .ID, .IDREF, .IDREFS, .ENTITY, .ENTITIES, .NMTOKEN, .NMTOKENS, .QName, .NOTATION: .name
        case .boolean: .boolean
        case .decimal: .decimal
        case .float, .double: .floating
        case .date: .date
        case .time: .time
        case .dateTime: .dateTime
        case .duration: .duration
        case .gYear, .gYearMonth, .gMonth, .gMonthDay, .gDay: .partOfDate
        case .anyURI: .uri
        case .base64Binary, .hexBinary: .binary
        case .integer, .nonPositiveInteger, .negativeInteger, .long, .int, .short, .byte, .nonNegativeInteger, .unsignedLong,
            .unsignedInt, .unsignedShort, .unsignedByte, .positiveInteger:
            .integer
        }
    }

    /// A valid value to start from.
    public var exampleValue: String {
        switch self {
        case .negativeInteger: "-1"
        case .nonPositiveInteger: "0"
        case .gYear: "2024"
        case .gYearMonth: "2024-01"
        case .gMonth: "--01"
        case .gMonthDay: "--01-01"
        case .gDay: "---01"
        case .base64Binary: "eA=="
        case .hexBinary: "00"
        default:
            switch family {
            case .boolean: "true"
            case .integer, .decimal, .floating: "1"
            case .date: "2024-01-01"
            case .time: "12:00:00"
            case .dateTime: "2024-01-01T12:00:00"
            case .duration: "P1D"
            case .uri: "urn:x"
            default: "x"
            }
        }
    }
}
