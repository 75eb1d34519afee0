import POSIX

/// Where a secret is, never what it is: `env:NAME`, `file:PATH`, `vault:path#field`. It is read each time it is needed, so a secret that
/// was replaced counts from then on.
public struct SecretReference: Sendable, Hashable, CustomStringConvertible {
    private enum Source: Sendable, Hashable {
        case environment(String)
        case file(String)
        case vault(path: String, field: String)
    }

    private let source: Source
    /// The reference as it was written.
    public let description: String
    static let largest = 64 << 10

    /// nil: it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "env":
            guard parts[1].utf8.allSatisfy({ $0 == 95 || (48 ... 57).contains($0) || (65 ... 90).contains($0 & 0xDF) }) else { return nil }
            source = .environment(parts[1])
        case "file": source = .file(parts[1])
        case "vault":
            let halves = parts[1].split(separator: "#", omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else { return nil }
            source = .vault(path: halves[0], field: halves[1])
        default: return nil
        }
        description = text
    }

    /// Reads the secret.
    /// - Throws: what is wrong and what to do about it.
    public func secret() throws(SecretProblem) -> Secret {
        switch source {
        case .environment(let name):
            guard let value = getenv(name), value.pointee != 0 else { throw SecretProblem("\(self): the variable \(name) is not set") }
            return Secret(String(cString: value))
        case .file(let path): return try Self.read(path, self)
        case .vault: throw SecretProblem("\(self): no Vault connector is configured")
        }
    }

    /// The file's own mode and owner are looked at once it is open, so that nobody can exchange it in between.
    private static func read(_ path: String, _ reference: SecretReference) throws(SecretProblem) -> Secret {
        let home = getenv("HOME").map { String(cString: $0) } ?? ""
        let place = path.hasPrefix("~/") ? home + path.dropFirst() : path
        let file = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SecretProblem("\(reference) cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretProblem("\(reference) is no file; name one that holds the secret and nothing else")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw SecretProblem("\(reference) belongs to somebody else; chown it to the user that runs mizzen")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SecretProblem("\(reference) can be read by others; run: chmod 600 \(place)")
        }
        var bytes = [UInt8](repeating: 0, count: largest + 1)
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { POSIX.read(file, $0.baseAddress! + count, $0.count - count) }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw SecretProblem("\(reference) cannot be read: \(String(cString: strerror(errno)))") }
            if more == 0 { break }
            count += more
        }
        var content = bytes[..<count]
        while content.last == 10 || content.last == 13 { content = content.dropLast() }
        guard count <= largest, !content.isEmpty, let text = String(validating: content, as: UTF8.self) else {
            throw SecretProblem("\(reference) is empty, larger than 64 KiB or no text")
        }
        return Secret(text)
    }
}
