// Columns that text takes on a terminal. The C library's widths disagree with terminals and Swift's characters are grapheme clusters,
// so the table is our own; ambiguous characters count as one column.

/// Widths of scalars and strings in columns.
public enum TextWidth {
    /// 0 for marks and format characters, 2 for wide ones, else 1.
    public static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if contains(TextWidthTable.zero, value) { return 0 }
        return contains(TextWidthTable.wide, value) ? 2 : 1
    }

    private static func contains(_ ranges: [UInt32], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count / 2
        while low < high {
            let middle = (low + high) / 2
            if value < ranges[2 * middle] {
                high = middle
            } else if value > ranges[2 * middle + 1] {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}

extension StringProtocol {
    /// Columns this text takes when it is clean (`Sanitizer`).
    @inlinable public var cellWidth: Int {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return utf8.count }
        return unicodeScalars.reduce(0) { $0 + TextWidth.of($1) }
    }
}
