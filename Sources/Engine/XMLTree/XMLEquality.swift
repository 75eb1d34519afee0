extension XMLNode {
    /// Same elements, attributes in any order, same text; prefixes, comments and instructions below do not count.
    /// A loop, not a recursion: documents may be deeper than a thread's stack is willing to follow.
    package func isDeepEqual(to other: XMLNode) -> Bool {
        let a = document.arena, b = other.document.arena
        var i = index, j = other.index
        guard sameNode(a, i, b, j) else { return false }
        var ends: [(Int, Int)] = [(Int(record.end), Int(other.record.end))]
        i += 1
        j += 1
        while let (endA, endB) = ends.last {
            skipUnseen(a, &i, before: endA)
            skipUnseen(b, &j, before: endB)
            if i == endA || j == endB {
                guard i == endA, j == endB else { return false }
                ends.removeLast()
                continue
            }
            guard sameNode(a, i, b, j) else { return false }
            ends.append((Int(a.records[i].end), Int(b.records[j].end)))
            i += 1
            j += 1
        }
        return true
    }
}

private func skipUnseen(_ arena: XMLArena, _ index: inout Int, before end: Int) {
    while index < end, arena.records[index].kind == .comment || arena.records[index].kind == .instruction { index += 1 }
}

/// The nodes themselves, what is below them left aside.
private func sameNode(_ a: XMLArena, _ i: Int, _ b: XMLArena, _ j: Int) -> Bool {
    let x = a.records[i], y = b.records[j]
    guard x.kind == y.kind else { return false }
    switch x.kind {
    case .document: return true
    case .text, .comment: return a.slice(x.start, x.count) == b.slice(y.start, y.count)
    case .instruction: return a.names[Int(x.name)] == b.names[Int(y.name)] && a.slice(x.start, x.count) == b.slice(y.start, y.count)
    case .element:
        guard a.names[Int(x.name)] == b.names[Int(y.name)], x.count == y.count else { return false }
        let theirs = b.attributes[Int(y.start) ..< Int(y.start + y.count)]
        return a.attributes[Int(x.start) ..< Int(x.start + x.count)].allSatisfy { mine in
            theirs.contains {
                a.names[Int(mine.name)] == b.names[Int($0.name)] && a.slice(mine.start, mine.count) == b.slice($0.start, $0.count)
            }
        }
    }
}
