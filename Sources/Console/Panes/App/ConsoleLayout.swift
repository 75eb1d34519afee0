import Terminal
import TextCells

/// Where the parts of the screen are, by its size alone.
struct ConsoleLayout: Sendable, Hashable {
    /// Product and panes.
    let tabs: Rect
    /// What is shown: rows, filter, order, source and its age.
    let info: Rect
    let body: Rect
    /// The selected row beside the table; empty below 120 columns.
    let side: Rect
    /// News, and the command line of the last action; as many rows as the news need.
    let status: Rect
    /// Keys, or the line being typed.
    let hints: Rect

    init(_ size: Size, statusRows: Int = 1) {
        let rows = Rect(size).rows(.fixed(1), .fixed(1), .rest, .fixed(statusRows), .fixed(1))
        tabs = rows[0]
        info = rows[1]
        if size.width >= 120 {
            let columns = rows[2].columns(.share(weight: 2, minimum: 80), .fixed(1), .share(weight: 1, minimum: 36))
            body = columns[0]
            side = columns[2]
        } else {
            body = rows[2]
            side = Rect(x: 0, y: 0, width: 0, height: 0)
        }
        status = rows[3]
        hints = rows[4]
    }
}
