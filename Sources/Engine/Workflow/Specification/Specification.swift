import XMLTree

/// What one specification file says, whole: nothing that can be written in the YAWL schema is lost on the way, so that a file
/// read and written again says the same.
public struct Specification: Sendable, Equatable {
    public var uri: String
    public var name: String?
    public var documentation: String?
    public var metadata: Metadata
    /// The inline `xs:schema` with the user's data types.
    public var schema: XMLDocument?
    public var decompositions: [Decomposition]
    /// Ids named by `importedNet`; the reference engine ignores them.
    public var importedNets: [String]
    /// The editor's drawing, kept as it is.
    public var layout: XMLDocument?
    /// Beta 2: the `import` element.
    public var schemaImport: XMLDocument?
    public var schemaVersion: SchemaVersion
    public var mark: SourceMark

    public init(
        uri: String, name: String? = nil, documentation: String? = nil, metadata: Metadata = Metadata(), schema: XMLDocument? = nil,
        decompositions: [Decomposition], importedNets: [String] = [], layout: XMLDocument? = nil,
        schemaVersion: SchemaVersion = .v4_0, mark: SourceMark = .unknown
    ) {
        self.uri = uri
        self.name = name
        self.documentation = documentation
        self.metadata = metadata
        self.schema = schema
        self.decompositions = decompositions
        self.importedNets = importedNets
        self.layout = layout
        self.schemaVersion = schemaVersion
        self.mark = mark
    }

    public var nets: [Net] { decompositions.compactMap { if case .net(let net) = $0 { net } else { nil } } }
    public var gateways: [Gateway] { decompositions.compactMap { if case .gateway(let gateway) = $0 { gateway } else { nil } } }

    /// The net a case starts with. Of several the last is the one, as in the reference engine.
    public var rootNet: Net? { nets.last { $0.isRoot } }

    public func decomposition(_ id: String) -> Decomposition? { decompositions.last { $0.id == id } }

    /// identifier (or, for Beta files, the uri), version and uri: what the reference engine tells specifications apart by.
    public var id: SpecificationID {
        SpecificationID(identifier: metadata.identifier, version: SpecificationVersion(metadata.version), uri: uri)
    }
}

/// `metaData`: who wrote the specification, what about and which version it is. Dates are kept as written.
public struct Metadata: Sendable, Equatable {
    public var title: String?
    public var creators: [String] = []
    public var subjects: [String] = []
    public var description: String?
    public var contributors: [String] = []
    public var coverage: String?
    public var validFrom: String?
    public var validUntil: String?
    public var created: String?
    public var version: String?
    public var status: String?
    public var persistent: String?
    public var identifier: String?
    /// Beta 2 to 4: the whole `metaData` element when it holds anything. It knows people with addresses, rights and modifications,
    /// which have no place above.
    public var betaElement: XMLDocument?

    public init() {}
}

/// The identity of a specification: the identifier names it over all its versions; older files have none and go by uri.
public struct SpecificationID: Sendable, Hashable, Codable, CustomStringConvertible {
    public let identifier: String?
    public let version: SpecificationVersion
    public let uri: String

    public init(identifier: String?, version: SpecificationVersion, uri: String) {
        self.identifier = identifier
        self.version = version
        self.uri = uri
    }

    /// What all versions of the specification share.
    public var key: String { identifier ?? uri }
    public var description: String { "\(uri) \(version)" }
}

/// `major.minor`, compared as two integers (1.10 is later than 1.9) and printed as given.
public struct SpecificationVersion: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public let major: Int
    public let minor: Int
    public let description: String

    /// Missing, `0` or unreadable is 0.1; a third component is dropped.
    public init(_ text: String?) {
        let text = text ?? ""
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).prefix(2).map { Int($0) }
        if let major = parts.first ?? nil, major >= 0, parts.count < 2 || (parts[1] ?? -1) >= 0 {
            let minor = parts.count > 1 ? parts[1] ?? 0 : 0
            if (major, minor) != (0, 0) {
                (self.major, self.minor, description) = (major, minor, text)
                return
            }
        }
        (major, minor, description) = (0, 1, "0.1")
    }

    public static func == (a: Self, b: Self) -> Bool { (a.major, a.minor) == (b.major, b.minor) }
    public static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
    }

    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The grammar a file is written in; the raw value is its `version` attribute.
public enum SchemaVersion: String, Sendable, CaseIterable, Codable {
    case beta2 = "Beta 2"
    case beta3 = "Beta 3"
    case beta4 = "Beta 4"
    case beta6 = "Beta 6"
    case beta7 = "Beta 7.1"
    case v2_0 = "2.0"
    case v2_1 = "2.1"
    case v2_2 = "2.2"
    case v3_0 = "3.0"
    case v4_0 = "4.0"

    public var isBeta: Bool { rawValue.hasPrefix("Beta") }
    /// Data documents are rooted `data` instead of being named after their decomposition.
    public var hasSimpleRootData: Bool { self == .beta2 || self == .beta3 }
    /// Task data and net variables are validated against their types.
    public var validatesData: Bool { self != .beta2 }

    public var namespace: String {
        isBeta ? "http://www.citi.qut.edu.au/yawl" : "http://www.yawlfoundation.org/yawlschema"
    }
}

/// Where in its file something is written. Never part of a comparison: two files that say the same are equal.
public struct SourceMark: Sendable, Hashable, CustomStringConvertible {
    public let position: SourcePosition?

    public init(_ position: SourcePosition?) { self.position = position }

    public static let unknown = SourceMark(nil)
    public static func == (a: Self, b: Self) -> Bool { true }
    public func hash(into hasher: inout Hasher) {}
    public var description: String { position?.description ?? "?" }
}
