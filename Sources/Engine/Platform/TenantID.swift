/// Whose something is. A number of its own type, so that nobody can take a case number for one.
public struct TenantID: Sendable, Hashable, Codable, Comparable, RawRepresentable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// What belongs to no tenant: the installation itself.
    public static let house = TenantID(rawValue: 0)
    /// The only tenant of a store that one person or one team uses.
    public static let local = TenantID(rawValue: 1)

    public static func < (a: TenantID, b: TenantID) -> Bool { a.rawValue < b.rawValue }

    public var description: String { String(rawValue) }
}
