/// Reads the regular expressions of XPath: those of XML Schema with anchors, reluctant quantifiers, groups that are not
/// captured, and back-references. Whatever is not in that grammar is FORX0002.
struct PatternParser {
    indirect enum Part {
        case empty
        case character(UInt32)
        case set(CharacterClass)
        case sequence([Part])
        case choice([Part])
        case group(Int, Part)
        case back(Int)
        case lineStart, lineEnd
        case loop(Part, least: Int, most: Int, greedy: Bool)
    }

    struct Flags {
        var dotAll = false, multiline = false, ignoresCase = false, ignoresSpace = false, literal = false

        init(_ text: String) throws(XQueryError) {
            for flag in text.unicodeScalars {
                switch flag {
                case "s": dotAll = true
                case "m": multiline = true
                case "i": ignoresCase = true
                case "x": ignoresSpace = true
                case "q": literal = true
                default: throw .dynamic("FORX0001", "'\(flag)' is not a flag of regular expressions; there are s, m, i, x and q")
                }
            }
        }
    }

    /// Groups within groups; patterns may come from data, so no text may exhaust the stack.
    private static let maxNesting = 60
    private static let maxCharacters = 20_000

    private var characters: [UInt32]
    private let flags: Flags
    private var at = 0
    private var nesting = 0
    private(set) var groups = 0
    private var closed: Set<Int> = []

    init(_ pattern: String, _ flags: Flags) throws(XQueryError) {
        self.flags = flags
        characters = pattern.unicodeScalars.prefix(Self.maxCharacters + 1).map(\.value)
        guard characters.count <= Self.maxCharacters else { throw Self.invalid("it is longer than \(Self.maxCharacters) characters") }
        if flags.ignoresSpace && !flags.literal { characters = Self.withoutSpace(characters) }
    }

    static func invalid(_ reason: String) -> XQueryError { .dynamic("FORX0002", "the regular expression is not valid: \(reason)") }

    /// White space counts inside of brackets only.
    private static func withoutSpace(_ characters: [UInt32]) -> [UInt32] {
        var kept: [UInt32] = [], depth = 0, escaped = false
        for code in characters {
            if depth == 0, [32, 9, 10, 13].contains(code) { continue }
            kept.append(code)
            if escaped {
                escaped = false
            } else if code == 92 {
                escaped = true
            } else if code == 91 {
                depth += 1
            } else if code == 93, depth > 0 {
                depth -= 1
            }
        }
        return kept
    }

    mutating func parse() throws(XQueryError) -> Part {
        if flags.literal { return .sequence(characters.map(literal)) }
        let part = try choice()
        guard at == characters.count else { throw Self.invalid("a ')' closes nothing") }
        return part
    }

    // MARK: Structure

    private var next: UInt32? { at < characters.count ? characters[at] : nil }

    private func has(_ text: StaticString) -> Bool {
        guard at + text.utf8CodeUnitCount <= characters.count else { return false }
        return text.withUTF8Buffer { bytes in bytes.indices.allSatisfy { UInt32(bytes[$0]) == characters[at + $0] } }
    }

    private mutating func take(_ code: UInt8) -> Bool {
        guard next == UInt32(code) else { return false }
        at += 1
        return true
    }

    private mutating func choice() throws(XQueryError) -> Part {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { throw Self.invalid("groups are nested deeper than \(Self.maxNesting)") }
        var branches = [try branch()]
        while take(124) { branches.append(try branch()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func branch() throws(XQueryError) -> Part {
        var pieces: [Part] = []
        while let code = next, code != 124, code != 41 { pieces.append(try quantified(try atom(code))) }
        return pieces.count == 1 ? pieces[0] : pieces.isEmpty ? .empty : .sequence(pieces)
    }

    private mutating func quantified(_ part: Part) throws(XQueryError) -> Part {
        let least: Int, most: Int
        if take(63) {
            (least, most) = (0, 1)
        } else if take(42) {
            (least, most) = (0, .max)
        } else if take(43) {
            (least, most) = (1, .max)
        } else if take(123) {
            (least, most) = try quantity()
        } else {
            return part
        }
        return .loop(part, least: least, most: most, greedy: !take(63))
    }

    private mutating func quantity() throws(XQueryError) -> (Int, Int) {
        let least = try number()
        if take(125) { return (least, least) }
        guard take(44) else { throw Self.invalid("a quantity looks like {2}, {2,} or {2,5}") }
        if take(125) { return (least, .max) }
        let most = try number()
        guard take(125) else { throw Self.invalid("a quantity is not closed with '}'") }
        guard least <= most else { throw Self.invalid("the quantity {\(least),\(most)} has its bounds the wrong way round") }
        return (least, most)
    }

    private mutating func number() throws(XQueryError) -> Int {
        guard let first = next, 48 ... 57 ~= first else { throw Self.invalid("a quantity needs a number") }
        var value = 0
        while let digit = next, 48 ... 57 ~= digit {
            value = min(value * 10 + Int(digit - 48), 1 << 40)
            at += 1
        }
        return value
    }

    private mutating func atom(_ code: UInt32) throws(XQueryError) -> Part {
        at += 1
        switch code {
        case 46: return .set(CharacterClass(flags.dotAll ? [] : [.range(10 ... 10), .range(13 ... 13)], negated: true))
        case 94: return .lineStart
        case 36: return .lineEnd
        case 40: return try group()
        case 91: return .set(try bracket())
        case 92: return try escape()
        case 42, 43, 63, 123: throw Self.invalid("a quantifier has nothing to repeat")
        case 93, 125: throw Self.invalid("a closing bracket must be escaped")
        default: return literal(code)
        }
    }

    private mutating func group() throws(XQueryError) -> Part {
        if has("?:") {
            at += 2
            let inner = try choice()
            guard take(41) else { throw Self.invalid("a group is not closed with ')'") }
            return inner
        }
        groups += 1
        let number = groups
        let inner = try choice()
        guard take(41) else { throw Self.invalid("a group is not closed with ')'") }
        closed.insert(number)
        return .group(number, inner)
    }

    private func literal(_ code: UInt32) -> Part {
        guard flags.ignoresCase else { return .character(code) }
        let variants = CharacterClass.caseVariants(code)
        if variants.isEmpty { return .character(code) }
        return .set(CharacterClass(([code] + variants).map { .range($0 ... $0) }, ignoresCase: true))
    }

    private mutating func escape() throws(XQueryError) -> Part {
        if let digit = next, 49 ... 57 ~= digit { return .back(try reference()) }
        switch try escaped() {
        case .range(let range): return literal(range.lowerBound)
        case let part: return .set(CharacterClass([part]))
        }
    }

    /// The longest number that names a group.
    private mutating func reference() throws(XQueryError) -> Int {
        var value = 0
        while let digit = next, 48 ... 57 ~= digit {
            let longer = value * 10 + Int(digit - 48)
            guard longer <= groups else { break }
            value = longer
            at += 1
        }
        guard value > 0, closed.contains(value) else { throw Self.invalid("a back-reference must name a group that ends before it") }
        return value
    }

    // MARK: Characters

    /// What follows a backslash; a single character comes as a range of one.
    private mutating func escaped() throws(XQueryError) -> CharacterClass.Part {
        guard let code = next else { throw Self.invalid("it ends in a backslash") }
        at += 1
        func single(_ code: UInt32) -> CharacterClass.Part { .range(code ... code) }
        switch code {
        case 110: return single(10)
        case 114: return single(13)
        case 116: return single(9)
        case 92, 124, 46, 45, 94, 63, 42, 43, 123, 125, 40, 41, 91, 93: return single(code)
        case 36: return single(36)
        case 115: return .space
        case 83: return .not(.space)
        case 105: return .nameStart
        case 73: return .not(.nameStart)
        case 99: return .name
        case 67: return .not(.name)
        case 100: return .digit
        case 68: return .not(.digit)
        case 119: return .word
        case 87: return .not(.word)
        case 112: return try property()
        case 80: return .not(try property())
        default: throw Self.invalid("'\\\(Unicode.Scalar(code).map(String.init) ?? "")' means nothing")
        }
    }

    private mutating func property() throws(XQueryError) -> CharacterClass.Part {
        guard take(123) else { throw Self.invalid("'\\p' needs a category in braces") }
        var name = String.UnicodeScalarView()
        while let code = next, code != 125, let scalar = Unicode.Scalar(code) {
            name.append(scalar)
            at += 1
        }
        guard take(125) else { throw Self.invalid("'\\p{' is not closed with '}'") }
        let text = String(name)
        if CharacterClass.categories.contains(text) { return .category(text) }
        if text.hasPrefix("Is"), let block = UnicodeBlocks.range(String(text.dropFirst(2))) { return .block(block) }
        throw Self.invalid("there is no category or block of characters '\(text.prefix(40))'")
    }

    /// `[…]`, the opening bracket already taken.
    private mutating func bracket() throws(XQueryError) -> CharacterClass {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { throw Self.invalid("brackets are nested deeper than \(Self.maxNesting)") }
        let negated = take(94)
        var parts: [CharacterClass.Part] = []
        var without: CharacterClass?
        while true {
            guard let code = next else { throw Self.invalid("a bracket is not closed with ']'") }
            if code == 93 {
                guard !parts.isEmpty else { throw Self.invalid("brackets hold no character") }
                at += 1
                break
            }
            if has("-["), !parts.isEmpty {
                at += 2
                without = try bracket()
                guard take(93) else { throw Self.invalid("a subtraction must end its bracket") }
                break
            }
            let isHyphen = code == 45
            let first = try member()
            guard case .range(let low) = first, next == 45, at + 1 < characters.count, characters[at + 1] != 93, characters[at + 1] != 91
            else {
                parts.append(first)
                continue
            }
            // A hyphen is one itself at the start, at the end, and after a range.
            if isHyphen && !parts.isEmpty { throw Self.invalid("a hyphen between others must be escaped") }
            at += 1
            guard next != 45, case .range(let high) = try member(), low.lowerBound <= high.lowerBound else {
                throw Self.invalid("a range of characters has its bounds the wrong way round")
            }
            parts.append(.range(low.lowerBound ... high.lowerBound))
        }
        return CharacterClass(parts, negated: negated, without: without, ignoresCase: flags.ignoresCase)
    }

    private mutating func member() throws(XQueryError) -> CharacterClass.Part {
        guard let code = next else { throw Self.invalid("a bracket is not closed with ']'") }
        at += 1
        if code == 92 { return try escaped() }
        guard code != 91 else { throw Self.invalid("'[' within brackets must be escaped") }
        return .range(code ... code)
    }
}
