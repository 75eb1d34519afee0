// Copying by OSC 52, which works over SSH because the terminal does it.

/// The clipboard of the terminal in front of the person.
enum Clipboard {
    /// Longest encoded text terminals take.
    static let longest = 74_994

    /// The sequence that copies a text; nil when it is too long.
    static func sequence(copying text: String) -> [UInt8]? {
        let encoded = base64(Array(text.utf8))
        guard encoded.count <= longest else { return nil }
        return Array("\u{1B}]52;c;".utf8) + encoded + [0x07]
    }

    /// RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var at = 0
        while at < bytes.count {
            let rest = bytes.count - at
            let group = UInt32(bytes[at]) << 16 | (rest > 1 ? UInt32(bytes[at + 1]) << 8 : 0) | (rest > 2 ? UInt32(bytes[at + 2]) : 0)
            for place in 0 ..< 4 {
                result.append(place <= rest ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : 0x3D)
            }
            at += 3
        }
        return result
    }
}
