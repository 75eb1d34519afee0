/// An address, and the name shown with it.
public struct MailAddress: Sendable, Equatable {
    public var name: String
    /// `local@domain`, in ASCII.
    public var address: String

    public init(_ address: String, name: String = "") {
        self.address = address
        self.name = name
    }

    /// Whether it can be sent to. Stricter than the standard: no quoted local parts, no comments.
    public var isValid: Bool {
        let parts = address.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= 254 else { return false }
        let local = parts[0], domain = parts[1]
        return !local.isEmpty && local.count <= 64 && local.allSatisfy(HTTPMethod.isTokenByte) && local.first != 46 && local.last != 46
            && !domain.isEmpty && domain.first != 46 && domain.last != 46
            && domain.allSatisfy { HTTPMethod.isTokenByte($0) && !"!#$%&'*+^_`|~".utf8.contains($0) || "[]:".utf8.contains($0) }
    }

    /// As a header shows it.
    var headerText: String {
        guard !name.isEmpty else { return address }
        let isPlain = name.utf8.allSatisfy { $0 == 32 || $0 != 46 && HTTPMethod.isTokenByte($0) } && !name.contains("=?")
        return (isPlain ? name : EncodedWord.text(name)) + " <\(address)>"
    }
}
