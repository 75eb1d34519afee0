// Fitting clean text into a number of columns.

extension String {
    /// This text, cut to at most `columns`, the last of them an ellipsis when something was cut.
    public func truncated(to columns: Int, ellipsis: String = "…") -> String {
        guard columns > 0 else { return "" }
        if cellWidth <= columns { return self }
        let mark = ellipsis.cellWidth < columns ? ellipsis : ""
        return prefix(columns: columns - mark.cellWidth) + mark
    }

    /// The longest beginning that takes at most `columns`.
    public func prefix(columns: Int) -> String {
        var result = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            used += TextWidth.of(scalar)
            if used > columns { break }
            result.append(scalar)
        }
        return String(result)
    }

    /// This text in exactly `columns` columns: cut with an ellipsis or padded with spaces.
    public func padded(to columns: Int, alignment: Alignment = .left, ellipsis: String = "…") -> String {
        let cut = truncated(to: columns, ellipsis: ellipsis)
        let free = max(columns - cut.cellWidth, 0)
        let before =
            switch alignment {
            case .left: 0
            case .center: free / 2
            case .right: free
            }
        return String(repeating: " ", count: before) + cut + String(repeating: " ", count: free - before)
    }
}
