// What a column of a table is, and how columns share a width.

/// One column: title, width policy, alignment, and when it gives way.
public struct TableColumn: Hashable, Sendable {
    /// How wide a column is, in cells.
    public enum Width: Hashable, Sendable {
        case fixed(Int)
        /// At least `minimum`, and a share of what is left by `weight`, up to `maximum`.
        case flexible(minimum: Int, weight: Int = 1, maximum: Int = .max)
    }

    public let id: String
    public let title: String
    public let width: Width
    public let alignment: Alignment
    /// Columns of higher numbers are hidden first when the table is narrow; those of 0 never.
    public let priority: Int

    public init(
        _ id: String, title: String, width: Width = .flexible(minimum: 8), alignment: Alignment = .left, priority: Int = 0
    ) {
        self.id = id
        self.title = title
        self.width = width
        self.alignment = alignment
        self.priority = priority
    }

    var minimum: Int {
        switch width {
        case .fixed(let cells): min(max(cells, 1), 1000)
        case .flexible(let minimum, _, _): min(max(minimum, 1), 1000)
        }
    }

    /// Columns shown in a width, left to right, with their widths; one blank cell is between two. The sum never exceeds `available`.
    public static func layout(_ columns: [TableColumn], available: Int) -> [(index: Int, width: Int)] {
        var shown = Array(columns.indices)
        func needed() -> Int { shown.reduce(0) { $0 + columns[$1].minimum } + max(shown.count - 1, 0) }
        while needed() > available {
            let last = shown.filter { columns[$0].priority > 0 }.max {
                columns[$0].priority < columns[$1].priority || columns[$0].priority == columns[$1].priority && $0 < $1
            }
            guard let last else { break }
            shown.removeAll { $0 == last }
        }
        var left = max(available, 0)
        var widths: [(index: Int, width: Int)] = []
        for index in shown {
            let gap = widths.isEmpty ? 0 : 1
            guard left > gap else { break }
            let width = min(columns[index].minimum, left - gap)
            widths.append((index, width))
            left -= width + gap
        }
        grow(columns, &widths, &left)
        return widths
    }

    private static func grow(_ columns: [TableColumn], _ widths: inout [(index: Int, width: Int)], _ left: inout Int) {
        // Each round gives every column that can still grow its share; a column at its maximum leaves the rest to the others.
        for _ in 0 ..< 4 where left > 0 {
            var weights = 0
            for entry in widths { weights += weight(columns[entry.index], entry.width) }
            guard weights > 0 else { return }
            var rest = left
            for place in widths.indices {
                let column = columns[widths[place].index]
                let own = weight(column, widths[place].width)
                guard own > 0, case .flexible(_, _, let maximum) = column.width else { continue }
                let part = min(rest * own / weights, max(maximum, 1) - widths[place].width)
                widths[place].width += part
                left -= part
                rest -= rest * own / weights
                weights -= own
            }
        }
    }

    private static func weight(_ column: TableColumn, _ width: Int) -> Int {
        guard case .flexible(_, let weight, let maximum) = column.width, width < maximum else { return 0 }
        return min(max(weight, 0), 100)
    }
}
