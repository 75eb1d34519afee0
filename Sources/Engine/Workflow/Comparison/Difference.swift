/// One thing in which two specifications differ, in YAWL's terms.
public struct Difference: Sendable, Hashable, CustomStringConvertible {
    public enum Change: Sendable, Hashable {
        /// The element is only in the new one; what is inside it is not listed again.
        case added
        case removed
        /// An aspect of an element that both have: its split, its type…; nil where one of them says nothing.
        case changed(aspect: String, old: String?, new: String?)
    }

    public let element: ElementPath
    public let change: Change

    public var description: String {
        switch change {
        case .added: "+ \(element)"
        case .removed: "- \(element)"
        case .changed(let aspect, let old, let new): "~ \(element): \(aspect) \(old ?? "none") → \(new ?? "none")"
        }
    }
}

/// What changed between two specifications. The drawing, who wrote them, when, and the version itself do not count.
///
/// What belongs to the same net or piece of work stands together, in the order of the new file; what is gone comes last.
public func differences(from old: Specification, to new: Specification) -> [Difference] {
    let before = SpecificationFacts(old), after = SpecificationFacts(new)
    var found: [Difference] = []
    for element in after.elements {
        guard let known = before[element.path] else {
            if element.path.enclosing.allSatisfy({ before[$0] != nil }) { found.append(Difference(element: element.path, change: .added)) }
            continue
        }
        let aspects = element.aspects.map(\.name) + known.aspects.map(\.name).filter { element[$0] == nil }
        for aspect in aspects where known[aspect] != element[aspect] {
            found.append(Difference(element: element.path, change: .changed(aspect: aspect, old: known[aspect], new: element[aspect])))
        }
    }
    for element in before.elements where after[element.path] == nil && element.path.enclosing.allSatisfy({ after[$0] != nil }) {
        found.append(Difference(element: element.path, change: .removed))
    }
    var places: [ElementPath.Part?: Int] = [:]
    for difference in found where places[difference.element.parts.first] == nil { places[difference.element.parts.first] = places.count }
    return found.enumerated().sorted { a, b in
        let (x, y) = (places[a.element.element.parts.first] ?? 0, places[b.element.element.parts.first] ?? 0)
        return x != y ? x < y : a.offset < b.offset
    }.map(\.element)
}
