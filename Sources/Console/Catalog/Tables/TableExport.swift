import TextCells

/// A table as text: for a person's terminal, for a spreadsheet, for a program.
public enum TableFormat: String, Sendable, CaseIterable {
    case table, json, csv
}

extension Table {
    /// - Parameter width: columns of the terminal that a readable table must fit; nil leaves it as wide as its values.
    public func text(as format: TableFormat, width: Int? = nil, clock: TableClock) -> String {
        switch format {
        case .table: readable(width: width, clock: clock)
        case .json: json.text
        case .csv: csv
        }
    }

    /// Aligned columns under their titles. What does not fit is cut with an ellipsis, the least important columns are left out first.
    public func readable(width: Int? = nil, clock: TableClock) -> String {
        let natural = naturalWidths(clock: clock)
        let shown = drawnColumns(natural: natural)
        let terminalColumns = shown.map { columns[$0].terminalColumn(natural: natural[$0], extra: 1, stretches: false) }
        let layout = TableColumn.layout(terminalColumns, available: (width ?? 100_000) + 1)
        func line(_ text: (Int) -> String) -> String {
            var line = ""
            for (place, width) in layout {
                let column = shown[place]
                // The last cell of each width is the gap, together with the blank between two columns.
                line += text(column).padded(to: max(width - 1, 0), alignment: columns[column].alignment) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        var lines = [line { columns[$0].title.uppercased() }]
        for row in rows { lines.append(line { Sanitizer.line((row.cells[safe: $0] ?? .none).text(clock)) }) }
        return lines.joined(separator: "\n")
    }

    /// RFC 4180: a header of keys, then one record per row, fields quoted where they must be. A text that a spreadsheet would
    /// run as a formula gets a leading apostrophe.
    public var csv: String {
        var lines = [columns.map { Self.field($0.key) }.joined(separator: ",")]
        for row in rows {
            lines.append(
                row.cells.map { cell in
                    switch cell.json {
                    case .string(let text): Self.field(Self.harmless(text))
                    case .integer(let number): String(number)
                    case .bool(let value): String(value)
                    case .object: Self.field(cell.text(.utc))
                    default: ""
                    }
                }.joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    private static func field(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
