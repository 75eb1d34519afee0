import Engine
import TextCells
import Workflow

/// How one specification is doing: what an operator looks at first in the morning.
struct OverviewRow: Sendable {
    let specification: SpecificationID
    var running = 0
    var suspended = 0
    var deadlocked = 0
    var offered = 0
    var executing = 0
    var stuck = 0
    var oldest: Int64?
    var late = 0
    /// Entries of the log about its cases, minute by minute, the latest last.
    var steps: [Int] = []
    /// Since when they are counted: the log's end is read, not all of it.
    var stepsSince: Int64 = 0

    private static let minutes = 15
    private static let mostEvents = 2000

    static func rows(_ session: Session) async throws(EngineError) -> [OverviewRow] {
        var rows: [SpecificationID: OverviewRow] = [:]
        for row in try await session.specifications() { rows[row.id] = OverviewRow(specification: row.id) }
        func change(_ id: SpecificationID, _ body: (inout OverviewRow) -> Void) { body(&rows[id, default: OverviewRow(specification: id)]) }
        var specifications: [Int64: SpecificationID] = [:]
        for row in try await session.cases() {
            specifications[row.number] = row.specification
            change(row.specification) { overview in
                switch row.status {
                case .running: overview.running += 1
                case .suspended, .suspending: overview.suspended += 1
                case .deadlocked: overview.deadlocked += 1
                case .completed, .cancelled: break
                }
            }
        }
        let now = try await session.now()
        for item in try await session.items() {
            change(item.specification) { overview in
                switch item.status {
                case .enabled, .fired: overview.offered += 1
                case .executing: overview.executing += 1
                default: overview.stuck += 1
                }
                overview.oldest = min(overview.oldest ?? item.enabledAt, item.enabledAt)
            }
        }
        for timer in try await session.timers() where timer.due < now && !timer.isHeld { change(timer.specification) { $0.late += 1 } }
        let events = try await session.latestEvents(limit: mostEvents), start = now - Int64(minutes) * 60_000
        let since = events.count < mostEvents ? start : max(start, events.first?.at ?? start)
        for id in rows.keys {
            rows[id]?.steps = Array(repeating: 0, count: minutes)
            rows[id]?.stepsSince = since
        }
        for event in events where event.at > start && event.at <= now {
            guard let id = specifications[event.caseNumber] else { continue }
            rows[id]?.steps[min(Int((event.at - start) / 60_000), minutes - 1)] += 1
        }
        return rows.values.sorted { ($0.specification.uri, $0.specification.version) < ($1.specification.uri, $1.specification.version) }
    }
}

extension Pane {
    /// Every specification with how many of its cases and items stand how.
    static let overview = Pane(
        id: "overview", title: "Overview", aliases: ["summary", "o"], slot: 8,
        list: ListCommand(["overview"], "Show for each specification how its cases and items stand"),
        columns: OverviewColumns.all, sort: TableOrder("specification"), commands: ["row.open"],
        rowNames: ("specification", "specifications"),
        empty: "No specifications", advice: "type :spec load examples/hello.yawl, or another file",
        identity: { $0.specification.reference }, rows: { session, _ async throws(EngineError) in try await OverviewRow.rows(session) })
}

enum OverviewColumns {
    static let all: [PaneColumn<OverviewRow>] = [
        PaneColumn("specification", "specification", priority: 0, isFlexible: true, least: 20) { .text($0.specification.reference) },
        PaneColumn("running", "running", alignment: .right, priority: 0) { .integer(Int64($0.running)) },
        PaneColumn("suspended", "suspended", alignment: .right, priority: 2) { count($0.suspended, .warning) },
        PaneColumn("deadlocked", "deadlocked", alignment: .right, priority: 1) { count($0.deadlocked, .danger) },
        PaneColumn("offered", "on offer", alignment: .right, priority: 0) { .integer(Int64($0.offered)) },
        PaneColumn("executing", "executing", alignment: .right, priority: 0) { .integer(Int64($0.executing)) },
        PaneColumn("stuck", "stuck", alignment: .right, priority: 1) { count($0.stuck, .danger) },
        PaneColumn("oldest", "oldest", alignment: .right, priority: 1) { $0.oldest.map { .age($0) } ?? .none },
        PaneColumn("steps", "steps, 15 min", priority: 2) { $0.steps.allSatisfy { $0 == 0 } ? .none : .series($0.steps) },
        PaneColumn("since", "steps counted since", priority: 9, isHidden: true) { $0.stepsSince == 0 ? .none : .time($0.stepsSince) },
        PaneColumn("late", "timers late", alignment: .right, priority: 3) { count($0.late, .warning) },
    ]

    /// What should be none is silent while it is.
    private static func count(_ number: Int, _ tone: Tone) -> CellValue { number == 0 ? .none : .state(tone, String(number)) }
}
