import Engine
import Foundation
import Platform
import Workflow

extension PostgresStore {
    // MARK: Specifications

    public func specifications(tenant: TenantID) async throws(StoreError) -> [SpecificationRecord] {
        try await rows(tenant: tenant, Statement(Self.specificationQuery + "WHERE tenant_id = $1 ORDER BY spec_id", .int(tenant)))[0]
            .map { SpecificationRecord(row: &$0) }
    }

    public func specification(tenant: TenantID, id: Int64) async throws(StoreError) -> SpecificationRecord? {
        try await rows(
            tenant: tenant, Statement(Self.specificationQuery + "WHERE tenant_id = $1 AND spec_id = $2", .int(tenant), .int(id)))[0]
            .first { SpecificationRecord(row: &$0) }
    }

    public func specificationVersions(tenant: TenantID) async throws(StoreError) -> [Int64: Int64] {
        let versions = try await rows(
            tenant: tenant, Statement("SELECT spec_id, version FROM specification WHERE tenant_id = $1", .int(tenant)))[0].map {
                ($0.int(), $0.int())
            }
        return Dictionary(versions) { a, _ in a }
    }

    public func caseCounts(tenant: TenantID) async throws(StoreError) -> [Int64: (open: Int, all: Int)] {
        let counts = try await rows(
            tenant: tenant,
            Statement(
                """
                SELECT spec_id, count(*) FILTER (WHERE status IN (0, 1, 2)), count(*) FROM case_state WHERE tenant_id = $1 GROUP BY spec_id
                """, .int(tenant)))[0].map { ($0.int(), (open: Int($0.int()), all: Int($0.int()))) }
        return Dictionary(counts) { a, _ in a }
    }

    // MARK: Cases

    public func casesAwaitingOthers(tenant: TenantID) async throws(StoreError) -> [Int64] {
        try await rows(
            tenant: tenant,
            Statement(
                """
                SELECT number FROM exlet_queue JOIN case_state USING (tenant_id, case_id) WHERE tenant_id = $1 ORDER BY number
                """, .int(tenant)))[0].map { $0.int() }
    }

    public func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord] {
        let parameters: [Parameter] = [.int(tenant), .ints(Set(numbers).sorted())]
        let results = try await rows(
            tenant: tenant,
            Statement(
                "SELECT \(Self.summaryColumns), marking, marking_hash, chain FROM \(Self.namedCases) ORDER BY number",
                parameters: parameters),
            Statement(
                "SELECT number, net, name, position, doc FROM \(Self.ofNamedCases("case_data")) ORDER BY net, name",
                parameters: parameters),
            Statement("SELECT \(Self.itemColumns) FROM \(Self.ofNamedCases("work_item")) ORDER BY item", parameters: parameters))
        let variables = Dictionary(
            grouping: results[1].map { row in
                let number = row.int(), key = VariableKey(net: CaseID(row.text()), name: row.text())
                return (number: number, record: VariableRecord(key: key, index: Int(row.int()), document: row.text()))
            }
        ) { $0.number }
        let items = Dictionary(grouping: try results[2].map { row throws(StoreError) in try ItemRecord(row: &row) }) { $0.caseNumber }
        return results[0].map { row in
            let summary = CaseSummary(row: &row)
            return CaseRecord(
                summary: summary, marking: row.bytes(), markingHash: row.bytes(), chain: row.bytes(),
                variables: variables[summary.number]?.map { $0.record } ?? [], items: items[summary.number] ?? [])
        }
    }

    public func cases(
        tenant: TenantID, openOnly: Bool, before number: Int64?, limit: Int
    ) async throws(StoreError) -> [CaseSummary] {
        let filter = openOnly ? "AND status IN (0, 1, 2)" : ""
        return try await rows(
            tenant: tenant,
            Statement(
                """
                SELECT \(Self.summaryColumns) FROM case_state WHERE tenant_id = $1 AND number < $3 \(filter) ORDER BY number DESC LIMIT $2
                """, .int(tenant), .int(limit), .int(number ?? .max)))[0].map { CaseSummary(row: &$0) }
    }

    public func caseSummary(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseSummary? {
        try await rows(
            tenant: tenant,
            Statement("SELECT \(Self.summaryColumns) FROM case_state WHERE tenant_id = $1 AND number = $2", .int(tenant), .int(number)))[0]
            .first { CaseSummary(row: &$0) }
    }

    public func caseNumbers(tenant: TenantID, after number: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await rows(
            tenant: tenant,
            Statement(
                """
                SELECT number FROM case_state WHERE tenant_id = $1 AND number > $2 ORDER BY number LIMIT $3
                """, .int(tenant), .int(number), .int(limit)))[0].map { $0.int() }
    }

    public func items(
        tenant: TenantID, caseNumber: Int64?, after item: ItemCursor?, limit: Int
    ) async throws(StoreError) -> [ItemRecord] {
        var condition = "WHERE work_item.tenant_id = $1", parameters: [Parameter] = [.int(tenant), .int(limit)]
        func add(_ parameter: Parameter) -> String {
            parameters.append(parameter)
            return "$\(parameters.count)"
        }
        if let caseNumber { condition += " AND case_state.number = \(add(.int(caseNumber)))" }
        if let item {
            let number = add(.int(item.caseNumber))
            condition += """
                 AND (enabled_at, work_item.case_id, item) > (\(add(.int(item.enabledAt))),
                  (SELECT case_id FROM case_state WHERE tenant_id = $1 AND number = \(number)), \(add(.text(item.item.description))))
                """
        }
        let statement = Statement(
            Self.itemQuery + condition + " ORDER BY enabled_at, work_item.case_id, item LIMIT $2", parameters: parameters)
        return try await rows(tenant: tenant, statement)[0].map { row throws(StoreError) in try ItemRecord(row: &row) }
    }

    public func item(tenant: TenantID, caseNumber: Int64, _ item: WorkItemID) async throws(StoreError) -> ItemRecord? {
        try await rows(
            tenant: tenant,
            Statement(
                Self.itemQuery + "WHERE case_state.tenant_id = $1 AND case_state.number = $2 AND item = $3", .int(tenant), .int(caseNumber),
                .text(item.description)))[0].first { row throws(StoreError) in try ItemRecord(row: &row) }
    }

    // MARK: Events

    /// Of all aggregates only what no transaction still under way can come before: a position says when a transaction began, and
    /// one that began earlier may end later.
    public func events(tenant: TenantID, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord] {
        let statement =
            if let caseNumber {
                Statement(
                    Self.events(
                        in: """
                            (SELECT * FROM log WHERE tenant_id = $1 AND aggregate_id = (SELECT case_id FROM case_state \
                            WHERE tenant_id = $1 AND number = $2) AND position > $3
                             ORDER BY seq LIMIT $4)
                            """) + "WHERE position > $3 ORDER BY seq LIMIT $4", .int(tenant), .int(caseNumber), .int(position), .int(limit))
            } else {
                Statement(
                    Self.events(
                        in: """
                            (SELECT * FROM log WHERE tenant_id = $1 AND position > $2
                               AND position < (SELECT base FROM log_origin) + (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << 20)
                             ORDER BY position LIMIT $3)
                            """) + "WHERE position > $2 ORDER BY position LIMIT $3", .int(tenant), .int(position), .int(limit))
            }
        return try await rows(tenant: tenant, statement)[0].map { EventRecord(row: &$0) }
    }

    /// Rows of the log hold several events, the last of which gives the row its place.
    public func events(
        tenant: TenantID, afterAggregate id: Int64, sequence: Int64, limit: Int
    ) async throws(StoreError) -> [EventRecord] {
        let statement = Statement(
            Self.events(
                in: """
                    (SELECT * FROM log WHERE tenant_id = $1 AND (aggregate_id, seq) > ($2, $3) ORDER BY aggregate_id, seq LIMIT $4)
                    """) + "WHERE (aggregate_id, seq) > ($2, $3) ORDER BY aggregate_id, seq LIMIT $4", .int(tenant), .int(id),
            .int(sequence), .int(limit))
        return try await rows(tenant: tenant, statement)[0].map { EventRecord(row: &$0) }
    }

    public func latestEvents(tenant: TenantID, limit: Int) async throws(StoreError) -> [EventRecord] {
        let statement = Statement(
            Self.events(in: "(SELECT * FROM log WHERE tenant_id = $1 ORDER BY position DESC LIMIT $2)") + "ORDER BY position DESC LIMIT $2",
            .int(tenant), .int(limit))
        return try await rows(tenant: tenant, statement)[0].map { EventRecord(row: &$0) }.reversed()
    }

    private static func events(in rows: String) -> String {
        """
        SELECT position, tenant_id, aggregate_kind, aggregate_id, case_number, seq, req, trace, kind, at, actor, format, body, chain
        FROM (\(EventRows.of(rows))) AS event\u{20}
        """
    }

    private static let specificationQuery = """
        SELECT spec_id, identifier, uri, spec_version, source, index_in_file, loaded_at, loaded_by, \
        is_loaded, version, chain, certificate FROM specification\u{20}
        """
    private static let summaryColumns = "case_id, number, spec_id, status, version, started_at, started_by, changed_at, open_items"
    private static let itemColumns = """
        number, spec_id, item, net, net_name, work_item.status, enabled_at, work_item.started_at, owner, choice, input, output
        """
    private static let itemQuery = "SELECT \(itemColumns) FROM work_item JOIN case_state USING (tenant_id, case_id) "
    /// Cases of tenant $1 with numbers $2, and rows that belong to them: looked up by key, see `StepGroup.gate`.
    private static let namedCases = """
        unnest($2::bigint[]) AS named(n) CROSS JOIN LATERAL (
          SELECT * FROM case_state WHERE case_state.tenant_id = $1 AND case_state.number = named.n OFFSET 0) AS case_state
        """
    private static func ofNamedCases(_ table: String) -> String {
        """
        \(namedCases) CROSS JOIN LATERAL (SELECT * FROM \(table) t WHERE t.tenant_id = $1 AND \
        t.case_id = case_state.case_id OFFSET 0) AS \(table)
        """
    }
}

// Each reads the columns of its query in their order.

extension SpecificationRecord {
    init(row: inout ResultRows.Row) {
        let internalID = row.int(), identifier = row.textOrNil(), uri = row.text(), version = row.text()
        self.init(
            internalID: internalID, id: SpecificationID(identifier: identifier, version: SpecificationVersion(version), uri: uri),
            source: row.bytes(), indexInFile: Int(row.int()), loadedAt: row.int(), loadedBy: row.text(), isLoaded: row.bool(),
            version: row.int(),
            chain: row.bytes(),
            // Nil also where a newer version wrote what this one cannot read.
            certificate: row.textOrNil().flatMap { try? JSONDecoder().decode(SoundnessCertificate.self, from: Data($0.utf8)) })
    }
}

extension CaseSummary {
    init(row: inout ResultRows.Row) {
        self.init(
            internalID: row.int(), number: row.int(), specification: row.int(), status: CaseStatus(rawValue: Int(row.int())) ?? .running,
            version: row.int(), startedAt: row.int(), startedBy: row.text(), changedAt: row.int(), openItems: Int(row.int()))
    }
}

extension ItemRecord {
    init(row: inout ResultRows.Row) throws(StoreError) {
        let number = row.int(), specification = row.int(), text = row.text()
        guard let item = WorkItemID(text) else { throw StoreError(.unusable, "the store holds a work item with the id \(text)") }
        self.init(
            caseNumber: number, specification: specification, item: item, net: CaseID(row.text()), netName: row.text(),
            status: ItemStatus(rawValue: Int(row.int())) ?? .enabled, enabledAt: row.int(), startedAt: row.intOrNil(),
            owner: row.textOrNil(),
            choice: row.textOrNil(), input: row.textOrNil(), output: row.textOrNil())
    }
}

extension EventRecord {
    init(row: inout ResultRows.Row) {
        let position = row.int(), tenant = TenantID(rawValue: row.int()), kind = row.text(), id = row.int(), caseNumber = row.int()
        self.init(
            position: position, tenant: tenant,
            aggregate: kind.isEmpty ? AggregateID(formerly: id, caseNumber: caseNumber) : AggregateID(kind: kind, id: id),
            caseNumber: caseNumber, sequence: row.int(), request: row.text(), trace: row.textOrNil(),
            event: NewEvent(
                kind: row.text(), at: row.int(), actor: row.text(), format: Int(row.int()), body: row.bytes(), chain: row.bytes()))
    }
}
