import XMLTree

extension TypeLibrary {
    /// The smallest value of a type, as the root element `name`: every needed child, each with a plain value. A starting point
    /// for forms, and what the recorded runs of the reference engine hand in for what is missing.
    ///
    /// Simple values are the first enumeration value, else the lower bound, else the built-in type's `exampleValue` padded to the
    /// least length (so a pattern or an upper bound may refuse it). A choice takes its first alternative, an extension has its
    /// base's parts first, attributes are there when required.
    /// - Returns: `nil` for an unknown type, or one whose smallest value is endless or larger than 10,000 elements.
    public func defaultInstance(named name: String, of typeName: String) -> XMLDocument? {
        guard let structure = structure(of: typeName) else { return nil }
        return defaultInstance(named: name, structure)
    }

    /// The same for a global element of the user's schema.
    public func defaultInstance(ofElement name: String) -> XMLDocument? {
        guard let structure = structure(ofElement: name) else { return nil }
        return defaultInstance(named: name.nameWithoutPrefix, structure)
    }

    /// The smallest value of a simple type as text; `nil` for an unknown or complex type.
    public func defaultText(of typeName: String) -> String? {
        guard case .simple(let type) = structure(of: typeName) else { return nil }
        return type.defaultText
    }

    private func defaultInstance(named name: String, _ structure: TypeStructure) -> XMLDocument? {
        var writer = DefaultWriter(library: self)
        return writer.write(name, structure, depth: 0) ? writer.builder.finish() : nil
    }
}

extension SimpleType {
    /// See `TypeLibrary.defaultInstance(named:of:)`.
    public var defaultText: String {
        if let first = facets.enumeration.first { return first }
        if let least = facets.minInclusive { return least }
        switch variety {
        case .list(let item):
            let count = min(max(facets.length ?? facets.minLength ?? 1, 1), 1000)
            return Array(repeating: item.defaultText, count: count).joined(separator: " ")
        case .union(let members): return members.first?.defaultText ?? "x"
        case .atomic(let base):
            let text = base.exampleValue
            let length = min(facets.length ?? facets.minLength ?? 0, 100_000)
            return text.count < length ? text + String(repeating: "x", count: length - text.count) : text
        }
    }
}

private struct DefaultWriter {
    let library: TypeLibrary
    var builder = XMLBuilder()
    private static let maxDepth = 64
    private static let maxElements = 10_000

    init(library: TypeLibrary) { self.library = library }

    /// Each of these says `false` when there is no end to it.
    mutating func write(_ name: String, _ structure: TypeStructure, fixed: String? = nil, depth: Int) -> Bool {
        guard depth < Self.maxDepth, builder.nodeCount < 2 * Self.maxElements else { return false }
        builder.startElement(name)
        defer { builder.endElement() }
        switch structure {
        case .simple(let type): builder.text(fixed ?? type.defaultText)
        case .complex(let type):
            for attribute in type.attributes where attribute.isRequired {
                builder.attribute(attribute.name, attribute.fixedValue ?? attribute.type.defaultText)
            }
            switch type.content {
            case .empty: break
            case .simple(let value): builder.text(fixed ?? value.defaultText)
            case .elements(let particle): return write(particle, depth: depth)
            }
        }
        return true
    }

    private mutating func write(_ particle: Particle, depth: Int) -> Bool {
        for _ in 0 ..< particle.minOccurs {
            let before = builder.nodeCount
            guard write(particle.term, depth: depth) else { return false }
            // Nothing written once is nothing written a billion times.
            if builder.nodeCount == before { break }
        }
        return true
    }

    private mutating func write(_ term: Particle.Term, depth: Int) -> Bool {
        switch term {
        case .element(let element):
            guard let structure = library.structure(of: element.type) else { return false }
            return write(element.name, structure, fixed: element.fixedValue, depth: depth + 1)
        case .sequence(let parts), .all(let parts):
            for part in parts where !write(part, depth: depth) { return false }
            return true
        case .choice(let parts): return parts.first.map { write($0, depth: depth) } ?? true
        case .any: return true
        }
    }
}
