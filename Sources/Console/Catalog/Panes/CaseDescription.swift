import Engine
import Workflow
import XMLTree

/// A case in words, for `case show` and the detail view.
package enum CaseDescription {
    /// The title of the tab with the events, by which the console goes through time.
    package static let trace = "Trace"

    package static func tabs(_ detail: CaseDetail, _ session: Session) async throws(EngineError) -> [DetailTab] {
        let events = try await session.events(ofCase: detail.row.number)
        let specification = try await session.executable(of: detail)
        let standings = try await session.explainWaiting(detail, in: specification)
        return [
            DetailTab("Net", .drawing(CaseDrawing.drawing(detail.state, specification.specification, standings))),
            DetailTab(trace, .table(EventColumns.trace(events), empty: "No events")),
            DetailTab("Data", .text(data(detail.state))),
            DetailTab("Why", .table(WaitingColumns.table(standings), empty: "Nothing waits: the case has ended")),
            DetailTab("Tree", .tree(CaseTree.tree(detail, specification.specification))),
        ] + (try await timeline(detail, session)) + [
            DetailTab("Items", .table(items(detail.items), empty: "No open items")),
            DetailTab("Marking", .table(marking(detail.state), empty: "No token is left: the case has ended")),
        ] + (detail.timers.isEmpty ? [] : [DetailTab("Timers", .table(TimerColumns.table(detail.timers), empty: ""))]) + [
            DetailTab("Case", .fields(fields(detail)))
        ]
    }

    private static func timeline(_ detail: CaseDetail, _ session: Session) async throws(EngineError) -> [DetailTab] {
        guard detail.row.events <= CaseTimeline.mostEvents else { return [] }
        let events = try await session.recordedEvents(detail.row.number)
        var now = detail.asOf?.at ?? 0
        if detail.asOf == nil { now = try await session.now() }
        let seen = detail.asOf.map { Array(events.prefix(Int($0.sequence))) } ?? events
        return [DetailTab("Timeline", .drawing(CaseTimeline.drawing(seen, isOpen: detail.state.ending == nil, now: now)))]
    }

    package static func sections(_ detail: CaseDetail) -> [Section] {
        [
            Section(nil, .fields(fields(detail))),
            Section("Items", .table(items(detail.items), empty: "No open items")),
        ] + (detail.timers.isEmpty ? [] : [Section("Timers", .table(TimerColumns.table(detail.timers), empty: ""))]) + [
            Section("Marking", .table(marking(detail.state), empty: "No token is left: the case has ended")),
            Section("Data", .text(data(detail.state))),
        ]
    }

    package static func fields(_ detail: CaseDetail) -> [Section.Field] {
        let row = detail.row
        var fields = [
            Section.Field("case", .integer(row.number)),
            Section.Field("specification", row.specification.reference),
            Section.Field("status", .state(row.status.tone, row.status.text)),
            Section.Field("started", .time(row.startedAt)),
            Section.Field("by", row.startedBy),
            Section.Field("changed", .time(row.changedAt)),
            Section.Field("open items", .integer(Int64(row.openItems))),
            Section.Field("events", .integer(row.events)),
        ]
        if let event = detail.asOf {
            fields.insert(Section.Field("as it was", "after event \(event.sequence): \(event.text)"), at: 1)
        }
        if let ending = detail.state.ending, !ending.deadlocked.isEmpty {
            fields.append(Section.Field("deadlocked", "tokens wait for ever at " + ending.deadlocked.joined(separator: ", ")))
        } else if let ending = detail.state.ending, row.status == .completed, !ending.isProper {
            fields.append(Section.Field("completion", "not proper: tokens or items were left over"))
        }
        return fields + exceptions(detail.state).map { Section.Field($0.label, $0.text) }
    }

    /// What it serves as a worklet, and the exlets under way.
    private static func exceptions(_ state: CaseState) -> [(label: String, text: String)] {
        guard let exceptions = state.exceptions else { return [] }
        let service = exceptions.service.map { [(label: "worklet", text: "for exlet \($0.exlet) of case \($0.caseNumber)")] } ?? []
        return service
            + exceptions.exlets.map { exlet in
                let worklets = exlet.worklets.filter { !$0.hasEnded }.map { "case \($0.caseNumber)" }.joined(separator: ", ")
                return (
                    label: "exlet \(exlet.id)",
                    text: "\(exlet.kind.text)\(exlet.item.map { " of \($0)" } ?? ""): "
                        + (exlet.step.map { "at step \(exlet.next + 1), \($0.text)" } ?? "done")
                        + (worklets.isEmpty ? "" : ", waiting for \(worklets)")
                )
            }
    }

    /// The variables of every running net, or of the root net at the end.
    package static func data(_ state: CaseState) -> String {
        if let ending = state.ending {
            let text = ending.variables.map { $0.value.serialized(.pretty) }.joined(separator: "\n")
            return text.isEmpty ? "The case had no data" : text
        }
        let parts = nets(of: state).filter { !$0.variables.isEmpty }.map { net in
            (["\(net.net) (\(net.caseID))"] + net.variables.map { $0.value.serialized(.pretty) }).joined(separator: "\n")
        }
        return parts.isEmpty ? "The case has no data" : parts.joined(separator: "\n\n")
    }

    package static func marking(_ state: CaseState) -> Table {
        let columns = [
            Column("net", "net", priority: 0, isFlexible: true), Column("id", "case id", priority: 0),
            Column("place", "place", priority: 0, isFlexible: true), Column("holds", "holds", priority: 0, isFlexible: true),
        ]
        let rows = nets(of: state).flatMap { net -> [TableRow] in
            let tokens = net.tokens.sorted { $0.key < $1.key }.map { (place, count) in
                (place, count == 1 ? "1 token" : "\(count) tokens")
            }
            let busy = net.busy.sorted { $0.key < $1.key }.map { (task, state) in
                (task, "busy: \(state.entered.count) entered, \(state.executing.count) executing, \(state.complete.count) complete")
            }
            return (tokens + busy).map { place, holds in
                TableRow(id: "\(net.caseID)/\(place)", cells: [.text(net.net), .text(net.caseID.description), .text(place), .text(holds)])
            }
        }
        return Table(columns: columns, rows: rows)
    }

    package static func items(_ items: [ItemRow]) -> Table {
        Table(
            columns: ItemColumns.all.map(\.column),
            rows: items.map { item in
                TableRow(id: item.id.description, cells: ItemColumns.all.map { $0.value(item) })
            })
    }

    package static func json(_ detail: CaseDetail) -> JSONValue {
        let row = detail.row
        return .object([
            "case": .integer(row.number), "asOf": detail.asOf.map(moment) ?? .null, "specification": .string(row.specification.reference),
            "status": .string(row.status.text),
            "started": .string(TimeText.iso(row.startedAt)), "by": .string(row.startedBy), "changed": .string(TimeText.iso(row.changedAt)),
            "events": .integer(row.events), "items": items(detail.items).json, "timers": TimerColumns.table(detail.timers).json,
            "marking": marking(detail.state).json,
            "data": .array(
                nets(of: detail.state).map { net in
                    .object(["net": .string(net.net), "id": .string(net.caseID.description), "variables": variables(net.variables)])
                }),
            "exceptions": .object(exceptions(detail.state).map { JSONValue.Member($0.label, .string($0.text)) }),
            "ending": detail.state.ending.map { ending in
                .object([
                    "output": .string(ending.output?.serialized()), "variables": variables(ending.variables),
                    "proper": .bool(ending.isProper),
                    "deadlocked": .array(ending.deadlocked.map { .string($0) }),
                ])
            } ?? .null,
        ])
    }

    /// An event as the moment right after it.
    package static func moment(_ event: EventRow) -> JSONValue {
        .object(["sequence": .integer(event.sequence), "at": .string(TimeText.iso(event.at)), "kind": .string(event.kind)])
    }

    private static func variables(_ variables: [Variable]) -> JSONValue {
        .object(variables.map { JSONValue.Member($0.name, .string($0.value.serialized())) })
    }

    private static func nets(of state: CaseState) -> [NetState] {
        state.nets.values.sorted { NaturalOrder.compare($0.caseID.description, $1.caseID.description) == .before }
    }
}
