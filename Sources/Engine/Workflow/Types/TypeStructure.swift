/// How the values of a type are built, for forms and for making values. References to named types stay names, so a type that
/// contains itself is no trouble; ask the `TypeLibrary` for the next one when it is needed.
public indirect enum TypeStructure: Sendable, Equatable {
    /// Text only.
    case simple(SimpleType)
    /// Attributes or child elements.
    case complex(ComplexType)
}

/// Where the structure of an element's type is found; `TypeLibrary.structure(of:)` follows it.
public indirect enum TypeReference: Sendable, Equatable {
    case named(String)
    /// The type of a global element of the schema.
    case element(String)
    /// Written in place.
    case inline(TypeStructure)
}

public struct SimpleType: Sendable, Equatable {
    public indirect enum Variety: Sendable, Equatable {
        case atomic(BuiltInType)
        /// Items parted by blanks.
        case list(item: SimpleType)
        /// The first member that accepts the value counts.
        case union([SimpleType])
    }

    public var variety: Variety
    public var facets: Facets

    public init(_ variety: Variety, facets: Facets = Facets()) {
        self.variety = variety
        self.facets = facets
    }

    /// The built-in type everything goes back to; `string` for lists and unions.
    public var base: BuiltInType {
        if case .atomic(let base) = variety { base } else { .string }
    }
}

/// Restrictions of a simple type, those of the types it is derived from included.
public struct Facets: Sendable, Equatable {
    public enum WhiteSpace: String, Sendable { case preserve, replace, collapse }

    /// The only values allowed, in the schema's order; empty when not restricted.
    public var enumeration: [String] = []
    /// For each step of derivation, patterns of which one must match.
    public var patterns: [[String]] = []
    public var minInclusive: String?
    public var maxInclusive: String?
    public var minExclusive: String?
    public var maxExclusive: String?
    /// In characters; for binary types in bytes, for lists in items.
    public var length: Int?
    public var minLength: Int?
    public var maxLength: Int?
    public var totalDigits: Int?
    public var fractionDigits: Int?
    /// `nil`: as the built-in type has it.
    public var whiteSpace: WhiteSpace?

    public init() {}
}

public struct ComplexType: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        case empty
        /// Text, beside attributes.
        case simple(SimpleType)
        case elements(Particle)
    }

    public var attributes: [AttributeStructure]
    public var content: Content
    /// Text may stand between the elements.
    public var isMixed: Bool
    /// A value must name a derived type by `xsi:type`.
    public var isAbstract: Bool

    public init(attributes: [AttributeStructure] = [], content: Content = .empty, isMixed: Bool = false, isAbstract: Bool = false) {
        self.attributes = attributes
        self.content = content
        self.isMixed = isMixed
        self.isAbstract = isAbstract
    }

    /// A type without any content: YAWL uses it as a flag that is set or not.
    public var isFlag: Bool { content == .empty && attributes.isEmpty && !isMixed }
}

public struct AttributeStructure: Sendable, Equatable {
    public var name: String
    public var type: SimpleType
    public var isRequired: Bool
    public var defaultValue: String?
    public var fixedValue: String?
}

/// A part of an element's content with how often it may occur.
public struct Particle: Sendable, Equatable {
    public indirect enum Term: Sendable, Equatable {
        case element(ElementStructure)
        case sequence([Particle])
        case choice([Particle])
        /// Each in any order.
        case all([Particle])
        /// Any element at all.
        case any
    }

    public var minOccurs: Int
    /// `nil`: without bound.
    public var maxOccurs: Int?
    public var term: Term

    public init(_ term: Term, minOccurs: Int = 1, maxOccurs: Int? = 1) {
        self.minOccurs = minOccurs
        self.maxOccurs = maxOccurs
        self.term = term
    }
}

public struct ElementStructure: Sendable, Equatable {
    public var name: String
    public var type: TypeReference
    public var isNillable: Bool
    public var defaultValue: String?
    public var fixedValue: String?
    /// The schema's own words about it; empty without.
    public var documentation: String
}
