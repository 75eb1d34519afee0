import Engine
import Platform

/// Copying a database out and in, each in one transaction.
extension PostgresStore: TransferableStore {
    public func snapshot() async throws(StoreError) -> any StoreSnapshot {
        let connection = Connection(place, .maintenance)
        try await Self.run(connection, name, Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        return Snapshot(connection: connection, name: name)
    }

    public func fill(from source: any StoreSnapshot, progress: @Sendable (StoreTransfer.Progress) -> Void) async throws(StoreError) {
        let connection = Connection(place, .maintenance)
        do throws(StoreError) {
            try await Self.run(connection, name, Statement("BEGIN"))
            try await Self.run(connection, name, Statement("DELETE FROM store_identity"))
            var done: Int64 = 0, total: Int64 = 0
            for table in StoredTable.all { total += try await source.count(of: table) }
            for table in StoredTable.all {
                try await StoreTransfer.walk(source, table) { rows throws(StoreError) in
                    try await Self.run(connection, name, Self.insert(rows, table))
                    done += Int64(rows.count)
                    progress(StoreTransfer.Progress(done: done, total: total))
                }
            }
            // What is logged from now on has to come after what was.
            try await Self.run(
                connection, name,
                Statement(
                    """
                    UPDATE log_origin SET base = greatest(0, (SELECT coalesce(max(position), 0) + 1 FROM \
                    log) - (pg_current_xact_id()::text::bigint << 20))
                    """))
            try await Self.run(connection, name, Statement("COMMIT"))
            await connection.disconnect()
        } catch {
            await connection.disconnect()
            throw error
        }
        feed.tell()
    }

    public func close() async throws(StoreError) {
        await writers.disconnect()
        await readers.disconnect()
        await feed.close()
    }

    @discardableResult
    private static func run(_ connection: Connection, _ name: String, _ statement: Statement) async throws(StoreError) -> ResultRows {
        do {
            return try await connection.run([statement], tenant: .house)[0]
        } catch {
            throw error.storeError(name)
        }
    }

    /// Tables that have no tenant in the embedded store get it from their case.
    private static func insert(_ rows: [[StoredValue]], _ table: StoredTable) -> Statement {
        let names = table.columns.map(\.name)
        let types = table.columns.enumerated().map { "$\($0.offset + 1)::\($0.element.kind.type)[]" }.joined(separator: ", ")
        let values = table.columns.map { $0.kind == .flag ? "u.\($0.name) <> 0" : "u.\($0.name)" }.joined(separator: ", ")
        let hasTenant = names.contains("tenant_id") || table.name == StoredTable.identity.name
        let parameters = table.columns.enumerated().map { index, column -> Parameter in
            switch column.kind {
            case .int, .flag: .ints(rows.map { if case .int(let value) = $0[index] { value } else { nil } })
            case .text: .texts(rows.map { if case .text(let value) = $0[index] { value } else { nil } })
            case .bytes: .bytesList(rows.map { if case .bytes(let value) = $0[index] { value } else { nil } })
            }
        }
        if table.isOfEvents {
            return Statement(
                EventRows.insertion(from: "(SELECT * FROM unnest(\(types)) AS u(\(names.joined(separator: ", "))))"), parameters: parameters
            )
        }
        return Statement(
            """
            INSERT INTO \(table.name)(\((names + (hasTenant ? [] : ["tenant_id"])).joined(separator: ", ")))
            SELECT \(values)\(hasTenant ? "" : ", (SELECT tenant_id FROM case_state c WHERE c.case_id = u.case_id LIMIT 1)")
            FROM unnest(\(types)) AS u(\(names.joined(separator: ", ")))
            """, parameters: parameters)
    }

    private struct Snapshot: StoreSnapshot {
        let connection: Connection
        let name: String

        func rows(of table: StoredTable, after key: [StoredValue]?, limit: Int) async throws(StoreError) -> [[StoredValue]] {
            let names = table.columns.map { $0.kind == .flag ? "\($0.name)::int" : $0.name }.joined(separator: ", ")
            let keys = table.columns.prefix(table.keyLength).map(\.name).joined(separator: ", ")
            // One walk at a time, and a cursor knows where it is: a table is sorted once.
            if key == nil {
                try await PostgresStore.run(connection, name, Statement("CLOSE ALL"))
                try await PostgresStore.run(
                    connection, name,
                    Statement("DECLARE walk NO SCROLL CURSOR FOR SELECT \(names) FROM \(Self.rows(table)) ORDER BY \(keys)"))
            }
            let statement = Statement("FETCH FORWARD \(limit) FROM walk /* \(table.name) */")
            return try await PostgresStore.run(connection, name, statement).map { row in
                table.columns.map { column in
                    switch column.kind {
                    case .int, .flag: row.intOrNil().map { .int($0) } ?? .null
                    case .text: row.textOrNil().map { .text($0) } ?? .null
                    case .bytes: row.bytesOrNil().map { .bytes($0) } ?? .null
                    }
                }
            }
        }

        func count(of table: StoredTable) async throws(StoreError) -> Int64 {
            try await PostgresStore.run(connection, name, Statement("SELECT count(*) FROM \(Self.rows(table))")).first { $0.int() } ?? 0
        }

        func close() async { await connection.disconnect() }

        private static func rows(_ table: StoredTable) -> String { table.isOfEvents ? "(\(EventRows.of("log"))) AS event" : table.name }
    }
}

private extension StoredTable {
    /// Which are kept several to a row here.
    var isOfEvents: Bool { name == "event" }
}

private extension StoredTable.Kind {
    var type: String {
        switch self {
        case .int, .flag: "bigint"
        case .text: "text"
        case .bytes: "bytea"
        }
    }
}
