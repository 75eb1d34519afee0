import TextCells

extension Table {
    /// Indices of the columns to draw: not the hidden ones, nor those that may go and have nothing to say in any row.
    package func drawnColumns(natural: [Int]) -> [Int] {
        columns.indices.filter { !columns[$0].isHidden && (columns[$0].priority == 0 || rows.isEmpty || (natural[safe: $0] ?? 0) > 0) }
    }

    /// Columns as a person wants them.
    package struct DrawnColumns {
        package let indices: [Int]
        package let columns: [TableColumn]
    }

    /// - Parameters:
    ///   - chosen: keys in the wanted order; nil takes all that say something, hidden ones too where it is wide.
    ///   - first: how many columns behind the first are scrolled away.
    package func columns(chosen: [String]?, from first: Int, natural: [Int], isWide: Bool) -> DrawnColumns {
        var all = chosen?.compactMap { key in index(of: key) } ?? columns.indices.filter { rows.isEmpty || (natural[safe: $0] ?? 0) > 0 }
        if let key = all.first, isWide { all = [key] + all.dropFirst(1 + min(first, max(all.count - 2, 0))) }
        return DrawnColumns(
            indices: all,
            columns: all.enumerated().map { place, index in
                guard isWide else { return columns[index].terminalColumn(natural: natural[safe: index] ?? 0) }
                // What does not fit at the right is seen by scrolling.
                let width = max(natural[safe: index] ?? 0, columns[index].title.cellWidth + 1)
                return TableColumn(
                    columns[index].key, title: columns[index].title, width: .fixed(min(width, 200)), alignment: columns[index].alignment,
                    priority: place)
            })
    }

    /// The widths with room for a time where the first rows have ages.
    package func widened(_ natural: [Int]) -> [Int] {
        var widths = natural
        for row in rows.prefix(100) {
            for (index, cell) in row.cells.enumerated() where index < widths.count {
                if case .age = cell { widths[index] = max(widths[index], 19) }
                if case .until = cell { widths[index] = max(widths[index], 19) }
            }
        }
        return widths
    }

    /// The width of the widest value per column, titles not counted. Looks at every row, so it is worked out once per fetch.
    public func naturalWidths(clock: TableClock) -> [Int] {
        var widths = Array(repeating: 0, count: columns.count)
        for row in rows {
            for (index, cell) in row.cells.enumerated() where index < widths.count {
                let width =
                    switch cell {
                    case .time: 19
                    // Room for what it grows to while it is looked at.
                    case .age where !clock.agesAreTimes: 4
                    case .until: max(8, cell.text(clock).cellWidth)
                    default: Self.width(of: cell.text(clock), ifOver: widths[index])
                    }
                if width > widths[index] { widths[index] = width }
            }
        }
        return widths
    }

    /// No text has more columns than bytes, so most need not be looked at.
    private static func width(of text: String, ifOver least: Int) -> Int { text.utf8.count > least ? Sanitizer.line(text).cellWidth : 0 }
}

extension Column {
    /// The same column for drawing. A flexible one may be narrower than its values, and wider where room is left.
    /// - Parameters:
    ///   - natural: the width of its widest value.
    ///   - extra: blank cells after it.
    package func terminalColumn(natural: Int, extra: Int = 0, stretches: Bool = true) -> TableColumn {
        // One more than the title leaves room for the sign of the sort order.
        let wanted = max(natural, title.cellWidth + 1) + extra
        let width: TableColumn.Width =
            isFlexible
            ? .flexible(minimum: min(wanted, least), weight: max(natural, 1), maximum: stretches ? .max : wanted) : .fixed(wanted)
        return TableColumn(key, title: title, width: width, alignment: alignment, priority: priority)
    }
}
