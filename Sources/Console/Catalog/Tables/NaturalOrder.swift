/// Order of texts as people expect it: without case, and `1.10` after `1.9` because runs of digits count as numbers.
enum NaturalOrder {
    static func compare(_ a: String, _ b: String) -> Comparison {
        let (x, y) = (Array(a.utf8), Array(b.utf8))
        var (i, j) = (0, 0)
        while i < x.count, j < y.count {
            if isDigit(x[i]), isDigit(y[j]) {
                let (m, n) = (run(x, &i), run(y, &j))
                // Leading zeros are gone, so the longer number is the larger.
                if m.count != n.count { return m.count < n.count ? .before : .after }
                for (p, q) in zip(m, n) where p != q { return p < q ? .before : .after }
                continue
            }
            let (p, q) = (lower(x[i]), lower(y[j]))
            if p != q { return p < q ? .before : .after }
            i += 1
            j += 1
        }
        if i < x.count { return .after }
        return j < y.count ? .before : .same
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }

    private static func run(_ bytes: [UInt8], _ at: inout Int) -> ArraySlice<UInt8> {
        let start = at
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
        return bytes[start ..< at].drop { $0 == 0x30 }
    }
}
