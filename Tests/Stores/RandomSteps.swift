@testable import Engine
import Foundation
import Platform
import Support
import Workflow

/// Random steps as an engine might ask for them, right ones and ones that come too late, twice or for nothing; of three tenants. They
/// need make no sense as cases: a store keeps what it is told.
struct RandomSteps {
    private struct Known {
        var summary: CaseSummary
        let tenant: TenantID
        var items: [WorkItemID] = []
        var variables: [VariableKey] = []
        var timers: [WorkItemID] = []
    }

    private struct KnownEntity {
        let scope: TenantID
        let kind: String
        let id: Int64
        var version: Int64
    }

    var random: SeededRandom
    private var cases: [Known] = []
    /// Of each case in `cases`.
    private var places: [Int64: Int] = [:]
    private var specifications: [TenantID: [SpecificationRecord]] = [:]
    /// Reserved case numbers.
    private var numbers: [TenantID: [Int64]] = [:]
    private var entities: [KnownEntity] = []
    private var requests: [RequestKey] = [RequestKey(.engine, "none")]
    private var made = 0
    /// What was changed lately is changed again.
    private static let reach = 1500

    init(_ random: SeededRandom) { self.random = random }

    mutating func tenant() -> TenantID { TenantID(rawValue: Int64([1, 1, 1, 2, 3][random.roll(5)])) }

    /// A case there may be.
    mutating func someCase() -> (tenant: TenantID, number: Int64) {
        guard !cases.isEmpty else { return (.local, 1) }
        let known = cases[max(0, cases.count - 1 - random.roll(Self.reach))]
        return (random.roll(20) == 0 ? tenant() : known.tenant, known.summary.number)
    }

    /// A query on entities there may be.
    mutating func someEntities() -> EntityQuery {
        var query = EntityQuery(
            tenant: random.roll(4) == 0 ? .house : tenant(), kind: "k\(random.roll(2))", order: [nil, "name", "size"][random.roll(3)],
            isDescending: random.roll(2) == 0, limit: 1 + random.roll(30))
        if random.roll(2) == 0 {
            query.conditions.append(
                .init("size", random.pick([.less, .equal, .greaterOrEqual]), FieldPlace(.integer(Int64(random.roll(9))))))
        }
        if random.roll(3) == 0 { query.words = ["w\(random.roll(4))"] }
        if random.roll(2) == 0 {
            let place = query.order == "name" ? FieldPlace(.text("é\(random.roll(9))")) : FieldPlace(.integer(Int64(random.roll(9))))
            query.after = .init(place: place, id: entities.isEmpty ? 5 : random.pick(entities).id)
        }
        return query
    }

    /// An entity there may be, and a key it may have.
    mutating func someEntity() -> (tenant: TenantID, kind: String, id: Int64, key: EntityKey) {
        let known = entities.isEmpty ? KnownEntity(scope: .local, kind: "k0", id: 1, version: 1) : random.pick(entities)
        return (known.scope, known.kind, known.id, EntityKey(name: "name", value: "é\(random.roll(60))"))
    }

    mutating func batch(reserving: (TenantID, Int) async throws -> Int64) async throws -> [Step] {
        var steps: [Step] = []
        let count = random.roll(4) == 0 ? 1 + random.roll(3) : 30 + random.roll(100)
        while steps.count < count {
            switch random.roll(100) {
            case 0: steps.append(specification(tenant()))
            case 1: if let step = unloading(tenant()) { steps.append(step) }
            case 2 ... 5: steps.append(entityStep(tenant()))
            case 6 ... 26: if let step = try await start(tenant(), reserving) { steps.append(step) }
            default: if let step = change() { steps.append(step) }
            }
            if cases.isEmpty, specifications.isEmpty { steps.append(specification(.local)) }
        }
        return steps
    }

    /// What became of a batch.
    mutating func take(_ outcomes: [StepOutcome], of steps: [Step]) {
        for (step, outcome) in zip(steps, outcomes) where outcome == .committed {
            requests.append(step.key)
            for part in step.parts { take(part) }
        }
    }

    private mutating func take(_ part: Step.Part) {
        switch part.change {
        case .specification(let record):
            var list = specifications[part.scope] ?? []
            list.removeAll { $0.internalID == record.internalID }
            var record = record
            record.version = part.newVersion
            specifications[part.scope] = list + [record]
        case .entity(let change):
            entities.removeAll { $0.id == change.record.id }
            entities.append(
                KnownEntity(scope: part.scope, kind: change.record.kind, id: change.record.id, version: change.record.version))
        case .caseChange(let change):
            if part.expectedVersion == 0 {
                places[change.summary.internalID] = cases.count
                cases.append(Known(summary: change.summary, tenant: part.scope))
            }
            guard let index = places[change.summary.internalID] else { return }
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

    // MARK: Kinds

    private mutating func step(_ tenant: TenantID, _ parts: [Step.Part]) -> Step {
        let key = random.roll(25) == 0 ? requests[random.roll(requests.count)] : RequestKey(.person("ann"), "r\(made)")
        return Step(tenant: tenant, key: key, fingerprint: bytes(8), reply: bytes(20), at: Int64(made), parts: parts)
    }

    private mutating func part(
        _ scope: TenantID, _ aggregate: AggregateID, version: Int64, _ change: (Int64) -> Step.Change
    ) -> Step.Part {
        made += 1
        let count = 1 + random.roll(3)
        let events = (0 ..< count).map { n in
            NewEvent(
                kind: ["tokenAdded", "itemStarted", "é"][random.roll(3)], at: Int64(made), actor: "ann", format: 2, body: bytes(60),
                chain: bytes(32))
        }
        return Step.Part(
            scope: scope, aggregate: aggregate, expectedVersion: version, events: events, change: change(version + Int64(count)))
    }

    private mutating func specification(_ tenant: TenantID) -> Step {
        let id = Int64(1_000_000 + made)
        let name = SpecificationID(
            identifier: random.roll(2) == 0 ? nil : "U\(random.roll(4))", version: SpecificationVersion("0.\(1 + random.roll(3))"),
            uri: "s\(random.roll(4))")
        let record = SpecificationRecord(
            internalID: id, id: name, source: bytes(200), indexInFile: 0, loadedAt: Int64(made), loadedBy: "ann", isLoaded: true,
            version: 1, chain: bytes(32))
        let part = part(tenant, .ofSpecification(id), version: 0) { version in
            var record = record
            record.version = version
            return .specification(record)
        }
        return step(tenant, [part])
    }

    private mutating func unloading(_ tenant: TenantID) -> Step? {
        guard let list = specifications[tenant], var record = list.isEmpty ? nil : random.pick(list) else { return nil }
        record.isLoaded = record.isLoaded && random.roll(3) == 0
        let version = record.version - (random.roll(5) == 0 && record.version > 1 ? 1 : 0)
        let part = part(tenant, .ofSpecification(record.internalID), version: version) { version in
            var record = record
            record.version = version
            return .specification(record)
        }
        return step(tenant, [part])
    }

    /// One to three entities, of the tenant's or the house's, now and then together with a case: all or nothing.
    private mutating func entityStep(_ tenant: TenantID) -> Step {
        var parts: [Step.Part] = []
        for _ in 0 ..< 1 + random.roll(3) {
            let part = entity(random.roll(3) == 0 ? .house : tenant)
            if !parts.contains(where: { $0.aggregate == part.aggregate || Self.share(part, $0) }) { parts.append(part) }
        }
        if random.roll(4) == 0, let known = cases.last(where: { $0.tenant == tenant }) {
            parts += step(of: known, version: max(1, known.summary.version - Int64(random.roll(2)))).parts
        }
        return step(tenant, parts)
    }

    /// Within a step no two may claim the same key: rules see to that before a store is asked.
    private static func share(_ a: Step.Part, _ b: Step.Part) -> Bool {
        guard case .entity(let one) = a.change, case .entity(let two) = b.change, a.scope == b.scope, one.record.kind == two.record.kind
        else { return false }
        return !Set(one.keys).isDisjoint(with: two.keys)
    }

    private mutating func entity(_ scope: TenantID) -> Step.Part {
        let mine = entities.filter { $0.scope == scope }
        let known = mine.isEmpty || random.roll(3) == 0 ? nil : mine[max(0, mine.count - 1 - random.roll(50))]
        let kind = known?.kind ?? "k\(random.roll(2))", id = known?.id ?? (Int64(made) << 22) + 9
        var version = known?.version ?? 0
        if random.roll(8) == 0, version > 1 { version -= 1 }
        let isGone = known != nil && random.roll(10) == 0
        let size = random.roll(9), name = "é\(random.roll(60))"
        let body = bytes(30), chain = bytes(32), wakesAt = optional(Int64(random.roll(1000)))
        var effects: [OutboxRecord] = []
        if random.roll(5) == 0 {
            effects.append(
                OutboxRecord(
                    tenant: scope, caseNumber: 0, owner: AggregateID(kind: kind, id: id), request: RequestID("f\(made)"), kind: .effect,
                    name: "n\(random.roll(2))", item: nil, body: bytes(9), addedAt: Int64(made / 10), dueAt: Int64(random.roll(1000))))
        }
        let keys = isGone || random.roll(3) == 0 ? [] : [EntityKey(name: "name", value: name)]
        let fields =
            isGone
            ? []
            : [
                EntityField(name: "name", place: FieldPlace(random.roll(5) == 0 ? nil : .text(name))),
                EntityField(name: "size", place: FieldPlace(.integer(Int64(size)))),
            ]
        let words = isGone ? [] : ["w\(random.roll(4))"]
        return part(scope, AggregateID(kind: kind, id: id), version: version) { version in
            let record = EntityRecord(
                tenant: scope, kind: kind, id: id, version: version, chain: chain, body: isGone ? nil : body,
                wakesAt: isGone ? nil : wakesAt)
            return .entity(EntityChange(record: record, keys: keys, fields: fields, words: words, effects: effects))
        }
    }

    private mutating func start(_ tenant: TenantID, _ reserving: (TenantID, Int) async throws -> Int64) async throws -> Step? {
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
                    tenant: known.tenant, caseNumber: number, owner: .ofCase(known.summary.internalID), request: RequestID("o\(made)"),
                    kind: random.roll(2) == 0 ? .service : .gateway, name: "n\(random.roll(2))",
                    item: random.roll(3) == 0 ? nil : WorkItemID(CaseID("\(number)"), "T0"), body: bytes(9), addedAt: Int64(made / 10),
                    dueAt: Int64(random.roll(1000)))
            ]
        }
        if random.roll(10) == 0 { change.withdrawnFromServices = [WorkItemID(CaseID("\(number)"), "T0")] }
        let tenant = known.tenant
        let part = part(tenant, .ofCase(known.summary.internalID), version: version) { version in
            var change = change
            change.summary.version = version
            return .caseChange(change)
        }
        return step(tenant, [part])
    }

    private mutating func optional<T>(_ value: T) -> T? { random.roll(2) == 0 ? nil : value }
    /// Different each time, at its beginning.
    private mutating func bytes(_ count: Int) -> [UInt8] {
        withUnsafeBytes(of: random.next()) { Array($0) } + [UInt8](repeating: 7, count: count)
    }
}
