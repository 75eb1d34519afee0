// Breaking text into rows of a given width.

extension String {
    /// Rows of at most `columns` columns, cleaned, broken at spaces where there are any and inside a word where there are not.
    /// Line breaks of the text stay. At least one row; `columns` below 2 count as 2 (a wide character must fit).
    public func wrapped(to columns: Int) -> [String] {
        let width = max(columns, 2)
        return Sanitizer.lines(self).flatMap { Self.wrapOne($0, width) }
    }

    private static func wrapOne(_ line: String, _ width: Int) -> [String] {
        if line.cellWidth <= width { return [line] }
        var rows: [String] = []
        var current = ""
        var used = 0
        var isRowStart = true
        for part in line.split(separator: " ", omittingEmptySubsequences: false) {
            var word = String(part)
            var columns = word.cellWidth
            if !isRowStart {
                if used + 1 + columns <= width {
                    current += " " + word
                    used += 1 + columns
                    continue
                }
                rows.append(current)
                current = ""
                used = 0
            }
            while columns > width {
                let piece = word.prefix(columns: width)
                rows.append(piece)
                word = String(word.unicodeScalars.dropFirst(piece.unicodeScalars.count))
                columns = word.cellWidth
            }
            current = word
            used = columns
            isRowStart = false
        }
        rows.append(current)
        return rows
    }
}
