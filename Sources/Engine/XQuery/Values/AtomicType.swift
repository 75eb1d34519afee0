/// The atomic types of XML Schema a query can name.
enum AtomicType: String, Sendable, CaseIterable {
    case anyAtomicType, untypedAtomic, string, anyURI, boolean, decimal, integer, double, float
    case date, time, dateTime, duration, yearMonthDuration, dayTimeDuration
    case gYear, gYearMonth, gMonth, gMonthDay, gDay, QName, hexBinary, base64Binary
    // Derived types: values can be cast to them, but are kept as their base type.
    case normalizedString, token, language, NMTOKEN, Name, NCName, ID, IDREF, ENTITY
    case nonPositiveInteger, negativeInteger, long, int, short, byte
    case nonNegativeInteger, unsignedLong, unsignedInt, unsignedShort, unsignedByte, positiveInteger

    /// The type values are stored as.
    var primitive: AtomicType {
        switch self {
        case .normalizedString, .token, .language, .NMTOKEN, .Name, .NCName, .ID, .IDREF, .ENTITY: .string
        case .nonPositiveInteger, .negativeInteger, .long, .int, .short, .byte, .nonNegativeInteger, .unsignedLong, .unsignedInt,
             .unsignedShort, .unsignedByte, .positiveInteger: .integer
        default: self
        }
    }

    /// `true` when a value stored as `type` is a value of this type.
    func includes(_ type: AtomicType) -> Bool {
        if self == type || self == .anyAtomicType { return true }
        switch type {
        case .integer: return self == .decimal
        case .yearMonthDuration, .dayTimeDuration: return self == .duration
        default: return false
        }
    }

    var isNumeric: Bool { self == .integer || self == .decimal || self == .double || self == .float }
    var isDuration: Bool { self == .duration || self == .yearMonthDuration || self == .dayTimeDuration }
    /// Inclusive bounds of the derived integer types; nil is unbounded.
    var integerBounds: (BigInteger?, BigInteger?) {
        switch self {
        case .nonPositiveInteger: (nil, .zero)
        case .negativeInteger: (nil, BigInteger(-1))
        case .nonNegativeInteger: (.zero, nil)
        case .positiveInteger: (.one, nil)
        case .long: (BigInteger(Int.min), BigInteger(Int.max))
        case .int: (BigInteger(Int(Int32.min)), BigInteger(Int(Int32.max)))
        case .short: (BigInteger(Int(Int16.min)), BigInteger(Int(Int16.max)))
        case .byte: (BigInteger(Int(Int8.min)), BigInteger(Int(Int8.max)))
        case .unsignedLong: (.zero, BigInteger(Int.max) + BigInteger(Int.max) + .one)
        case .unsignedInt: (.zero, BigInteger(Int(UInt32.max)))
        case .unsignedShort: (.zero, BigInteger(Int(UInt16.max)))
        case .unsignedByte: (.zero, BigInteger(Int(UInt8.max)))
        default: (nil, nil)
        }
    }
}
