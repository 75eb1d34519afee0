/// Steps down by name, without conditions: `a/b/text()`. What they find comes in document order and no node lies within another,
/// so the walk needs neither lists in between nor sorting. Nearly every path of a real specification is one.
package struct ChildPath: Sendable {
    package enum Kind: Sendable { case named, element, text, anyNode }

    package struct Test: Sendable {
        package let kind: Kind
        /// What a named element is called.
        let name: XMLName

        package init(_ kind: Kind) {
            self.kind = kind
            name = XMLName("")
        }

        package init(_ name: XMLName) {
            kind = .named
            self.name = name
        }
    }

    package let tests: [Test]

    /// More levels than any real path has; the walk recurs once per level.
    package static let maxSteps = 32

    package init?(_ tests: [Test]) {
        guard !tests.isEmpty, tests.count <= Self.maxSteps else { return nil }
        self.tests = tests
    }

    /// Calls `found` with every node the steps from `level` on lead to below a node; gives the number of nodes looked at.
    package func walk(_ arena: XMLArena, from index: Int, level: Int = 0, _ found: (XMLArena, Int) -> Void) -> Int {
        // Pointers, since an array is retained at every look otherwise. The arena is alive during the call and its links stay
        // within its tables: they are made by the parser and the builder alone.
        arena.records.withUnsafeBufferPointer { records in
            arena.names.withUnsafeBufferPointer { names in
                tests.withUnsafeBufferPointer { tests in
                    Self.walk(records, names, from: index, tests, level) { found(arena, $0) }
                }
            }
        }
    }

    private static func walk(
        _ records: UnsafeBufferPointer<XMLArena.Record>, _ names: UnsafeBufferPointer<XMLName>, from index: Int,
        _ tests: UnsafeBufferPointer<Test>, _ level: Int, _ found: (Int) -> Void
    ) -> Int {
        guard Int(records[index].end) > index + 1, records[index].kind == .element || records[index].kind == .document else { return 0 }
        let isLast = level + 1 == tests.count
        let wanted = tests[level].name.key, kind = tests[level].kind
        var child = index + 1, seen = 0
        while child != 0 {
            seen += 1
            let fits: Bool
            switch kind {
            case .named:
                fits =
                    records[child].kind == .element && names[Int(records[child].name)].key == wanted
                    && names[Int(records[child].name)] == tests[level].name
            case .element: fits = records[child].kind == .element
            case .text: fits = records[child].kind == .text
            case .anyNode: fits = true
            }
            if fits {
                if isLast { found(child) } else { seen += walk(records, names, from: child, tests, level + 1, found) }
            }
            child = Int(records[child].nextSibling)
        }
        return seen
    }

    /// Whether the outer element of a composite passes the first test.
    package func fitsShell(_ shell: XMLArena) -> Bool {
        switch tests[0].kind {
        case .named: shell.names[0] == tests[0].name
        case .element, .anyNode: true
        case .text: false
        }
    }

    /// The same from the document node of a composite; nil when the outer element itself is what the path leads to, since it is
    /// no node of any part.
    package func walk(_ composite: CompositeDocument, _ found: (XMLArena, Int) -> Void) -> Int? {
        guard tests.count > 1 else { return nil }
        guard fitsShell(composite.shell.arena) else { return 1 }
        return 1 + walk(composite.parts, level: 1) { arena, _, index in found(arena, index) }
    }

    /// The same from the outer element of a composite; `found` is also told the number of the part.
    package func walk(_ parts: [XMLDocument], level: Int, _ found: (XMLArena, Int, Int) -> Void) -> Int {
        guard tests[level].kind == .named else {
            return parts.indices.reduce(0) { seen, number in
                seen + walk(parts[number].arena, from: 0, level: level) { found($0, number, $1) }
            }
        }
        let wanted = tests[level].name.key
        var seen = 0
        for number in parts.indices {
            // Most parts are just the wrong variable.
            if let key = parts[number].arena.soleRootKey, key != wanted {
                seen += 1
            } else {
                seen += walk(parts[number].arena, from: 0, level: level) { found($0, number, $1) }
            }
        }
        return seen
    }
}
