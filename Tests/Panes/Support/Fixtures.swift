// Rows and states as they come from an engine, without one.

import Foundation
import Terminal
import Workflow

@testable import Catalog
@testable import Engine
@testable import Panes
@testable import TextCells

enum Fixture {
    /// 2026-03-02 14:05:22 UTC
    static let now: Int64 = 1_772_460_322_000
    static let clock = TableClock(now: now, zone: .gmt)
    static let order = SpecificationID(identifier: "UID_1", version: SpecificationVersion("1.2"), uri: "order")

    static func item(
        _ id: String, task: String, status: ItemStatus = .enabled, age: Int64 = 60, owner: String? = nil, roles: [String] = [],
        timer: String? = nil
    ) -> ItemRow {
        let id = WorkItemID(id) ?? WorkItemID(CaseID("0"), id)
        return ItemRow(
            id: id, caseNumber: id.caseID.number ?? 0, specification: order, task: task, status: status, enabledAt: now - age * 1000,
            startedAt: owner == nil ? nil : now - 1000, owner: owner, roles: roles, timer: timer, documentation: nil, choice: nil)
    }

    static let items = [
        item("7:Approve", task: "Approve the order", age: 4000, roles: ["manager", "director"], timer: "timer: not yet run"),
        item("9.1:Pack", task: "Pack", status: .executing, age: 90, owner: "ann"),
        item("12:Pay", task: "Pay by card 💳 or 日本円", age: 5),
        item("3:Wait", task: "Wait", status: .deadlocked, age: 300_000),
    ]

    static let cases = [
        CaseRow(
            number: 12, specification: order, status: .running, startedAt: now - 5000, startedBy: "ann", changedAt: now - 4000,
            openItems: 1, events: 4),
        CaseRow(
            number: 9, specification: order, status: .suspended, startedAt: now - 90_000, startedBy: "bob", changedAt: now - 80_000,
            openItems: 1, events: 19),
        CaseRow(
            number: 7, specification: order, status: .completed, startedAt: now - 86_400_000, startedBy: "ann", changedAt: now - 7_200_000,
            openItems: 0, events: 230),
    ]

    static let specifications = [
        SpecificationRow(
            id: order, title: "Order fulfilment", documentation: "From order to parcel.", schemaVersion: .v4_0, rootNet: "Order", nets: 2,
            tasks: 15,
            loadedAt: now - 3_600_000, loadedBy: "ann", openCases: 2, allCases: 3, obstacles: [], certificate: nil),
        SpecificationRow(
            id: SpecificationID(identifier: nil, version: SpecificationVersion("0.1"), uri: "old"), title: "old", documentation: nil,
            schemaVersion: .beta7, rootNet: "Main", nets: 1, tasks: 3, loadedAt: now - 60_000, loadedBy: "bob", openCases: 0, allCases: 0,
            obstacles: ["C has an OR join"], certificate: nil),
    ]

    static let events = [
        EventRow(
            position: 41, caseNumber: 12, sequence: 1, at: now - 5000, kind: "caseStarted", text: "case 12 of order 1.2 starts",
            actor: "ann", request: "r1"),
        EventRow(
            position: 42, caseNumber: 12, sequence: 2, at: now - 4000, kind: "itemEnabled", text: "12:Pay is offered", actor: "ann",
            request: "r1"),
        EventRow(
            position: 40, caseNumber: 0, sequence: 7, at: now - 9000, kind: "specificationLoaded", text: "order 1.2 is loaded",
            actor: "bob", request: "r0"),
    ]

    /// One that works, one that does not, one that is built in.
    static let connectors: [ConnectorRow] = {
        var up = ConnectorHealth(.configured, at: now - 900_000), down = up
        up.apply(.answered(ProbeAnswer(version: "7.0.15"), latency: 2), at: now - 600_000)
        down.apply(.failed(ConnectorFailure(.tls, "smtp.example.org:465: certificate has expired")), at: now - 12_000)
        return [
            ConnectorRow(System(name: "cache", system: "redis", endpoint: "redis://127.0.0.1:6379/0", secretSource: "env:REDIS"), up),
            ConnectorRow(System(name: "mail", system: "smtp", endpoint: "smtps://smtp.example.org:465"), down),
            ConnectorRow(System(name: "store", system: "sqlite", endpoint: "demo.db"), ConnectorHealth(.embedded, at: now - 900_000)),
        ]
    }()

    private struct System: Connector {
        let name: String, system: String, endpoint: String
        var secretSource: String?

        func probe() async throws(ConnectorFailure) -> ProbeAnswer { ProbeAnswer() }
    }

    static let nodes = [
        NodeRecord(
            id: "n1", host: "harbour", process: 4711, since: now - 3_600_000, beatAt: now - 2000, committed: 81_243, rate: 212.4,
            shards: 190),
        NodeRecord(id: "n2", host: "pier", process: 90, since: now - 60_000, beatAt: now - 1000, committed: 15, rate: 0.3, shards: 66),
    ]

    static let overview = [
        OverviewRow(
            specification: order, running: 12, suspended: 1, deadlocked: 2, offered: 20, executing: 4, stuck: 2, oldest: now - 90_000_000,
            late: 1,
            steps: [0, 1, 4, 9, 2, 0, 0, 3, 8, 12, 5, 5, 1, 0, 2], stepsSince: now - 900_000),
        OverviewRow(specification: SpecificationID(identifier: nil, version: SpecificationVersion("0.1"), uri: "old")),
    ]

    static func table<Source>(
        _ pane: Pane, _ columns: [PaneColumn<Source>], _ rows: [Source], state: (Source) -> RowState? = { _ in nil },
        _ id: (Source) -> String
    ) -> Table {
        Table(
            columns: pane.columns,
            rows: rows.map { row in TableRow(id: id(row), cells: columns.map { $0.value(row) }, state: state(row)) })
    }

    static func table(of pane: Pane) -> Table {
        switch pane.id {
        case "queues": table(pane, ItemColumns.all, items, state: { .item($0.status) }) { $0.id.description }
        case "cases": table(pane, CaseColumns.all, cases, state: { .ofCase($0.status) }) { String($0.number) }
        case "specs": table(pane, SpecificationColumns.all, specifications) { $0.id.reference }
        case "timers": table(pane, TimerColumns.all, [TimerRow]()) { "\($0.caseNumber)" }
        case "services": table(pane, ServiceColumns.all, [ServiceRow]()) { $0.name }
        case "log": LogColumns.table([])
        case "nodes": table(pane, NodeColumns.all, nodes) { $0.id }
        case "connectors": table(pane, ConnectorColumns.all, connectors) { $0.name }
        case "overview": table(pane, OverviewColumns.all, overview) { $0.specification.reference }
        default: table(pane, EventColumns.all, events) { String($0.position) }
        }
    }

    /// The console with every pane loaded.
    static func state(width: Int = 80, height: Int = 24, pane: String = "queues") -> ConsoleState {
        var state = ConsoleState(
            registry: .console, keymap: .standard, source: .init(name: "/var/lib/demo.db", kind: "embedded", user: "ann"), clock: clock)
        _ = ConsoleReducer.reduce(&state, .started(Size(width: width, height: height)), at: now)
        for index in state.panes.indices {
            let table = table(of: state.panes[index].pane)
            state.panes[index].pending = nil
            state.panes[index].askedEpoch = 0
            state.panes[index].take(table, widths: table.naturalWidths(clock: clock), at: clock)
        }
        state.active = state.panes.firstIndex { $0.pane.id == pane } ?? 0
        return state
    }
}

extension ConsoleState {
    /// Presses keys as people write them: `j`, `ctrl+s`, `enter`.
    @discardableResult mutating func press(_ keys: String...) -> [Effect] {
        keys.flatMap { text -> [Effect] in
            guard let sequence = try? KeySequence(parsing: text) else { return [] }
            return sequence.chords.flatMap { ConsoleReducer.reduce(&self, .input(.key($0)), at: Fixture.now) }
        }
    }

    /// Types text, one key after the other.
    @discardableResult mutating func type(_ text: String) -> [Effect] {
        text.flatMap { ConsoleReducer.reduce(&self, .input(.key(.character($0))), at: Fixture.now) }
    }

    func drawn(ascii: Bool = false) -> String { ConsoleView(self).surface(DrawingContext(ascii: ascii)).text }
}
