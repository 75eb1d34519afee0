import XMLTree

/// A set has one drawing; each specification gets its own part of it, the first also what belongs to none.
struct LayoutParts {
    private var parts: [XMLDocument?]

    /// - Parameter uris: those of the specifications, in order.
    init(_ layout: XMLNode?, uris: [String]) {
        parts = Array(repeating: nil, count: uris.count)
        guard let layout, !uris.isEmpty else { return }
        let owners = Dictionary(uris.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var drawings: [Int: [XMLNode]] = [:]
        for drawing in layout.elements("specification") {
            drawings[owners[drawing.attribute("id") ?? ""] ?? 0, default: []].append(drawing)
        }
        let shared = layout.elements.filter { $0.localName != "specification" }
        for (index, own) in drawings {
            var builder = XMLBuilder()
            builder.startElement(layout.name)
            for node in shared + own { builder.copy(node, withScope: true) }
            parts[index] = builder.finish()
        }
    }

    func part(_ index: Int) -> XMLDocument? { parts[index] }
}
