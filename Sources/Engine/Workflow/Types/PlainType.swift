import XMLTree

/// The built-in types most data have, as far as a glance can tell that a value fits. The schema library reads the value as a document
/// of its own, which costs a hundred times as much; it is asked whenever a value is not plain (a blank around a number, an attribute,
/// a number of many digits), and it alone says that a value does not fit, and why.
enum PlainType: Sendable {
    case text, boolean
    /// With or without a minus, without.
    case integer, natural
    /// With or without a fraction.
    case decimal
    case date

    /// By the names of the types.
    static let named: [String: PlainType] = [
        "string": .text, "boolean": .boolean, "date": .date,
        "integer": .integer, "long": .integer, "int": .integer,
        "nonNegativeInteger": .natural, "unsignedLong": .natural, "unsignedInt": .natural,
        "decimal": .decimal, "double": .decimal, "float": .decimal,
    ]

    /// What is longer is left to the library and its limits.
    private static let maxBytes = 65_536, maxDigits = 9

    /// `true`: the document is an element of this name that fits for certain. `false`: it may or may not.
    func surelyFits(_ document: XMLDocument, name: String) -> Bool {
        document.arena.isSoleRoot(name) && surelyFits(document.arena, 1)
    }

    /// `true`: the element fits for certain. `false`: it may or may not.
    func surelyFits(_ arena: XMLArena, _ element: Int) -> Bool {
        guard arena.isPlain(element), let text = arena.onlyText(of: element), text.count <= Self.maxBytes else { return false }
        switch self {
        case .text:
            // No control characters and nothing near U+FFFE: what is no character of XML has not got here, but that is for others to say.
            return text.allSatisfy { $0 >= 0x20 && $0 != 0xEF || $0 == 0x09 || $0 == 0x0A }
        case .boolean: return text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
        case .integer: return Self.isNumber(text.first == UInt8(ascii: "-") ? text.dropFirst() : text)
        case .natural: return Self.isNumber(text)
        case .decimal:
            let parts = (text.first == UInt8(ascii: "-") ? text.dropFirst() : text).split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            return parts.count <= 2 && parts.allSatisfy(Self.isNumber)
        case .date:
            let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            return parts.map(\.count) == [4, 2, 2] && parts.allSatisfy(Self.isNumber)
                && (1000 ... 9999).contains(Self.value(parts[0])) && (1 ... 12).contains(Self.value(parts[1]))
                && (1 ... 28).contains(Self.value(parts[2]))
        }
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        (1 ... maxDigits).contains(text.count) && text.allSatisfy { (UInt8(ascii: "0") ... UInt8(ascii: "9")).contains($0) }
    }

    /// Of at most nine digits.
    private static func value(_ digits: ArraySlice<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
}

extension TypeLibrary {
    /// `true`: the document fits for certain.
    static func surelyFits(_ document: XMLDocument, name: String, type: String) -> Bool {
        PlainType.named[type]?.surelyFits(document, name: name) ?? false
    }

    /// The same for a sequence without optional members.
    static func surelyFits(_ document: XMLDocument, root: String, sequence members: [Member]) -> Bool {
        let arena = document.arena
        guard arena.isSoleRoot(root), arena.isPlain(1) else { return false }
        var child = arena.records[1].end > 2 ? 2 : 0
        for member in members {
            guard child != 0, !member.optional, arena.records[child].kind == .element,
                arena.names[Int(arena.records[child].name)].local == member.name,
                let plain = PlainType.named[member.type], plain.surelyFits(arena, child)
            else { return false }
            child = Int(arena.records[child].nextSibling)
        }
        return child == 0
    }
}

extension XMLArena {
    /// An element in no namespace that has no attributes, in a document that declares no namespaces.
    fileprivate func isPlain(_ element: Int) -> Bool {
        namespaces.isEmpty && records[element].kind == .element && records[element].count == 0
            && names[Int(records[element].name)].namespace.isEmpty
    }

    /// All there is is one element of this name.
    fileprivate func isSoleRoot(_ name: String) -> Bool {
        records.count > 1 && records[1].kind == .element && records[1].nextSibling == 0 && names[Int(records[1].name)].local == name
    }
}
