import Terminal
import Workflow
import XMLTree

/// Reads what is in a form's fields back into elements: the other direction of `FormLayout`, along the same types.
struct FormValue {
    let types: TypeLibrary
    /// What a field holds, by id; nil when there is no such field.
    let text: (String) -> String?

    /// Why what was typed cannot be put into an element.
    struct Problem: Error, Sendable {
        let field: String
        let message: String
    }

    /// The element at `path`. Nil when it is left out: empty and not needed.
    func element(_ name: String, path: String, structure: TypeStructure?, isRequired: Bool) throws(Problem) -> XMLDocument? {
        if let xml = text(path + "#xml") {
            guard isRequired || !xml.isEmpty else { return nil }
            // Markup and entities are read as XML; what is none, such as "salt & pepper", is text.
            guard xml.contains("<") || xml.contains("&") else { return XMLDocument(element: name, text: xml) }
            do {
                return try XMLDocument.parse("<\(name)>\(xml)</\(name)>")
            } catch {
                guard xml.first(where: { !$0.isWhitespace }) == "<" else { return XMLDocument(element: name, text: xml) }
                throw Problem(field: path + "#xml", message: "this begins with < but is not XML: \(error)")
            }
        }
        switch structure {
        case .simple, nil:
            guard let value = text(path), isRequired || !value.isEmpty else { return nil }
            return XMLDocument(element: name, text: value)
        case .complex(let type) where type.isFlag:
            let isSet = text(path) == "true"
            guard isSet || isRequired else { return nil }
            var builder = XMLBuilder()
            builder.startElement(name)
            builder.attribute(TypeLibrary.flagAttribute, isSet ? "true" : "false")
            return builder.finish()
        case .complex(let type):
            var builder = XMLBuilder()
            builder.startElement(name)
            for attribute in type.attributes {
                guard let value = text(path + "/@" + attribute.name), attribute.isRequired || !value.isEmpty else { continue }
                builder.attribute(attribute.name, value)
            }
            switch type.content {
            case .empty: break
            case .simple: builder.text(text(path) ?? "")
            case .elements(let particle): for child in try children(particle.term, path: path) { builder.copyContent(of: child.node) }
            }
            return builder.finish()
        }
    }

    private func children(_ term: Particle.Term, path: String) throws(Problem) -> [XMLDocument] {
        guard case .sequence(let parts) = term.asSequence else { return [] }
        var result: [XMLDocument] = []
        for (index, part) in parts.enumerated() {
            switch part.term {
            case .element(let element): result += try instances(element, part, path: path)
            case .choice(let alternatives):
                let chosen = text("\(path)?\(index)")
                guard let alternative = alternatives.first(where: { $0.element?.name == chosen }), let element = alternative.element else {
                    continue
                }
                result += try instances(element, alternative, path: path)
            default: result += try children(part.term, path: path)
            }
        }
        return result
    }

    private func instances(_ element: ElementStructure, _ particle: Particle, path: String) throws(Problem) -> [XMLDocument] {
        let counter = "\(path)/\(element.name)#count"
        var count = 1
        if let typed = text(counter) {
            guard let number = typed == "true" ? 1 : typed == "false" ? 0 : Int(typed), number >= 0, number <= FormLayout.mostInstances
            else {
                throw Problem(field: counter, message: "a number from 0 to \(FormLayout.mostInstances) is needed here")
            }
            count = number
        }
        let structure = types.structure(of: element.type)
        let isNeeded = particle.minOccurs > 0 || text(counter) != nil
        var result: [XMLDocument] = []
        for index in 0 ..< count {
            let place = "\(path)/\(element.name)[\(index + 1)]"
            // An instance that was just added has no fields yet; it starts with what its type starts with.
            if let one = try self.element(element.name, path: place, structure: structure, isRequired: isNeeded)
                ?? (isNeeded ? XMLDocument(element: element.name) : nil)
            {
                result.append(one)
            }
        }
        return result
    }
}
