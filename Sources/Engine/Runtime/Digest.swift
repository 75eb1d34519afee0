import CCrypto

/// The hash an event carries: over its predecessor's and all that is said of it.
func chainHash(after chain: [UInt8], kind: String, at: Int64, actor: String, request: RequestID, body: [UInt8]) -> [UInt8] {
    digest([chain, Array(kind.utf8), Array(String(at).utf8), Array(actor.utf8), Array(request.description.utf8), body])
}

/// SHA-256 of several byte strings, each preceded by its length so that no two lists of fields look alike.
func digest(_ fields: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fields.reduce(0) { $0 + $1.count + 8 })
    for field in fields {
        withUnsafeBytes(of: UInt64(field.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: field)
    }
    var result = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(bytes, bytes.count, &result)
    return result
}
