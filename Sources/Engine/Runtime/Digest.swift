import CCrypto

/// The hash an event carries: over its predecessor's and all that is said of it.
func chainHash(after chain: [UInt8], kind: String, at: Int64, actor: String, request: RequestID, body: [UInt8]) -> [UInt8] {
    digest([chain, Array(kind.utf8), Array(String(at).utf8), Array(actor.utf8), Array(request.description.utf8), body])
}

/// SHA-256 of several byte strings, each preceded by its length so that no two lists of fields look alike.
public func digest(_ fields: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fields.reduce(0) { $0 + $1.count + 8 })
    for field in fields {
        withUnsafeBytes(of: UInt64(field.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: field)
    }
    return sha256(bytes)
}

func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    if EVP_Digest(bytes, bytes.count, &result, nil, algorithm, nil) != 1 { _ = SHA256(bytes, bytes.count, &result) }
    return result
}

/// Looked up once: the one-call functions look it up each time, which takes as long as hashing an event. Never freed nor changed, so any thread
/// may use it.
private nonisolated(unsafe) let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

extension [UInt8] {
    /// Two digits a byte.
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
