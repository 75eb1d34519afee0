/// A variable of a net or a parameter of a decomposition: a name with a type.
public struct Parameter: Sendable, Equatable {
    /// What values it takes.
    public enum DataType: Sendable, Equatable {
        /// A built-in, a user or an internal type by name; the namespace is kept as written.
        case named(String, namespace: String?)
        /// A global element of the user's schema, which also names the variable.
        case element(String)
        case untyped
        /// The file names no type at all (older files).
        case missing
    }

    public var name: String
    public var type: DataType
    /// Position in sequences; without it the place in the document counts.
    public var index: Int?
    public var documentation: String?
    /// The inner XML of the variable: text or elements, not wrapped in the variable's own element.
    public var initialValue: String?
    public var defaultValue: String?
    /// The `mandatory` element is present.
    public var hasMandatoryElement: Bool
    public var isCutThrough: Bool
    public var logPredicate: LogPredicate?
    public var attributes: [ExtendedAttribute]
    public var mark: SourceMark

    public init(
        name: String, type: DataType, index: Int? = nil, documentation: String? = nil, initialValue: String? = nil,
        defaultValue: String? = nil, hasMandatoryElement: Bool = false, isCutThrough: Bool = false, logPredicate: LogPredicate? = nil,
        attributes: [ExtendedAttribute] = [], mark: SourceMark = .unknown
    ) {
        self.name = name
        self.type = type
        self.index = index
        self.documentation = documentation
        self.initialValue = initialValue
        self.defaultValue = defaultValue
        self.hasMandatoryElement = hasMandatoryElement
        self.isCutThrough = isCutThrough
        self.logPredicate = logPredicate
        self.attributes = attributes
        self.mark = mark
    }

    public var typeName: String? { if case .named(let name, _) = type { name } else { nil } }

    public func attribute(_ name: String) -> String? { attributes.first { $0.name == name && $0.namespace.isEmpty }?.value }

    /// Not there is fine: neither filling nor validation asks for it.
    public var isOptional: Bool { attribute("optional") == "true" }

    /// Must have content when a task's input is filled; validation has its own rule (everything not optional is there once).
    public var isRequired: Bool { !isOptional && (hasMandatoryElement || attribute("mandatory") == "true") }
}

extension [Parameter] {
    /// The order in which data are written and validated: by index where given, else by place in the document; ties in
    /// document order.
    public func sortedByIndex() -> [Parameter] {
        enumerated().sorted { a, b in
            let (x, y) = (a.element.index ?? a.offset, b.element.index ?? b.offset)
            return x != y ? x < y : a.offset < b.offset
        }.map(\.element)
    }
}
