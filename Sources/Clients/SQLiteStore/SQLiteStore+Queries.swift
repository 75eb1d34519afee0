import Engine
import Foundation
import GRDB
import Platform
import Workflow

extension SQLiteStore {
    // MARK: Specifications

    public func specifications(tenant: TenantID) async throws(StoreError) -> [SpecificationRecord] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM specification WHERE tenant_id = ? ORDER BY spec_id", arguments: [tenant.rawValue]
            ).map(
                SpecificationRecord.init(row:))
        }
    }

    public func specification(tenant: TenantID, id: Int64) async throws(StoreError) -> SpecificationRecord? {
        try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM specification WHERE tenant_id = ? AND spec_id = ?", arguments: [tenant.rawValue, id]
            ).map(
                SpecificationRecord.init(row:))
        }
    }

    public func specificationVersions(tenant: TenantID) async throws(StoreError) -> [Int64: Int64] {
        try await read { database in
            let rows = try Row.fetchAll(
                database.cachedStatement(sql: "SELECT spec_id, version FROM specification WHERE tenant_id = ?"),
                arguments: [tenant.rawValue])
            return Dictionary(rows.map { ($0["spec_id"] as Int64, $0["version"] as Int64) }) { a, _ in a }
        }
    }

    public func caseCounts(tenant: TenantID) async throws(StoreError) -> [Int64: (open: Int, all: Int)] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT spec_id, sum(status IN (0, 1, 2)) AS open, count(*) AS number FROM \
                    case_state WHERE tenant_id = ? GROUP BY spec_id
                    """, arguments: [tenant.rawValue])
            return Dictionary(rows.map { ($0["spec_id"] as Int64, (open: $0["open"] as Int, all: $0["number"] as Int)) }) { a, _ in a }
        }
    }

    // MARK: Cases

    public func casesAwaitingOthers(tenant: TenantID) async throws(StoreError) -> [Int64] {
        try await read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT number FROM exlet_queue JOIN case_state USING (case_id) WHERE exlet_queue.tenant_id = ? ORDER BY number
                    """, arguments: [tenant.rawValue])
        }
    }

    public func loadCases(tenant: TenantID, numbers: [Int64]) async throws(StoreError) -> [CaseRecord] {
        try await read { database in try Set(numbers).sorted().compactMap { try Self.loadCase(tenant, $0, database) } }
    }

    private static func loadCase(_ tenant: TenantID, _ number: Int64, _ database: Database) throws -> CaseRecord? {
        guard
            let row = try Row.fetchOne(
                database.cachedStatement(sql: "SELECT * FROM case_state WHERE tenant_id = ? AND number = ?"),
                arguments: [tenant.rawValue, number])
        else {
            return nil
        }
        let summary = CaseSummary(row: row)
        let variables = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT * FROM case_data WHERE case_id = ?"), arguments: [summary.internalID]
        ).map { row in
            VariableRecord(key: VariableKey(net: CaseID(row["net"]), name: row["name"]), index: row["position"], document: row["doc"])
        }
        let items = try Row.fetchAll(
            database.cachedStatement(sql: itemQuery + "WHERE work_item.case_id = ?"), arguments: [summary.internalID])
        return CaseRecord(
            summary: summary, marking: row.bytes("marking"), markingHash: row.bytes("marking_hash"), chain: row.bytes("chain"),
            variables: variables, items: try items.map(ItemRecord.init(row:)))
    }

    public func cases(
        tenant: TenantID, openOnly: Bool, before number: Int64?, limit: Int
    ) async throws(StoreError) -> [CaseSummary] {
        let sql =
            Self.summaryQuery + """
                WHERE tenant_id = ? AND number < ? \(openOnly ? "AND status IN (0, 1, 2)" : "") ORDER BY number DESC LIMIT ?
                """
        return try await read { database in
            try Array(
                Row.fetchCursor(database, sql: sql, arguments: [tenant.rawValue, number ?? .max, limit]).map(CaseSummary.init(row:)))
        }
    }

    public func caseSummary(tenant: TenantID, number: Int64) async throws(StoreError) -> CaseSummary? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(sql: Self.summaryQuery + "WHERE tenant_id = ? AND number = ?"),
                arguments: [tenant.rawValue, number]
            ).map(CaseSummary.init(row:))
        }
    }

    public func caseNumbers(tenant: TenantID, after number: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await read { database in
            try Int64.fetchAll(
                database, sql: "SELECT number FROM case_state WHERE tenant_id = ? AND number > ? ORDER BY number LIMIT ?",
                arguments: [tenant.rawValue, number, limit])
        }
    }

    public func items(
        tenant: TenantID, caseNumber: Int64?, after item: ItemCursor?, limit: Int
    ) async throws(StoreError) -> [ItemRecord] {
        var condition = "WHERE work_item.tenant_id = ?", arguments: StatementArguments = [tenant.rawValue]
        if let caseNumber {
            condition = "WHERE case_state.tenant_id = ? AND case_state.number = ?"
            arguments += [caseNumber]
        }
        if let item {
            condition += """
                 AND (enabled_at, work_item.case_id, item) > (?, (SELECT case_id FROM case_state WHERE tenant_id = ? AND number = ?), ?)
                """
            arguments += [item.enabledAt, tenant.rawValue, item.caseNumber, item.item.description]
        }
        let sql = Self.itemQuery + condition + " ORDER BY enabled_at, work_item.case_id, item LIMIT ?"
        let (all, isOften) = (arguments + [limit], caseNumber != nil)
        return try await read { database in
            let rows =
                isOften
                ? try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: all)
                : try Row.fetchCursor(database, sql: sql, arguments: all)
            return try Array(rows.map(ItemRecord.init(row:)))
        }
    }

    public func item(tenant: TenantID, caseNumber: Int64, _ item: WorkItemID) async throws(StoreError) -> ItemRecord? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: Self.itemQuery + "WHERE case_state.tenant_id = ? AND case_state.number = ? AND work_item.item = ?"),
                arguments: [tenant.rawValue, caseNumber, item.description]
            ).map(ItemRecord.init(row:))
        }
    }

    // MARK: Events

    public func events(tenant: TenantID, caseNumber: Int64?, after position: Int64, limit: Int) async throws(StoreError) -> [EventRecord] {
        try await read { database in
            if let caseNumber {
                let id = try Int64.fetchOne(
                    database, sql: "SELECT case_id FROM case_state WHERE tenant_id = ? AND number = ?",
                    arguments: [tenant.rawValue, caseNumber])
                return try Array(
                    Row.fetchCursor(
                        database, sql: "SELECT * FROM event WHERE aggregate_id = ? AND position > ? ORDER BY seq LIMIT ?",
                        arguments: [id ?? 0, position, limit]
                    ).map(EventRecord.init(row:)))
            }
            return try Array(
                Row.fetchCursor(
                    database, sql: "SELECT * FROM event WHERE tenant_id = ? AND position > ? ORDER BY position LIMIT ?",
                    arguments: [tenant.rawValue, position, limit]
                ).map(EventRecord.init(row:)))
        }
    }

    public func events(
        tenant: TenantID, afterAggregate id: Int64, sequence: Int64, limit: Int
    ) async throws(StoreError) -> [EventRecord] {
        try await read { database in
            try Array(
                Row.fetchCursor(
                    database.cachedStatement(
                        sql: """
                            SELECT * FROM event WHERE tenant_id = ? AND (aggregate_id, seq) > (?, ?) ORDER BY aggregate_id, seq LIMIT ?
                            """), arguments: [tenant.rawValue, id, sequence, limit]
                ).map(EventRecord.init(row:)))
        }
    }

    public func latestEvents(tenant: TenantID, limit: Int) async throws(StoreError) -> [EventRecord] {
        try await read { database in
            try Array(
                Row.fetchCursor(
                    database, sql: "SELECT * FROM event WHERE tenant_id = ? ORDER BY position DESC LIMIT ?",
                    arguments: [tenant.rawValue, limit]
                )
                .map(EventRecord.init(row:))
            ).reversed()
        }
    }

    private static let summaryQuery = """
        SELECT case_id, number, spec_id, status, version, started_at, started_by, changed_at, open_items FROM case_state\u{20}
        """

    private static let itemQuery = """
        SELECT work_item.*, case_state.number, case_state.spec_id FROM work_item JOIN \
        case_state ON case_state.case_id = work_item.case_id\u{20}
        """
}

extension [UInt8] {
    var data: Data { Data(self) }
}

extension Row {
    /// Nil also where a newer version wrote what this one cannot read.
    func decoded<T: Decodable>(_ column: String) -> T? {
        (self[column] as String?).flatMap { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
    }

    func bytes(_ column: String) -> [UInt8] { (self[column] as Data?).map { [UInt8]($0) } ?? [] }
}

extension SpecificationRecord {
    init(row: Row) {
        self.init(
            internalID: row["spec_id"],
            id: SpecificationID(identifier: row["identifier"], version: SpecificationVersion(row["spec_version"]), uri: row["uri"]),
            source: row.bytes("source"), indexInFile: row["index_in_file"], loadedAt: row["loaded_at"], loadedBy: row["loaded_by"],
            isLoaded: row["is_loaded"], version: row["version"], chain: row.bytes("chain"), certificate: row.decoded("certificate"))
    }
}

extension CaseSummary {
    init(row: Row) {
        self.init(
            internalID: row["case_id"], number: row["number"], specification: row["spec_id"],
            status: CaseStatus(rawValue: row["status"]) ?? .running, version: row["version"], startedAt: row["started_at"],
            startedBy: row["started_by"], changedAt: row["changed_at"], openItems: row["open_items"])
    }
}

extension ItemRecord {
    init(row: Row) throws {
        guard let item = WorkItemID(row["item"] as String) else {
            throw StoreError(.unusable, "the store holds a work item with the id \(row["item"] as String)")
        }
        self.init(
            caseNumber: row["number"], specification: row["spec_id"], item: item, net: CaseID(row["net"]), netName: row["net_name"],
            status: ItemStatus(rawValue: row["status"]) ?? .enabled, enabledAt: row["enabled_at"], startedAt: row["started_at"],
            owner: row["owner"], choice: row["choice"], input: row["input"], output: row["output"])
    }
}

extension EventRecord {
    init(row: Row) {
        let event = NewEvent(
            kind: row["kind"], at: row["at"], actor: row["actor"], format: row["format"], body: row.bytes("body"), chain: row.bytes("chain")
        )
        let id: Int64 = row["aggregate_id"], number: Int64 = row["case_number"], kind: String = row["aggregate_kind"]
        self.init(
            position: row["position"], tenant: TenantID(rawValue: row["tenant_id"]),
            aggregate: kind.isEmpty ? AggregateID(formerly: id, caseNumber: number) : AggregateID(kind: kind, id: id), caseNumber: number,
            sequence: row["seq"], request: row["req"], trace: row["trace"], event: event)
    }
}
