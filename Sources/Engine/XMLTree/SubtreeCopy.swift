extension XMLBuilder {
    /// Copies a subtree node by node, for those who change something on the way.
    /// - Parameters:
    ///   - declaring: declares the namespaces of the element just begun; its number in the arena is given.
    ///   - keeping: says which texts, comments and instructions come along.
    package mutating func copy(
        _ arena: XMLArena, from root: Int, keeping: (XMLArena.Record) -> Bool = { _ in true },
        declaring: (_ element: Int, inout XMLBuilder) -> Void
    ) {
        var ends: [Int] = []
        for index in root ..< max(Int(arena.records[root].end), root + 1) {
            while let end = ends.last, end <= index {
                endElement()
                ends.removeLast()
            }
            let record = arena.records[index]
            switch record.kind {
            case .document: break
            case .element:
                startElement(arena.names[Int(record.name)])
                declaring(index, &self)
                for attribute in arena.attributes[Int(record.start) ..< Int(record.start + record.count)] {
                    self.attribute(arena.names[Int(attribute.name)], arena.slice(attribute.start, attribute.count))
                }
                ends.append(Int(record.end))
            case _ where !keeping(record): break
            case .text: text(arena.slice(record.start, record.count))
            case .comment: comment(arena.string(record.start, record.count))
            case .instruction: instruction(arena.names[Int(record.name)].local, arena.string(record.start, record.count))
            }
        }
        for _ in ends { endElement() }
    }
}
