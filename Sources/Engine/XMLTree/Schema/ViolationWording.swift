import CXML

/// Turns the validator's findings into sentences: what is wrong with which element, and what would be right.
struct ViolationWording {
    let words: SchemaWords
    let elements: ElementNumbers

    private static let longestValue = 60
    private static let longestWords = 400

    func violations(_ findings: [RawFinding]) -> [SchemaViolation] {
        var found: [SchemaViolation] = []
        var previous: RawFinding?
        for finding in findings {
            // After an item of a list the list itself is reported once more.
            if finding.kind == CXML_BAD_VALUE, finding.message.contains("of the list type"),
                let previous, previous.element == finding.element, previous.kind != CXML_CHILDREN
            {
                continue
            }
            found.append(violation(finding))
            previous = finding
        }
        return found
    }

    private func violation(_ finding: RawFinding) -> SchemaViolation {
        guard let element = elements.node(finding.element) else {
            return SchemaViolation(.other, path: "", Self.cleaned(finding.message))
        }
        let attribute = finding.attribute ?? Self.attribute(in: finding.message)
        let path = element.schemaPath + (attribute.map { "/@" + $0 } ?? "")
        let name = attribute ?? element.localName
        let message = Self.cleaned(finding.message)
        let (code, sentence): (SchemaViolation.Code, String)
        switch finding.kind {
        case CXML_BAD_VALUE:
            (code, sentence) = (.value, badValue(message, name: name))
        case CXML_LENGTH, CXML_MIN_LENGTH, CXML_MAX_LENGTH, CXML_MIN_INCLUSIVE, CXML_MAX_INCLUSIVE, CXML_MIN_EXCLUSIVE,
            CXML_MAX_EXCLUSIVE, CXML_TOTAL_DIGITS, CXML_FRACTION_DIGITS, CXML_PATTERN, CXML_ENUMERATION, CXML_FIXED_VALUE:
            let value = attribute.flatMap { element.attribute($0) } ?? element.stringValue
            (code, sentence) = (.value, Self.refused(value, name: name) + ": " + Self.limit(finding.kind, message))
        case CXML_CHILDREN:
            (code, sentence) = (.children, children(element, message))
        case CXML_CONTENT_IN_EMPTY:
            (code, sentence) = (.content, "\(name) must be empty: take its text and elements out")
        case CXML_ELEMENT_IN_SIMPLE:
            (code, sentence) = (.content, "\(name) holds a plain value: elements are not allowed in it")
        case CXML_TEXT_BETWEEN_ELEMENTS:
            (code, sentence) = (.content, "\(name) holds elements only: text is not allowed in it")
        case CXML_ATTRIBUTE_UNKNOWN:
            (code, sentence) = (.attribute, "the attribute \(name) is not allowed on \(element.localName)")
        case CXML_ATTRIBUTE_MISSING:
            (code, sentence) = (.attribute, "the attribute \(name) is missing on \(element.localName)")
        case CXML_UNKNOWN_ROOT:
            (code, sentence) = (.root, "\(name) is not an element of this schema")
        case CXML_NOT_NILLABLE:
            (code, sentence) = (.content, "\(element.localName) may not be marked nil (xsi:nil): give it a value")
        case CXML_NIL_WITH_CONTENT:
            (code, sentence) = (.content, "\(name) is marked nil (xsi:nil), so it must be empty")
        case CXML_ABSTRACT:
            (code, sentence) = (.content, "\(name) has an abstract type: name a concrete one with xsi:type")
        case CXML_KEY:
            (code, sentence) = (.key, "\(name): \(message)")
        default:
            (code, sentence) = (.other, "\(name): \(message)")
        }
        return SchemaViolation(code, path: path, sentence)
    }

    /// The message says `'V' is not a valid value of the [local] atomic|list|union type[ 'T']`.
    private func badValue(_ message: String, name: String) -> String {
        guard let verdict = message.ranges(of: "' is not a valid value of the ").last, message.hasPrefix("'") else {
            return "\(name): \(message)"
        }
        let value = message[..<verdict.lowerBound].dropFirst()
        let type = Self.quoted(message[verdict.upperBound...])
        let wanted = type.flatMap { words.wanted(type: $0) } ?? words.wanted(declaration: name)
        guard let wanted else {
            return Self.refused(String(value), name: name)
                + (type.map { ": not a value of type \($0.nameWithoutPrefix)" } ?? ": not a value of its type")
        }
        return Self.refused(String(value), name: name) + ": must be " + wanted
    }

    private static func refused(_ value: String, name: String) -> String {
        value.allSatisfy(\.isWhitespace) ? "\(name) is empty" : "\"\(clipped(value, longestValue))\" is not allowed for \(name)"
    }

    private static func limit(_ kind: cxml_kind, _ message: String) -> String {
        let limit = lastQuoted(message) ?? "what its type allows"
        switch kind {
        case CXML_LENGTH: return "its length must be \(limit)"
        case CXML_MIN_LENGTH: return "its length must be at least \(limit)"
        case CXML_MAX_LENGTH: return "its length must be at most \(limit)"
        case CXML_MIN_INCLUSIVE: return "must be at least \(limit)"
        case CXML_MAX_INCLUSIVE: return "must be at most \(limit)"
        case CXML_MIN_EXCLUSIVE: return "must be greater than \(limit)"
        case CXML_MAX_EXCLUSIVE: return "must be less than \(limit)"
        case CXML_TOTAL_DIGITS: return "may have at most \(limit) \(limit == "1" ? "digit" : "digits")"
        case CXML_FRACTION_DIGITS:
            return limit == "0"
                ? "may have no digits after the point"
                : "may have at most \(limit) \(limit == "1" ? "digit" : "digits") after the point"
        case CXML_PATTERN:
            let pattern = message.ranges(of: "by the pattern '").last.map { String(message[$0.upperBound...]).trimmedEnd("'.") }
            return "must match the pattern \(clipped(pattern ?? limit, longestWords))"
        case CXML_ENUMERATION:
            guard let set = message.ranges(of: "of the set {'").last else { return "must be one of the values of its type" }
            let values = String(message[set.upperBound...]).trimmedEnd("'}.").split(separator: "', '").map(String.init)
            return (values.count == 1 ? "must be " : "must be one of ") + clipped(values.joined(separator: ", "), longestWords)
        default: return "must be \(clipped(limit, longestWords))"
        }
    }

    /// The message ends in `Expected is ( a ).` or `Expected is one of ( a, b ).` or says nothing of what is expected.
    private func children(_ element: XMLNode, _ message: String) -> String {
        let expected = Self.expected(message)
        let list = Self.either(expected)
        let name = element.localName
        if message.hasPrefix("Missing") {
            // Of an element that may be repeated a limited number of times, libxml2 names nothing else that might follow.
            if let last = element.elements.last, expected == [last.localName] {
                return "\(name) is incomplete: something is missing after its last \(last.localName)"
            }
            return "\(name) is incomplete: " + (expected.isEmpty ? "an element is missing" : "\(list) is missing")
        }
        if expected.isEmpty { return "\(name) is not allowed here: nothing may follow what stands before it" }
        let before = element.parent?.elements.last { $0.index < element.index }
        if let before, expected == [before.localName] {
            return "\(name) is not allowed here: something is missing between \(before.localName) and \(name)"
        }
        let later = element.parent?.elements.first { $0.index > element.index && expected.contains($0.localName) }
        if let later, expected.count == 1, later.localName != name {
            return "\(later.localName) must come before \(name): the order counts"
        }
        return "\(name) is not allowed here: expected is \(list)"
    }

    private static func expected(_ message: String) -> [String] {
        guard let open = message.ranges(of: "( ").last, let close = message.ranges(of: " )").last, open.upperBound <= close.lowerBound
        else {
            return []
        }
        return message[open.upperBound ..< close.lowerBound].split(separator: ", ").map { item in
            item.hasPrefix("##") || item.hasSuffix("*")
                ? "any other element"
                : String(item.lastIndex(of: "}").map { item[item.index(after: $0)...] } ?? item)
        }
    }

    private static func either(_ names: [String]) -> String {
        guard let last = names.last else { return "" }
        return names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " or " + last
    }

    /// libxml2's text without its `Element 'x', attribute 'y': ` in front, the facet in brackets and the full stop.
    static func cleaned(_ message: String) -> String {
        var text = message.replacing("{\(SchemaWords.namespace)}", with: "xs:")[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        if text.hasPrefix("Element '"), let end = text.firstRange(of: "': ") { text = text[end.upperBound...] }
        if text.hasPrefix("[facet '"), let end = text.firstRange(of: "'] ") { text = text[end.upperBound...] }
        return clipped(String(text).trimmedEnd("."), 4 * longestWords)
    }

    private static func attribute(in message: String) -> String? {
        guard message.hasPrefix("Element '"), let end = message.firstRange(of: "': ") else { return nil }
        let head = message[..<end.lowerBound]
        if let found = head.firstRange(of: "', attribute '") { return String(head[found.upperBound...]).unbraced }
        let rest = message[end.upperBound...]
        guard rest.hasPrefix("The attribute '"), let close = rest.dropFirst(15).firstIndex(of: "'") else { return nil }
        return String(rest.dropFirst(15)[..<close]).unbraced
    }

    /// The first text between single quotes.
    private static func quoted(_ text: Substring) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }

    /// The last text between single quotes.
    private static func lastQuoted(_ text: String) -> String? {
        guard let close = text.lastIndex(of: "'"), let open = text[..<close].lastIndex(of: "'") else { return nil }
        return String(text[text.index(after: open) ..< close])
    }

    private static func clipped(_ text: String, _ most: Int) -> String {
        text.count > most ? text.prefix(most) + "…" : text
    }
}

extension String {
    fileprivate func trimmedEnd(_ unwanted: String) -> String {
        var text = self[...]
        for character in unwanted.reversed() where text.last == character { text.removeLast() }
        return String(text)
    }

    /// Without a namespace in braces in front.
    fileprivate var unbraced: String {
        lastIndex(of: "}").map { String(self[index(after: $0)...]) } ?? self
    }
}
