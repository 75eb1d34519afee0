/// The atomic types of XML Schema a query can name.
enum AtomicType: String, Sendable, CaseIterable {
    case anyAtomicType, untypedAtomic, string, anyURI, boolean, decimal, integer, double, float
    case date, time, dateTime, duration, yearMonthDuration, dayTimeDuration
    case gYear, gYearMonth, gMonth, gMonthDay, gDay, QName, NOTATION, hexBinary, base64Binary
    // Derived types: their values are `Item.derived` around a value of the primitive type.
    case normalizedString, token, language, NMTOKEN, Name, NCName, ID, IDREF, ENTITY
    case nonPositiveInteger, negativeInteger, long, int, short, byte
    case nonNegativeInteger, unsignedLong, unsignedInt, unsignedShort, unsignedByte, positiveInteger
    case dateTimeStamp

    /// The type whose values stand for those of this one.
    var primitive: AtomicType {
        switch self {
        case .normalizedString, .token, .language, .NMTOKEN, .Name, .NCName, .ID, .IDREF, .ENTITY: .string
        case .nonPositiveInteger, .negativeInteger, .long, .int, .short, .byte, .nonNegativeInteger, .unsignedLong, .unsignedInt,
            .unsignedShort, .unsignedByte, .positiveInteger:
            .integer
        case .dateTimeStamp: .dateTime
        default: self
        }
    }

    /// The type it is derived from by restriction.
    private var base: AtomicType? {
        switch self {
        case .anyAtomicType: nil
        case .integer: .decimal
        case .yearMonthDuration, .dayTimeDuration: .duration
        case .normalizedString: .string
        case .token: .normalizedString
        case .language, .NMTOKEN, .Name: .token
        case .NCName: .Name
        case .ID, .IDREF, .ENTITY: .NCName
        case .nonPositiveInteger, .long, .nonNegativeInteger: .integer
        case .negativeInteger: .nonPositiveInteger
        case .int: .long
        case .short: .int
        case .byte: .short
        case .unsignedLong, .positiveInteger: .nonNegativeInteger
        case .unsignedInt: .unsignedLong
        case .unsignedShort: .unsignedInt
        case .unsignedByte: .unsignedShort
        case .dateTimeStamp: .dateTime
        default: .anyAtomicType
        }
    }

    /// `true` when a value of `type` is a value of this type.
    func includes(_ type: AtomicType) -> Bool {
        if self == type || self == .anyAtomicType { return true }
        var above = type.base
        while let next = above {
            if next == self { return true }
            above = next.base
        }
        return false
    }

    var isNumeric: Bool { self == .integer || self == .decimal || self == .double || self == .float }
    var isDuration: Bool { self == .duration || self == .yearMonthDuration || self == .dayTimeDuration }
    /// Nothing has this type itself, only one derived from it.
    var isAbstract: Bool { self == .anyAtomicType || self == .NOTATION }
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
