import Engine
import Foundation
import GRDB

/// Copying a file out and in. The file of a restore that was interrupted is marked and not opened again.
extension SQLiteStore: TransferableStore {
    static let unfinished = "PRAGMA user_version = 1"

    public func snapshot() async throws(StoreError) -> any StoreSnapshot {
        do {
            return Snapshot(snapshot: try pool.makeSnapshot(), path: name)
        } catch {
            throw Self.translate(error, path: name)
        }
    }

    public func fill(from source: any StoreSnapshot, progress: @Sendable (StoreTransfer.Progress) -> Void) async throws(StoreError) {
        try await write { try $0.execute(sql: Self.unfinished + "; DELETE FROM store_identity") }
        var done: Int64 = 0, total: Int64 = 0
        for table in StoredTable.all { total += try await source.count(of: table) }
        for table in StoredTable.all {
            let names = table.columns.map(\.name).joined(separator: ", ")
            let sql = "INSERT INTO \(table.name)(\(names)) VALUES (\(table.columns.map { _ in "?" }.joined(separator: ", ")))"
            try await StoreTransfer.walk(source, table) { rows throws(StoreError) in
                try await write { database in
                    let insert = try database.cachedStatement(sql: sql)
                    for row in rows { try insert.execute(arguments: StatementArguments(row.map(\.databaseValue))) }
                }
                done += Int64(rows.count)
                progress(StoreTransfer.Progress(done: done, total: total))
            }
        }
        try await write { try $0.execute(sql: "PRAGMA user_version = 0") }
    }

    public func close() async throws(StoreError) {
        do {
            // Another process, or a reader of ours on its way out, would keep the log from being folded in when the file is closed.
            _ = try await pool.barrierWriteWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw Self.translate(error, path: name)
        }
    }

    private struct Snapshot: StoreSnapshot {
        let snapshot: DatabaseSnapshot
        let path: String

        func rows(of table: StoredTable, after key: [StoredValue]?, limit: Int) async throws(StoreError) -> [[StoredValue]] {
            let names = table.columns.map(\.name), keys = names.prefix(table.keyLength).joined(separator: ", ")
            let isAfter = key.map { "WHERE (\(keys)) > (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
            let sql = "SELECT \(names.joined(separator: ", ")) FROM \(table.name) \(isAfter) ORDER BY \(keys) LIMIT \(limit)"
            do {
                return try await snapshot.read { database in
                    try Row.fetchAll(database, sql: sql, arguments: StatementArguments((key ?? []).map(\.databaseValue))).map { row in
                        row.databaseValues.map { StoredValue($0) }
                    }
                }
            } catch {
                throw SQLiteStore.translate(error, path: path)
            }
        }

        func count(of table: StoredTable) async throws(StoreError) -> Int64 {
            do {
                return try await snapshot.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM \(table.name)") ?? 0 }
            } catch {
                throw SQLiteStore.translate(error, path: path)
            }
        }

        func close() async { try? snapshot.close() }
    }
}

private extension StoredValue {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .int(number)
        case .double(let number): self = .int(Int64(exactly: number) ?? 0)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .bytes([UInt8](data))
        }
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .int(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
    }
}
