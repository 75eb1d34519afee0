import Engine
import Foundation
import GRDB
import Workflow

/// The embedded store: everything in one SQLite file. One process writes at a time, any number read; several processes may have
/// the file open at once.
public final class SQLiteStore: Store {
    public let name: String
    public let kind = "embedded"
    let pool: DatabasePool
    let clock: @Sendable () -> Int64
    private let watcher: FileWatcher

    /// Opens the file, making it where it is missing, and brings its schema up to date.
    /// Throws when the file is not ours, was written by a newer mizzen, or cannot be written.
    /// The clock is the system's, which all processes on the file share; tests give their own.
    public init(path: String, clock: @escaping @Sendable () -> Int64 = systemMilliseconds) throws(StoreError) {
        name = path
        self.clock = clock
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.foreignKeysEnabled = true
            configuration.maximumReaderCount = 4
            configuration.label = "mizzen"
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets synchronous=NORMAL when it opens the writer, which may lose the last commits on a power cut.
            try pool.barrierWriteWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try Schema.prepare(pool)
            watcher = FileWatcher(path: path)
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    public func changes() -> AsyncStream<Void> { watcher.changes() }

    /// How the writer flushes: 2 is FULL. For the test that reads it back.
    func synchronousMode() async throws(StoreError) -> Int {
        do {
            return try await pool.barrierWriteWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
        } catch {
            throw Self.translate(error, path: name)
        }
    }

    func read<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws(StoreError) -> T {
        do {
            return try await pool.read(body)
        } catch {
            throw Self.translate(error, path: name)
        }
    }

    /// In one transaction, which is carried out to its end whatever becomes of the task that asked for it.
    func write<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws(StoreError) -> T {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                pool.asyncWriteWithoutTransaction { [watcher] database in
                    let before = database.totalChangesCount
                    let result = Result { try Self.transaction(database, body) }
                    if database.totalChangesCount != before { watcher.announce() }
                    continuation.resume(with: result)
                }
            }
        } catch {
            throw Self.translate(error, path: name)
        }
    }

    private static func transaction<T>(_ database: Database, _ body: (Database) throws -> T) throws -> T {
        try database.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
        do {
            let result = try body(database)
            try database.cachedStatement(sql: "COMMIT").execute()
            return result
        } catch {
            // Some errors have ended the transaction already.
            try? database.rollback()
            throw error
        }
    }

    private static func isDiskFull(at path: String) -> Bool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: folder))?[.systemFreeSize] as? NSNumber
        return free.map { $0.int64Value < 65_536 } ?? false
    }

    static func translate(_ error: any Error, path: String) -> StoreError {
        if let known = error as? StoreError { return known }
        guard let database = error as? DatabaseError else { return StoreError(.failure, "\(path): \(error)") }
        switch database.resultCode.primaryResultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(.unavailable, "\(path) is locked by another program for more than 5 s; try again")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError(.unusable, "\(path) is not a mizzen store, or is damaged: \(database.message ?? "")")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            return StoreError(.unusable, "\(path) cannot be opened for writing: \(database.message ?? "")")
        // A shared-memory file that cannot grow is told as a failure of the disk.
        case .SQLITE_FULL,
            .SQLITE_IOERR where isDiskFull(at: path):
            return StoreError(
                .unavailable, "\(path) cannot be written because its disk is full; nothing of it was kept, free some space and try again")
        case .SQLITE_IOERR:
            return StoreError(.unavailable, "\(path) cannot be written: \(database.message ?? "")")
        default:
            return StoreError(.failure, "\(path): \(database)")
        }
    }
}
