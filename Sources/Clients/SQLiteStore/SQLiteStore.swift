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

    func write<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws(StoreError) -> T {
        do {
            return try await pool.barrierWriteWithoutTransaction { database in
                var result: T?
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    return .commit
                }
                guard let result else { throw StoreError(.failure, "a transaction gave no result") }
                return result
            }
        } catch {
            throw Self.translate(error, path: name)
        }
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
        case .SQLITE_FULL: return full(path)
        case .SQLITE_IOERR where hasNoSpace(path): return full(path)
        case .SQLITE_IOERR:
            return StoreError(.unavailable, "\(path) cannot be written: \(database.message ?? "")")
        default:
            return StoreError(.failure, "\(path): \(database)")
        }
    }

    private static func full(_ path: String) -> StoreError {
        StoreError(.unavailable, "\(path) cannot be written because its disk is full; nothing of it was kept, free some space and try again")
    }

    /// What is lacking for the file SQLite shares between processes is only called an error of the disk.
    private static func hasNoSpace(_ path: String) -> Bool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard let free = try? FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber else { return false }
        return free.int64Value < 65_536
    }
}
