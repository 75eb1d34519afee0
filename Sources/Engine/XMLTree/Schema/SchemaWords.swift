/// Says in words what a type wants: "a whole number", "a date such as 2024-01-31".
struct SchemaWords: Sendable {
    static let namespace = "http://www.w3.org/2001/XMLSchema"

    /// Simple types by name; anonymous ones by the names of the elements and attributes that have them.
    private var types: [String: XMLNode] = [:]
    private var anonymous: [String: XMLNode] = [:]

    init(schema root: XMLNode) {
        for type in root.elements("simpleType") {
            if let name = type.attribute("name") { types[name] = type }
        }
        var left = [root]
        while let node = left.popLast() {
            if let name = node.attribute("name"), let type = node.element("simpleType") {
                // Two declarations of one name may differ; then nothing is said rather than something wrong.
                anonymous[name] = anonymous[name] == nil ? type : root
            }
            left += node.elements
        }
    }

    /// What the named type (`xs:date`, `Quantity`) wants.
    func wanted(type name: String) -> String? { wanted(type: name, depth: 0) }

    /// What the type written inside the declaration of this element or attribute wants.
    func wanted(declaration name: String) -> String? { anonymous[name].flatMap { wanted($0, depth: 0) } }

    private func wanted(type name: String, depth: Int) -> String? {
        let local = name.nameWithoutPrefix
        if let type = types[local], depth < 50 { return wanted(type, depth: depth + 1) }
        return Self.builtIn[local]
    }

    private func wanted(_ type: XMLNode, depth: Int) -> String? {
        guard depth < 50 else { return nil }
        if let restriction = type.element("restriction") {
            if let base = restriction.attribute("base") { return wanted(type: base, depth: depth + 1) }
            return restriction.element("simpleType").flatMap { wanted($0, depth: depth + 1) }
        }
        if let list = type.element("list") {
            let item =
                list.attribute("itemType").flatMap { wanted(type: $0, depth: depth + 1) }
                ?? list.element("simpleType").flatMap { wanted($0, depth: depth + 1) }
            return item.map { "a list, each item " + $0 }
        }
        guard let union = type.element("union") else { return nil }
        let named = (union.attribute("memberTypes") ?? "").split(whereSeparator: \.isWhitespace)
        let members =
            named.map { wanted(type: String($0), depth: depth + 1) }
            + union.elements("simpleType").map { wanted($0, depth: depth + 1) }
        var distinct: [String] = []
        for member in members {
            guard let member, distinct.count < 8 else { return nil }
            if !distinct.contains(member) { distinct.append(member) }
        }
        return distinct.isEmpty ? nil : distinct.joined(separator: ", or ")
    }

    private static let builtIn: [String: String] = [
        "boolean": "true or false",
        "decimal": "a number such as 12.50", "float": "a number", "double": "a number",
        "integer": "a whole number", "positiveInteger": "a whole number from 1", "nonNegativeInteger": "a whole number from 0",
        "negativeInteger": "a whole number up to -1", "nonPositiveInteger": "a whole number up to 0",
        "long": "a whole number of at most 64 bits", "int": "a whole number from -2147483648 to 2147483647",
        "short": "a whole number from -32768 to 32767", "byte": "a whole number from -128 to 127",
        "unsignedLong": "a whole number from 0 of at most 64 bits", "unsignedInt": "a whole number from 0 to 4294967295",
        "unsignedShort": "a whole number from 0 to 65535", "unsignedByte": "a whole number from 0 to 255",
        "date": "a date such as 2024-01-31", "time": "a time such as 13:45:00",
        "dateTime": "a date and time such as 2024-01-31T13:45:00", "duration": "a duration such as P1DT12H",
        "gYear": "a year such as 2024", "gYearMonth": "a year and month such as 2024-01", "gMonth": "a month such as --01",
        "gMonthDay": "a month and day such as --01-31", "gDay": "a day such as ---31",
        "base64Binary": "base64 text", "hexBinary": "pairs of hexadecimal digits",
        "anyURI": "a URI such as https://example.org/", "language": "a language such as en-GB",
        "Name": "a name: letters, digits, . - _ : and no digit first", "NCName": "a name: letters, digits, . - _ and no digit first",
        "ID": "a name that occurs once: letters, digits, . - _ and no digit first", "IDREF": "the ID of an element of this document",
        "IDREFS": "a list, each item the ID of an element of this document",
        "ENTITY": "a name: letters, digits, . - _ and no digit first", "ENTITIES": "a list of names",
        "NMTOKEN": "one word of letters, digits and . - _ :", "NMTOKENS": "words of letters, digits and . - _ :",
        "QName": "a name: letters, digits, . - _ and no digit first", "NOTATION": "the name of a notation",
        "string": "text", "normalizedString": "text on one line", "token": "text without surrounding blanks",
    ]
}
