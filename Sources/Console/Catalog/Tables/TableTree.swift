/// Rows that have others below them: a table whose first column is indented, and whose rows can be folded.
public struct TableTree: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        public let row: TableRow
        /// 0 for those that are below nothing.
        public let depth: Int

        public init(_ row: TableRow, depth: Int) {
            self.row = row
            self.depth = depth
        }
    }

    public let columns: [Column]
    /// Each before those below it.
    public let nodes: [Node]

    public init(columns: [Column], nodes: [Node]) {
        self.columns = columns
        self.nodes = nodes
    }

    /// What is to be drawn while these rows are folded: `-` can be folded, `+` unfolded.
    public func visible(_ collapsed: Set<String>) -> Table {
        var rows: [TableRow] = []
        // Below a folded row nothing is shown that is deeper than it.
        var folded: Int?
        for (index, node) in nodes.enumerated() {
            if let depth = folded {
                if node.depth > depth { continue }
                folded = nil
            }
            let hasParts = nodes[safe: index + 1].map { $0.depth > node.depth } ?? false
            let isFolded = hasParts && collapsed.contains(node.row.id)
            if isFolded { folded = node.depth }
            let sign = !hasParts ? "  " : isFolded ? "+ " : "- "
            let first = node.row.cells.first.map { cell -> CellValue in
                if case .text(let text) = cell { .text(String(repeating: "  ", count: node.depth) + sign + text) } else { cell }
            }
            rows.append(TableRow(id: node.row.id, cells: (first.map { [$0] } ?? []) + node.row.cells.dropFirst()))
        }
        return Table(columns: columns, rows: rows)
    }

    /// Folds or unfolds a row; false when it has nothing below it.
    public func toggle(_ id: String, _ collapsed: inout Set<String>) -> Bool {
        guard let index = nodes.firstIndex(where: { $0.row.id == id }),
            nodes[safe: index + 1].map({ $0.depth > nodes[index].depth }) == true
        else { return false }
        if collapsed.remove(id) == nil { collapsed.insert(id) }
        return true
    }
}
