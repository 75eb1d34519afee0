extension XMLDocument {
    /// Without texts that are white space alone, comments and instructions.
    package func withoutBoundarySpace() -> XMLDocument {
        let arena = arena
        guard arena.records.contains(where: arena.isBoundarySpace) else { return self }
        var builder = XMLBuilder()
        var ends: [Int] = []
        for index in 1 ..< arena.records.count {
            while let end = ends.last, end <= index {
                builder.endElement()
                ends.removeLast()
            }
            let record = arena.records[index]
            if record.kind == .element {
                builder.startElement(arena.names[Int(record.name)])
                if !arena.namespaces.isEmpty {
                    for (prefix, uri) in XMLNode(document: self, index: index).namespaceDeclarations { builder.namespace(prefix: prefix, uri: uri) }
                }
                for attribute in arena.attributes[Int(record.start) ..< Int(record.start + record.count)] {
                    builder.attribute(arena.names[Int(attribute.name)], arena.slice(attribute.start, attribute.count))
                }
                ends.append(Int(record.end))
            } else if !arena.isBoundarySpace(record) {
                builder.text(arena.slice(record.start, record.count))
            }
        }
        return builder.finish()
    }
}

private extension XMLArena {
    /// What reading a document as data would drop.
    func isBoundarySpace(_ record: Record) -> Bool {
        switch record.kind {
        case .comment, .instruction: return true
        case .text:
            return text.withUnsafeBufferPointer { text in
                for at in Int(record.start) ..< Int(record.start) + Int(record.count) {
                    let byte = text[at]
                    if byte != 32 && byte != 9 && byte != 10 && byte != 13 { return false }
                }
                return true
            }
        default: return false
        }
    }
}
