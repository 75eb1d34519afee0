import CCrypto

/// SHA-256 of several byte strings, each preceded by its length so that no two lists of fields look alike.
public func digest(_ fields: [[UInt8]]) -> [UInt8] {
    var bytes = HashFields(capacity: fields.reduce(0) { $0 + $1.count + 8 })
    for field in fields { bytes.append(field) }
    return sha256(bytes.bytes)
}

/// What a hash is made over, in one buffer.
struct HashFields {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ field: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(field.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: field)
    }

    /// Eight bytes, the high one first.
    mutating func append(_ number: Int64) {
        withUnsafeBytes(of: UInt64(8).bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    if EVP_Digest(bytes, bytes.count, &result, nil, algorithm, nil) != 1 { _ = SHA256(bytes, bytes.count, &result) }
    return result
}

/// Looked up once: the one-call functions look it up each time, which takes as long as hashing an event. Never freed nor changed, so any
/// thread may use it.
private nonisolated(unsafe) let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

extension [UInt8] {
    /// Two digits a byte.
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
