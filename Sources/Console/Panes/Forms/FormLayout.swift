import Catalog
import Terminal
import Workflow
import XMLTree

/// Decides which fields of a form a value of a type needs, and in which order. Ids of fields are the paths that schema
/// violations give, each step numbered: `/order[1]/line[2]/quantity[1]`.
struct FormLayout {
    let types: TypeLibrary
    /// Texts whose line breaks a field cannot show, by field id, so that an untouched field gives back what it was made from.
    private(set) var originals: [String: String] = [:]
    private(set) var fields: [FormField] = []

    /// Deeper than this a value is edited as XML.
    private static let deepest = 8
    /// More instances than this are edited as XML.
    static let mostInstances = 50

    init(types: TypeLibrary) { self.types = types }

    /// One element with everything below it.
    /// - Parameters:
    ///   - node: the value so far; nil when there is none.
    ///   - structure: nil for values without a usable type, which are edited as XML or text.
    mutating func add(
        _ name: String, label: String, path: String, structure: TypeStructure?, node: XMLNode?, depth: Int,
        isRequired: Bool, isReadOnly: Bool, fallback: String? = nil
    ) {
        guard let structure, !isReadOnly || node != nil || isSimple(structure), depth < Self.deepest, canShow(structure, depth: depth),
            fits(structure, node)
        else {
            return addXML(label, path: path, node: node, depth: depth, isRequired: isRequired, isReadOnly: isReadOnly, fallback: fallback)
        }
        switch structure {
        case .simple(let type):
            add(
                type, label: label, path: path, value: node?.stringValue ?? fallback ?? "", depth: depth, isRequired: isRequired,
                isReadOnly: isReadOnly)
        case .complex(let type) where type.isFlag:
            let isSet = node?.attribute(TypeLibrary.flagAttribute) == "true"
            fields.append(
                FormField(id: path, label: label, kind: isReadOnly ? .readOnly : .boolean, value: isSet ? "true" : "false", depth: depth))
        case .complex(let type):
            fields.append(FormField(id: path + "#", label: label, kind: .heading, depth: depth))
            for attribute in type.attributes {
                add(
                    attribute.type, label: attribute.name, path: path + "/@" + attribute.name,
                    value: node?.attribute(attribute.name) ?? attribute.fixedValue ?? attribute.defaultValue ?? "",
                    depth: depth + 1, isRequired: attribute.isRequired, isReadOnly: isReadOnly || attribute.fixedValue != nil)
            }
            switch type.content {
            case .empty: break
            case .simple(let content):
                add(
                    content, label: "value", path: path, value: node?.stringValue ?? "", depth: depth + 1, isRequired: true,
                    isReadOnly: isReadOnly)
            case .elements(let particle): add(particle.term, path: path, node: node, depth: depth + 1, isReadOnly: isReadOnly)
            }
        }
    }

    private mutating func add(_ term: Particle.Term, path: String, node: XMLNode?, depth: Int, isReadOnly: Bool) {
        guard case .sequence(let parts) = term.asSequence else { return }
        for (index, part) in parts.enumerated() {
            switch part.term {
            case .element(let element): add(element, part, path: path, node: node, depth: depth, isReadOnly: isReadOnly)
            case .choice(let alternatives):
                let names = alternatives.compactMap(\.element?.name)
                let chosen = names.first { node?.element($0) != nil } ?? names.first ?? ""
                fields.append(
                    FormField(
                        id: "\(path)?\(index)", label: "one of", kind: isReadOnly ? .readOnly : .choice(names.map { .init(value: $0) }),
                        value: chosen, isRequired: true, depth: depth))
                if let alternative = alternatives.first(where: { $0.element?.name == chosen }), let element = alternative.element {
                    add(element, alternative, path: path, node: node, depth: depth + 1, isReadOnly: isReadOnly)
                }
            default: add(part.term, path: path, node: node, depth: depth, isReadOnly: isReadOnly)
            }
        }
    }

    private mutating func add(_ element: ElementStructure, _ particle: Particle, path: String, node: XMLNode?, depth: Int, isReadOnly: Bool)
    {
        let present = node?.elements(element.name) ?? []
        let structure = types.structure(of: element.type)
        let isSingle = particle.maxOccurs == 1
        let plain = structure.map { isSimple($0) } ?? true
        var count = 1
        if !isSingle || particle.minOccurs == 0 && !plain {
            count = min(max(present.count, particle.minOccurs), Self.mostInstances)
            let kind: FormField.Kind = isReadOnly ? .readOnly : isSingle ? .boolean : .number
            fields.append(
                FormField(
                    id: "\(path)/\(element.name)#count", label: isSingle ? "with \(element.name)" : "how many \(element.name)", kind: kind,
                    value: isSingle ? (count > 0 ? "true" : "false") : String(count), isRequired: true, depth: depth))
        }
        for index in 0 ..< max(count, 0) {
            add(
                element.name, label: isSingle ? element.name : "\(element.name) \(index + 1)",
                path: "\(path)/\(element.name)[\(index + 1)]", structure: structure,
                node: present[safe: index], depth: depth, isRequired: particle.minOccurs > 0 || !isSingle,
                isReadOnly: isReadOnly || element.fixedValue != nil, fallback: element.fixedValue ?? element.defaultValue)
        }
    }

    private mutating func add(
        _ type: SimpleType, label: String, path: String, value: String, depth: Int, isRequired: Bool, isReadOnly: Bool
    ) {
        let (label, isReadOnly) = Self.editable(label, value, isReadOnly)
        fields.append(
            FormField(
                id: path, label: label, kind: isReadOnly ? .readOnly : type.fieldKind(isRequired: isRequired), value: value,
                isRequired: isRequired && !isReadOnly && type.base != .string, depth: depth, placeholder: type.placeholder))
        remember(value, path)
    }

    private mutating func addXML(
        _ label: String, path: String, node: XMLNode?, depth: Int, isRequired: Bool, isReadOnly: Bool, fallback: String?
    ) {
        let text = node?.serializedContent() ?? fallback ?? ""
        let (label, isReadOnly) = Self.editable(label, text, isReadOnly)
        fields.append(
            FormField(
                id: path + "#xml", label: label, kind: isReadOnly ? .readOnly : .text, value: text, isRequired: isRequired && !isReadOnly,
                depth: depth, placeholder: "text or XML"))
        remember(text, path + "#xml")
    }

    private mutating func remember(_ value: String, _ id: String) {
        if fields.last?.value != value { originals[id] = value }
    }

    /// A text field holds only so much; editing a longer value there would lose its end.
    private static func editable(_ label: String, _ value: String, _ isReadOnly: Bool) -> (label: String, isReadOnly: Bool) {
        guard !isReadOnly, value.utf8.count > TextField.longest, value.count > TextField.longest else { return (label, isReadOnly) }
        return (label + " (too long to edit here)", true)
    }

    private func isSimple(_ structure: TypeStructure) -> Bool { if case .simple = structure { true } else { false } }

    /// Whether there are few enough instances of every repeated element for fields of their own.
    private func fits(_ structure: TypeStructure, _ node: XMLNode?) -> Bool {
        guard case .complex(let type) = structure, case .elements(let particle) = type.content else { return true }
        var counts: [String: Int] = [:]
        for child in node?.elements ?? [] { counts[child.localName, default: 0] += 1 }
        return counts.values.allSatisfy { $0 <= Self.mostInstances } && particle.leastInstances <= Self.mostInstances
    }

    /// Whether fields can hold any value of the type.
    private func canShow(_ structure: TypeStructure, depth: Int) -> Bool {
        guard case .complex(let type) = structure else { return true }
        guard !type.isMixed, !type.isAbstract else { return false }
        guard case .elements(let particle) = type.content else { return true }
        return particle.isPlain
    }
}

extension Particle {
    /// Sequences and choices that occur once, of elements.
    var isPlain: Bool {
        switch term {
        case .element: true
        case .sequence(let parts), .all(let parts): minOccurs == 1 && maxOccurs == 1 && parts.allSatisfy(\.isPlain)
        case .choice(let parts): minOccurs == 1 && maxOccurs == 1 && parts.allSatisfy { $0.element != nil }
        case .any: false
        }
    }

    /// The highest number that any element in it must occur.
    var leastInstances: Int {
        switch term {
        case .element, .any: minOccurs
        case .sequence(let parts), .all(let parts), .choice(let parts): parts.reduce(0) { max($0, $1.leastInstances) }
        }
    }

    var element: ElementStructure? { if case .element(let element) = term { element } else { nil } }
}

extension Particle.Term {
    /// Every term as a sequence of parts, which is how fields follow each other.
    var asSequence: Particle.Term {
        switch self {
        case .sequence, .any: self
        case .all(let parts): .sequence(parts)
        case .element, .choice: .sequence([Particle(self)])
        }
    }
}

extension SimpleType {
    /// How a value is typed. Types the widgets do not know are typed as text and judged by the schema.
    func fieldKind(isRequired: Bool) -> FormField.Kind {
        if !facets.enumeration.isEmpty { return .choice(facets.enumeration.map { .init(value: $0) }) }
        guard case .atomic(let base) = variety else { return .text }
        switch base.family {
        case .boolean: return isRequired ? .boolean : .choice([.init(value: "true", label: "yes"), .init(value: "false", label: "no")])
        case .integer, .decimal: return .number
        case .date: return .date
        default: return .text
        }
    }

    /// What is expected, in a few words.
    var placeholder: String {
        guard case .atomic(let base) = variety else { return "list" }
        let least = facets.minInclusive ?? facets.minExclusive.map { "above \($0)" }
        let most = facets.maxInclusive ?? facets.maxExclusive.map { "below \($0)" }
        let range = least == nil && most == nil ? "" : " \(least ?? "")…\(most ?? "")"
        return base == .string ? "" : base == .date ? "YYYY-MM-DD" : base.rawValue + range
    }
}
