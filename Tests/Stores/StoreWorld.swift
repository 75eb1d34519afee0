import Engine
import Foundation
import GRDB
import Platform
import PostgresStore
import SQLiteStore
import Support
import Testing

/// One store that any number of engines open, of either kind, by a clock that stands still unless it is told to move.
final class StoreWorld: Sendable {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sqlite, postgresql
        /// PostgreSQL without row-level security: the first wall alone has to hold.
        case postgresqlWithoutPolicies

        var testDescription: String { rawValue }

        /// Those that can be had here.
        static var here: [Kind] { PostgresServer.isInstalled ? allCases : [.sqlite] }
        static var both: [Kind] { PostgresServer.isInstalled ? [.sqlite, .postgresql] : [.sqlite] }
    }

    let kind: Kind
    let clock = VirtualClock()
    private let folder: TemporaryFolder
    /// The database's, or the file's.
    let address: String

    init(_ kind: Kind) throws {
        self.kind = kind
        folder = try TemporaryFolder(isInMemory: true)
        address = kind == .sqlite ? folder.path("world.db") : try PostgresServer.unsafe.get().newDatabase()
    }

    func store() async throws -> any Store {
        guard kind != .sqlite else { return try SQLiteStore(path: address) { [clock] in clock.now } }
        let store = try await PostgresStore(ServerPlace(address)) { [clock] in clock.now }
        if kind == .postgresqlWithoutPolicies {
            try sql(
                """
                DO $$ DECLARE name text; BEGIN
                  FOR name IN SELECT oid::regclass FROM pg_class WHERE relrowsecurity LOOP
                    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', name); END LOOP; END $$
                """)
        }
        return store
    }

    func engine(_ options: WorkflowEngine.Options = WorkflowEngine.Options()) async throws -> WorkflowEngine {
        WorkflowEngine(store: try await store(), options: options)
    }

    /// Reads or changes the tables behind everybody's back; gives the first column, a line a row.
    @discardableResult
    func sql(_ text: String) throws -> String {
        guard kind == .sqlite else { return try PostgresServer.unsafe.get().sql(text, database: address) }
        let database = try DatabaseQueue(path: address)
        return try database.write { database in
            try Row.fetchAll(database, sql: text).map { row in
                row.databaseValues.first.map { $0.isNull ? "" : String.fromDatabaseValue($0) ?? "\(Int64.fromDatabaseValue($0) ?? 0)" }
                    ?? ""
            }.joined(separator: "\n")
        }
    }

    /// Carries out any number of statements.
    func script(_ text: String) throws {
        guard kind == .sqlite else {
            _ = try PostgresServer.unsafe.get().sql(text, database: address)
            return
        }
        // A dump fills tables before those they refer to.
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let database = try DatabaseQueue(path: address, configuration: configuration)
        try database.writeWithoutTransaction { try $0.execute(sql: text) }
        try database.close()
    }

    /// A file to restore from or back up to.
    func path(_ name: String) -> String { folder.path(name) }
}
