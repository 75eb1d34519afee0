import Engine

/// Brings the schema up to date, one process at a time, and refuses what a newer mizzen made.
struct SchemaKeeper {
    let connection: Connection
    let name: String

    /// Everything `migrate` would carry out, to be read or carried out by hand.
    static var script: String {
        "-- For an empty database. Where mizzen_schema has a version: what comes after it.\n" + script(Migration.all)
    }

    static func script(_ migrations: [Migration]) -> String {
        versionTable + "\n"
            + migrations.map { "-- \($0.version) \($0.name)\nBEGIN;\n\($0.statements)\(record($0))\nCOMMIT;\n" }.joined(separator: "\n")
    }

    private static let versionTable = """
        CREATE TABLE IF NOT EXISTS mizzen_schema(version bigint PRIMARY KEY, name text NOT \
        NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
        """

    private static func record(_ migration: Migration) -> String {
        "INSERT INTO mizzen_schema(version, name) VALUES (\(migration.version), '\(migration.name)');"
    }

    /// Gives the migrations it carried out; none when all was done before.
    func migrate() async throws(StoreError) -> [Migration] {
        if try await version() == Migration.latest { return [] }
        do {
            // Of several daemons that start together one migrates and the others wait, also for a long log to be taken over.
            try await connection.script("SET lock_timeout = '15min'")
            _ = try await connection.run([Statement("SELECT pg_advisory_lock(7236826142)")], tenant: .house)
            try await connection.script("SET lock_timeout = '60s'")
            let known = try await version()
            let missing = Migration.all.filter { $0.version > known }
            try await connection.script(Self.versionTable)
            for migration in missing { try await connection.script("BEGIN;\n\(migration.statements)\(Self.record(migration))\nCOMMIT;") }
            await connection.disconnect()
            return missing
        } catch let error as PostgresError {
            await connection.disconnect()
            throw error.storeError(name)
        } catch let error as StoreError {
            await connection.disconnect()
            throw error
        } catch {
            throw StoreError(.failure, "\(error)")
        }
    }

    /// The months to come. Those that are there cost nothing; for a new one the log is locked, so who cannot have it soon gives up.
    func makePartitions() async throws(StoreError) {
        do {
            try await connection.script("SET lock_timeout = '2s';" + Migration.partitions())
            await connection.disconnect()
        } catch {
            await connection.disconnect()
            throw error.storeError(name)
        }
    }

    /// 0 in an empty database.
    func version() async throws(StoreError) -> Int64 {
        let found: Int64
        do {
            let isThere =
                try await connection.run([Statement("SELECT to_regclass('mizzen_schema') IS NOT NULL")], tenant: .house)[0].first {
                    $0.bool()
                }
                ?? false
            found =
                isThere
                ? try await connection.run([Statement("SELECT max(version) FROM mizzen_schema")], tenant: .house)[0].first { $0.int() } ?? 0
                : 0
        } catch {
            throw error.storeError(name)
        }
        guard found <= Migration.latest else {
            throw StoreError(
                .unusable,
                """
                \(name) has schema \(found) of a newer mizzen, this one knows \(Migration.latest); \
                use that version, or restore a backup with this one
                """
            )
        }
        return found
    }
}
