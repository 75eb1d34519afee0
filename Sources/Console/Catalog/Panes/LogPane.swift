import Engine
import TextCells

/// What was done from this console and what was said about it.
package struct LogEntry: Sendable, Hashable {
    package let number: Int
    package let at: Int64
    package let text: String
    package let tone: Tone
    /// The command line that does the same.
    package let commandLine: String

    /// Older entries are dropped.
    package static let most = 1000

    package init(number: Int, at: Int64, text: String, tone: Tone, commandLine: String) {
        self.number = number
        self.at = at
        self.text = text
        self.tone = tone
        self.commandLine = commandLine
    }
}

extension Pane {
    /// The console's own memory, the newest first; it is not in the store and has no list command.
    package static let log = Pane(
        id: "log", title: "Log", aliases: ["actions", "messages"], slot: 7, isLocal: true, followsNewest: true,
        list: ListCommand(["log", "list"], ""),
        columns: LogColumns.all, sort: TableOrder("number", descending: true), commands: ["row.open", "row.copy"],
        rowNames: ("entry", "entries"),
        empty: "Nothing was done or said yet", identity: { (entry: LogEntry) in String(entry.number) }, rows: { _, _ in [] })
}

package enum LogColumns {
    package static let all: [PaneColumn<LogEntry>] = [
        PaneColumn("number", "#", alignment: .right, priority: 2) { .integer(Int64($0.number)) },
        PaneColumn("at", "when", priority: 0) { .time($0.at) },
        PaneColumn("text", "what was said", priority: 0, isFlexible: true, least: 30) { .state($0.tone, $0.text) },
        PaneColumn("command", "the same in a shell", priority: 0, isFlexible: true, least: 20) {
            $0.commandLine.isEmpty ? .none : .text($0.commandLine)
        },
    ]

    package static func table(_ entries: [LogEntry]) -> Table {
        Table(
            columns: all.map(\.column),
            rows: entries.map { entry in TableRow(id: String(entry.number), cells: all.map { $0.value(entry) }) })
    }
}
