import Engine
import TextCells
import Workflow

/// Where the time of a case went: a bar per item, light while it waited for somebody, solid while somebody worked on it.
enum CaseTimeline {
    struct Span: Sendable, Hashable {
        let item: WorkItemID
        /// Milliseconds since 1970.
        let offered: Int64
        var started: Int64?
        var ended: Int64?
        var owner: String?
        /// How it ended where it was not by being completed.
        var ending = ""
    }

    /// Longer logs are not drawn: reading them takes too long for a page that is made anew with every change.
    static let mostEvents = 5000
    private static let barWidth = 60

    /// The items of a case in the order in which they were offered. An item that was offered and then started is one span.
    static func spans(_ events: [RecordedEvent]) -> [Span] {
        var spans: [Span] = [], place: [WorkItemID: Int] = [:]
        func open(_ item: WorkItemID, at: Int64) {
            place[item] = spans.count
            spans.append(Span(item: item, offered: at))
        }
        func close(_ item: WorkItemID, at: Int64, _ ending: String = "") {
            guard let index = place[item] else { return }
            spans[index].ended = at
            spans[index].ending = ending
            place[item] = nil
        }
        // When the offer of a task was made whose items have just been fired.
        var offers: [WorkItemID: Int64] = [:]
        for recorded in events {
            let at = recorded.at
            switch recorded.event {
            case .itemEnabled(let item, _): open(item, at: at)
            case .taskFired(let net, let task, let children):
                let offer = WorkItemID(net, task)
                guard let index = place[offer] else { break }
                for child in children { offers[WorkItemID(child, task)] = spans[index].offered }
                place[offer] = nil
                spans[index].ending = "started"
            case .itemFired(let item, _, _): open(item, at: offers.removeValue(forKey: item) ?? at)
            case .itemStarted(let item):
                guard let index = place[item] else { break }
                spans[index].started = at
                spans[index].owner = recorded.actor
            case .itemRolledBack(let item), .itemRestarted(let item):
                guard let index = place[item] else { break }
                spans[index].started = nil
            case .itemCompleted(let item, _): close(item, at: at)
            case .itemForceCompleted(let item, _): close(item, at: at, "forced")
            case .itemFailed(let item, _): close(item, at: at, "failed")
            case .itemCancelled(let item): close(item, at: at, "cancelled")
            case .itemWithdrawn(let item): close(item, at: at, "withdrawn")
            default: break
            }
        }
        return spans.filter { $0.ending != "started" }
    }

    /// - Parameter now: the right end while the case is open; the last event otherwise.
    static func drawing(_ events: [RecordedEvent], isOpen: Bool, now: Int64) -> Drawing {
        let spans = spans(events)
        let start = events.first?.at ?? now, end = max(isOpen ? now : events.last?.at ?? now, start + 1)
        let names = spans.map { Sanitizer.line($0.item.description).truncated(to: 28, ellipsis: "..") }
        let label = (names.map(\.cellWidth).max() ?? 4) + 2
        var drawing = Drawing(width: label + barWidth + 44, height: spans.count + 2)
        func column(_ at: Int64) -> Int { Int(Double(min(max(at, start), end) - start) / Double(end - start) * Double(barWidth - 1)) }
        drawing.write("item", x: 0, y: 0, tone: .title)
        drawing.write("0", x: label, y: 0, tone: .dim)
        let whole = TimeText.age(from: start, to: end)
        drawing.write(whole, x: label + barWidth - whole.cellWidth, y: 0, tone: .dim)
        for (row, span) in spans.enumerated() {
            let y = row + 1, stop = span.ended ?? end
            drawing.write(names[row], x: 0, y: y, tone: .plain)
            let from = column(span.offered), to = column(stop), turn = span.started.map { column($0) } ?? to + 1
            if turn > from { drawing.write(String(repeating: "░", count: turn - from), x: label + from, y: y, tone: .stale) }
            if turn <= to {
                drawing.write(
                    String(repeating: "█", count: to - turn + 1), x: label + turn, y: y, tone: span.ended == nil ? .busy : .good)
            }
            var words = ["waited \(TimeText.age(from: span.offered, to: span.started ?? stop))"]
            if let started = span.started {
                words.append("worked \(TimeText.age(from: started, to: stop))\(span.owner.map { " (\($0))" } ?? "")")
            }
            if !span.ending.isEmpty { words.append(span.ending) } else if span.ended == nil { words.append("open") }
            drawing.write(words.joined(separator: ", "), x: label + barWidth + 2, y: y, tone: .dim)
        }
        if spans.isEmpty { drawing.write("Nothing was offered to anybody yet", x: 0, y: 1, tone: .dim) }
        return drawing
    }
}
