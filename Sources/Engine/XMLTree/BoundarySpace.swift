extension XMLDocument {
    /// Without texts that are white space alone, comments and instructions.
    package func withoutBoundarySpace() -> XMLDocument {
        let arena = arena
        guard arena.records.contains(where: arena.isBoundarySpace) else { return self }
        var builder = XMLBuilder()
        builder.copy(arena, from: 0, keeping: { !arena.isBoundarySpace($0) }) { element, builder in
            guard !arena.namespaces.isEmpty else { return }
            for (prefix, uri) in XMLNode(document: self, index: element).namespaceDeclarations {
                builder.namespace(prefix: prefix, uri: uri)
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
