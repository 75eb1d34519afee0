import Foundation

/// `normalize-unicode`: Foundation knows the normal forms.
enum UnicodeFunctions {
    static let all: [Builtin] = [Builtin("normalize-unicode", 1 ... 2, normalize)]

    private static func normalize(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let form = a.count > 1 ? Casting.trimmed(try c.requiredString(a[1])).uppercased() : "NFC"
        let text = try c.string(a[0])
        // A character can become many.
        try c.spend(bytes: text.utf8.count * 3)
        switch form {
        case "": return .string(text)
        case "NFC": return .string(text.precomposedStringWithCanonicalMapping)
        case "NFD": return .string(text.decomposedStringWithCanonicalMapping)
        case "NFKC": return .string(text.precomposedStringWithCompatibilityMapping)
        case "NFKD": return .string(text.decomposedStringWithCompatibilityMapping)
        default: throw .dynamic("FOCH0003", "\"\(form)\" is not a normal form that is supported; there are NFC, NFD, NFKC and NFKD")
        }
    }
}
