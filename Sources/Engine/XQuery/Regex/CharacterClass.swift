/// A set of characters as a pattern writes it: ranges, escapes such as `\d`, complement, subtraction.
final class CharacterClass: Sendable {
    enum Part: Sendable {
        case range(ClosedRange<UInt32>)
        case space, digit, word, nameStart, name
        case category(String)
        case block(ClosedRange<UInt32>)
        indirect case not(Part)
    }

    private let parts: [Part]
    private let isNegated: Bool
    private let without: CharacterClass?
    private let ignoresCase: Bool
    /// The answer for every ASCII character, found beforehand.
    private let ascii: (UInt64, UInt64)

    init(_ parts: [Part], negated: Bool = false, without: CharacterClass? = nil, ignoresCase: Bool = false) {
        self.parts = parts
        isNegated = negated
        self.without = without
        self.ignoresCase = ignoresCase
        var low: UInt64 = 0, high: UInt64 = 0
        for code in UInt32(0) ..< 128 where Self.holds(code, parts, negated, without, ignoresCase) {
            if code < 64 { low |= 1 << code } else { high |= 1 << (code - 64) }
        }
        ascii = (low, high)
    }

    func contains(_ code: UInt32) -> Bool {
        if code < 64 { return ascii.0 >> code & 1 == 1 }
        if code < 128 { return ascii.1 >> (code - 64) & 1 == 1 }
        return Self.holds(code, parts, isNegated, without, ignoresCase)
    }

    private static func holds(_ code: UInt32, _ parts: [Part], _ negated: Bool, _ without: CharacterClass?, _ ignoresCase: Bool) -> Bool {
        var found = parts.contains { holds(code, $0) }
        if !found && ignoresCase {
            // Only what is written as characters has variants: \p{Lu} stays upper case.
            for variant in caseVariants(code) where !found {
                found = parts.contains { if case .range(let range) = $0 { range.contains(variant) } else { false } }
            }
        }
        return found != negated && !(without?.contains(code) ?? false)
    }

    private static func holds(_ code: UInt32, _ part: Part) -> Bool {
        switch part {
        case .range(let range), .block(let range): return range.contains(code)
        case .not(let part): return !holds(code, part)
        case .space: return code == 32 || code == 9 || code == 10 || code == 13
        case .nameStart: return XMLCharacters.isNameStart(code)
        case .name: return XMLCharacters.isName(code)
        case .digit: return category(code) == "Nd"
        case .word: return !["P", "Z", "C"].contains(category(code).prefix(1))
        case .category(let name): return category(code).hasPrefix(name)
        }
    }

    /// The other characters that differ from this one in case alone.
    static func caseVariants(_ code: UInt32) -> [UInt32] {
        guard let scalar = Unicode.Scalar(code) else { return [] }
        func single(_ text: String) -> Unicode.Scalar? { text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil }
        let lower = single(scalar.properties.lowercaseMapping), upper = single(scalar.properties.uppercaseMapping)
        let more = [
            lower, upper, lower.flatMap { single($0.properties.uppercaseMapping) },
            upper.flatMap { single($0.properties.lowercaseMapping) },
        ]
        return more.compactMap { $0?.value }.filter { $0 != code }
    }

    static let categories: Set<String> = [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
    ]

    private static func category(_ code: UInt32) -> String {
        switch Unicode.Scalar(code)?.properties.generalCategory {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .control: "Cc"
        case .format: "Cf"
        case .privateUse: "Co"
        default: "Cn"
        }
    }
}

/// The characters names are made of in XML 1.0, fifth edition.
enum XMLCharacters {
    static func isNameStart(_ code: UInt32) -> Bool {
        switch code {
        case 58, 65 ... 90, 95, 97 ... 122, 0xC0 ... 0xD6, 0xD8 ... 0xF6, 0xF8 ... 0x2FF, 0x370 ... 0x37D, 0x37F ... 0x1FFF,
            0x200C ... 0x200D,
            0x2070 ... 0x218F, 0x2C00 ... 0x2FEF, 0x3001 ... 0xD7FF, 0xF900 ... 0xFDCF, 0xFDF0 ... 0xFFFD, 0x10000 ... 0xEFFFF:
            true
        default: false
        }
    }

    static func isName(_ code: UInt32) -> Bool {
        switch code {
        case 45, 46, 48 ... 57, 0xB7, 0x300 ... 0x36F, 0x203F ... 0x2040: true
        default: isNameStart(code)
        }
    }
}
