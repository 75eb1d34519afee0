@testable import Engine
import Foundation
import Support
import Workflow

/// Random steps as an engine might ask for them, right ones and ones that come too late, twice or for nothing; of three tenants. They
/// need make no sense as cases: a store keeps what it is told.
struct RandomSteps {
    private struct Known {
        var summary: CaseSummary
        let tenant: Int64
        var items: [WorkItemID] = []
        var variables: [VariableKey] = []
        var timers: [WorkItemID] = []
    }

    var random: SeededRandom
    private var cases: [Known] = []
    /// Of each case in `cases`.
    private var places: [Int64: Int] = [:]
    private var specifications: [Int64: [SpecificationRecord]] = [:]
    /// Reserved case numbers.
    private var numbers: [Int64: [Int64]] = [:]
    private var calendars: [Int64: Int64] = [:]
    private var requests: [RequestID] = [RequestID("none")]
    private var made = 0
    /// Cases that were changed lately are changed again.
    private static let reach = 1500

    init(_ random: SeededRandom) { self.random = random }

    mutating func tenant() -> Int64 { Int64([1, 1, 1, 2, 3][random.roll(5)]) }

    /// A case there may be.
    mutating func someCase() -> (tenant: Int64, number: Int64) {
        guard !cases.isEmpty else { return (1, 1) }
        let known = cases[max(0, cases.count - 1 - random.roll(Self.reach))]
        return (random.roll(20) == 0 ? tenant() : known.tenant, known.summary.number)
    }

    mutating func batch(reserving: (Int64, Int) async throws -> Int64) async throws -> [Step] {
        var steps: [Step] = []
        let count = random.roll(4) == 0 ? 1 + random.roll(3) : 30 + random.roll(100)
        while steps.count < count {
            switch random.roll(100) {
            case 0: steps.append(specification(tenant()))
            case 1: if let step = unloading(tenant()) { steps.append(step) }
            case 2: if let step = rules(tenant()) { steps.append(step) }
            case 3: steps.append(calendar(tenant()))
            case 4 ... 24: if let step = try await start(tenant(), reserving) { steps.append(step) }
            default: if let step = change() { steps.append(step) }
            }
            if cases.isEmpty, specifications.isEmpty { steps.append(specification(1)) }
        }
        return steps
    }

    /// What became of a batch.
    mutating func take(_ outcomes: [StepOutcome], of steps: [Step]) {
        for (step, outcome) in zip(steps, outcomes) where outcome == .committed {
            requests.append(step.request)
            switch step.change {
            case .specification(let record), .rules(let record, _):
                var list = specifications[step.tenant] ?? []
                list.removeAll { $0.internalID == record.internalID }
                var record = record
                record.version = step.newVersion
                specifications[step.tenant] = list + [record]
            case .calendar: calendars[step.tenant] = step.newVersion
            case .caseChange(let change):
                if step.expectedVersion == 0 {
                    places[change.summary.internalID] = cases.count
                    cases.append(Known(summary: change.summary, tenant: step.tenant))
                }
                guard let index = places[change.summary.internalID] else { continue }
                cases[index].summary = change.summary
                cases[index].items =
                    cases[index].items.filter { !change.removedItems.contains($0) && !change.items.map(\.item).contains($0) }
                    + change.items.map(\.item)
                cases[index].variables =
                    cases[index].variables.filter { !change.removedVariables.contains($0) && !change.variables.map(\.key).contains($0) }
                    + change.variables.map(\.key)
                cases[index].timers =
                    cases[index].timers.filter { !change.removedTimers.contains($0) && !change.timers.map(\.item).contains($0) }
                    + change.timers.map(\.item)
            }
        }
    }

    // MARK: Kinds

    private mutating func step(_ tenant: Int64, _ aggregate: Int64, version: Int64, _ change: (Int64) -> Step.Change) -> Step {
        made += 1
        let count = 1 + random.roll(3)
        let events = (0 ..< count).map { n in
            NewEvent(
                kind: ["tokenAdded", "itemStarted", "é"][random.roll(3)], at: Int64(made), actor: "ann", format: 1, body: bytes(60),
                chain: bytes(32))
        }
        let request = random.roll(25) == 0 ? requests[random.roll(requests.count)] : RequestID("r\(made)")
        return Step(
            tenant: tenant, aggregate: aggregate, expectedVersion: version, events: events, request: request, reply: bytes(20),
            change: change(version + Int64(count)))
    }

    private mutating func specification(_ tenant: Int64) -> Step {
        let id = Int64(1_000_000 + made)
        let name = SpecificationID(
            identifier: random.roll(2) == 0 ? nil : "U\(random.roll(4))", version: SpecificationVersion("0.\(1 + random.roll(3))"),
            uri: "s\(random.roll(4))")
        let record = SpecificationRecord(
            internalID: id, id: name, source: bytes(200), indexInFile: 0, loadedAt: Int64(made), loadedBy: "ann", isLoaded: true,
            version: 1, chain: bytes(32))
        return step(tenant, id, version: 0) { version in
            var record = record
            record.version = version
            return .specification(record)
        }
    }

    private mutating func unloading(_ tenant: Int64) -> Step? {
        guard let list = specifications[tenant], var record = list.isEmpty ? nil : random.pick(list) else { return nil }
        record.isLoaded = record.isLoaded && random.roll(3) == 0
        return step(tenant, record.internalID, version: record.version - (random.roll(5) == 0 && record.version > 1 ? 1 : 0)) { version in
            var record = record
            record.version = version
            return .specification(record)
        }
    }

    private mutating func rules(_ tenant: Int64) -> Step? {
        guard let list = specifications[tenant], let record = list.isEmpty ? nil : random.pick(list), record.isLoaded else { return nil }
        let source = bytes(50), isRemoving = random.roll(3) == 0
        return step(tenant, record.internalID, version: record.version) { version in
            var record = record
            record.version = version
            return .rules(
                record,
                isRemoving
                    ? nil
                    : RuleSetRecord(
                        specification: record.internalID, source: source, file: "é.xrs", loadedAt: 1, loadedBy: "ann", version: version))
        }
    }

    private mutating func calendar(_ tenant: Int64) -> Step {
        let known = calendars[tenant] ?? 0
        let record = CalendarRecord(tenant: tenant, body: bytes(10), version: known, chain: bytes(32))
        return step(tenant, -tenant, version: random.roll(4) == 0 ? 0 : known) { version in
            CalendarRecord(tenant: tenant, body: record.body, version: version, chain: record.chain).change
        }
    }

    private mutating func start(_ tenant: Int64, _ reserving: (Int64, Int) async throws -> Int64) async throws -> Step? {
        guard let list = specifications[tenant], let specification = list.isEmpty ? nil : random.pick(list) else { return nil }
        if numbers[tenant, default: []].isEmpty {
            let count = 1 + random.roll(40), first = try await reserving(tenant, count)
            numbers[tenant] = Array(first ..< first + Int64(count)).reversed()
        }
        let number = numbers[tenant]?.popLast() ?? 0
        let summary = CaseSummary(
            internalID: (Int64(made) << 22) + 7, number: number, specification: specification.internalID, status: .running, version: 0,
            startedAt: Int64(made), startedBy: "ann", changedAt: Int64(made), openItems: 1)
        return step(of: Known(summary: summary, tenant: tenant), version: 0)
    }

    private mutating func change() -> Step? {
        guard !cases.isEmpty else { return nil }
        let known = cases[max(0, cases.count - 1 - random.roll(Self.reach))]
        return step(of: known, version: known.summary.version - (random.roll(12) == 0 && known.summary.version > 1 ? 1 : 0))
    }

    private mutating func step(of known: Known, version: Int64) -> Step {
        var known = known
        let number = known.summary.number
        known.summary.status = random.roll(30) == 0 ? .completed : .running
        known.summary.openItems = random.roll(9)
        known.summary.changedAt = Int64(made)
        if random.roll(50) == 0, let other = specifications[known.tenant]?.randomElement(using: &random) {
            known.summary.specification = other.internalID
        }
        var change = CaseChange(
            summary: known.summary, marking: bytes(random.roll(20) == 0 ? 4000 : 300), markingHash: bytes(32), chain: bytes(32),
            variables: [],
            removedVariables: [], items: [], removedItems: [], awaitsOthers: [nil, nil, true, false][random.roll(4)], timers: [],
            removedTimers: [])
        for n in 0 ..< random.roll(3) {
            let key = VariableKey(net: CaseID("\(number).\(n)"), name: "v\(random.roll(3))")
            change.variables.append(
                VariableRecord(key: key, index: random.roll(5), document: "<v>\(random.roll(1000)) é \u{1F6A2} ' \\ {\"</v>"))
        }
        if random.roll(4) == 0 {
            change.removedVariables = known.variables.filter { key in !change.variables.contains { $0.key == key } }.prefix(2).map { $0 }
        }
        for n in 0 ..< random.roll(3) {
            let item = WorkItemID(CaseID("\(number).\(random.roll(4))"), "T\(n)")
            change.items.append(
                ItemRecord(
                    caseNumber: number, specification: known.summary.specification, item: item, net: CaseID("\(number)"), netName: "Net",
                    status: random.roll(2) == 0 ? .enabled : .executing, enabledAt: Int64(random.roll(500)), startedAt: optional(5),
                    owner: optional("ann"),
                    choice: optional("é"), input: optional("<i/>"), output: optional("<o>\u{1F6A2}</o>")))
        }
        if random.roll(2) == 0 {
            change.removedItems = known.items.filter { id in !change.items.contains { $0.item == id } }.prefix(2).map { $0 }
        }
        if random.roll(5) == 0 {
            let failure = random.roll(3) == 0 ? RunningTimer.Failure(reason: "é", attempts: 2, retryAt: 9) : nil
            // No two timers of a case have the same number.
            let task = random.roll(2)
            change.timers = [
                TimerRecord(
                    tenant: known.tenant, caseNumber: number, specification: known.summary.specification,
                    item: WorkItemID(CaseID("\(number)"), "T\(task)"), number: 2 * random.roll(3) + task, netName: "Net",
                    due: Int64(random.roll(1000)), wakesAt: optional(Int64(random.roll(1000))), failure: failure)
            ]
        }
        if random.roll(4) == 0 { change.removedTimers = known.timers.filter { id in !change.timers.contains { $0.item == id } } }
        if random.roll(6) == 0 {
            change.outbox = [
                OutboxRecord(
                    tenant: known.tenant, caseNumber: number, aggregate: known.summary.internalID, request: RequestID("o\(made)"),
                    kind: random.roll(2) == 0 ? .service : .gateway, name: "n\(random.roll(2))",
                    item: random.roll(3) == 0 ? nil : WorkItemID(CaseID("\(number)"), "T0"), body: bytes(9), addedAt: Int64(made / 10),
                    dueAt: Int64(random.roll(1000)))
            ]
        }
        if random.roll(10) == 0 { change.withdrawnFromServices = [WorkItemID(CaseID("\(number)"), "T0")] }
        return step(known.tenant, known.summary.internalID, version: version) { version in
            var change = change
            change.summary.version = version
            return .caseChange(change)
        }
    }

    private mutating func optional<T>(_ value: T) -> T? { random.roll(2) == 0 ? nil : value }
    /// Different each time, at its beginning.
    private mutating func bytes(_ count: Int) -> [UInt8] {
        withUnsafeBytes(of: random.next()) { Array($0) } + [UInt8](repeating: 7, count: count)
    }
}

private extension CalendarRecord {
    var change: Step.Change { .calendar(self) }
}
