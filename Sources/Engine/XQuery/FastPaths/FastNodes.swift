import XMLTree

/// `/Net/a/b`; also `for $i in /list/* return $i`
final class FastNodes: FastPath {
    let path: ChildPath

    init(_ path: ChildPath) { self.path = path }

    var description: String { path.description }

    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument? {
        var single: (arena: XMLArena, index: Int)?, count = 0
        let seen = path.walk(input) { arena, index in
            single = (arena, index)
            count += 1
        }
        guard let seen, let single, count == 1 else { return nil }
        return Self.detached(single.arena, single.index, seen: seen, limits)
    }

    func elements(over input: QueryInput, _ limits: QueryLimits) -> [XMLDocument]? {
        var found: [(arena: XMLArena, index: Int)] = []
        guard var seen = path.walk(input, { found.append(($0, $1)) }), limits.allow(seen: seen) else { return nil }
        var documents: [XMLDocument] = []
        documents.reserveCapacity(found.count)
        for (arena, index) in found {
            // What is made before a limit shows is given up: the general evaluation has to say so.
            guard let document = Self.detached(arena, index, seen: seen, limits) else { return nil }
            seen += 3 * (arena.end(of: index) - index) + arena.textBytes(of: index)
            documents.append(document)
        }
        return documents
    }

    func truth(over input: QueryInput, _ limits: QueryLimits) -> Bool? {
        var isThere = false
        guard let seen = path.walk(input, { _, _ in isThere = true }), limits.allow(seen: seen) else { return nil }
        return isThere
    }

    func string(over input: QueryInput, _ limits: QueryLimits) -> String? { path.serialized(input, limits, within: nil) }

    /// An element as a document of its own.
    private static func detached(_ arena: XMLArena, _ index: Int, seen: Int, _ limits: QueryLimits) -> XMLDocument? {
        let node = XMLNode(document: XMLDocument(arena: arena), index: index), end = arena.end(of: index)
        // The general evaluation counts the last subtree of a document at the text of all of it.
        let bytes = end == arena.records.count ? arena.text.count : arena.textBytes(of: index)
        guard node.isElement, arena.namespaces.isEmpty, limits.allow(seen: seen, copied: 2 * (end - index), bytes: bytes) else {
            return nil
        }
        return node.rootedDocument().withoutBoundarySpace()
    }
}

/// `boolean(/Net/a)`, and `/Net/a` as a condition
final class FastPresence: FastPath {
    private let nodes: FastNodes

    init(_ path: ChildPath) { nodes = FastNodes(path) }

    var description: String { "presence of \(nodes.description)" }
    func truth(over input: QueryInput, _ limits: QueryLimits) -> Bool? { nodes.truth(over: input, limits) }
}
