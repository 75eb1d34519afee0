import Platform

/// Who asks. Until logins exist the command line and the console act as the operating system's user.
public struct Principal: Sendable, Hashable, Codable {
    public let name: String
    public let tenant: TenantID
    public let roles: Set<String>

    public init(name: String, tenant: TenantID, roles: Set<String> = []) {
        self.name = name
        self.tenant = tenant
        self.roles = roles
    }
}

/// Makes a repeated command harmless: the second time answers what the first did. Any text of 1 to 128 bytes; it is the principal's own,
/// so two people may use the same.
public struct RequestID: Sendable, Hashable, Codable, CustomStringConvertible {
    public let description: String

    public init(_ text: String) { description = text }
}
