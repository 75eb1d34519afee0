import Engine
import Platform
import Workflow

/// The store for many: everything in one PostgreSQL database, which any number of processes on any number of machines have open.
/// What a row's version guards nobody else need guard: correctness does not depend on who believes to be in charge of what.
public final class PostgresStore: Store {
    public let name: String
    public let kind = "postgresql"
    let place: ServerPlace
    let writers: Pool
    let readers: Pool
    let feed: ChangeFeed
    private let clock: DatabaseClock
    private let givenClock: (@Sendable () -> Int64)?
    let committed = CommitCounter()
    let marks = LowWaterMarks()

    /// Batches of steps that are worth committing side by side: one flush serves several.
    public let concurrentCommits: Int

    /// Opens the database, making the tables where there are none, and brings them up to date.
    /// Throws when nobody answers, we are not let in, or a newer mizzen was there before.
    /// - Parameters:
    ///   - place: where it is, as psql takes it.
    ///   - clock: the database's by default, the same for everybody; tests give their own.
    public init(_ place: ServerPlace, clock: (@Sendable () -> Int64)? = nil, writers: Int = 4, readers: Int = 4) async throws(StoreError) {
        self.place = place
        name = place.description
        givenClock = clock
        concurrentCommits = writers
        let maintenance = Connection(place, .maintenance)
        _ = try await SchemaKeeper(connection: maintenance, name: name).migrate()
        await maintenance.disconnect()
        self.writers = Pool(place, .writing, size: writers)
        self.readers = Pool(place, .reading, size: readers)
        self.clock = DatabaseClock()
        feed = ChangeFeed(place)
    }

    public func changes() -> AsyncStream<Void> { feed.changes() }

    public func now() async throws(StoreError) -> Int64 {
        if let givenClock { return givenClock() }
        return try await clock.now { () async throws(StoreError) in
            try await self.rows(tenant: .house, Statement("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"))[0].first {
                $0.int()
            }
                ?? 0
        }
    }

    // MARK: For the parts of the store

    /// Reads on one connection in one round trip. Several statements see one and the same state of the world.
    func rows(tenant: TenantID, _ statements: Statement...) async throws(StoreError) -> [ResultRows] {
        let isSeveral = statements.count > 1
        let all =
            isSeveral ? [Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")] + statements + [Statement("COMMIT")] : statements
        let results = try await patiently(readers) { connection throws(PostgresError) in try await connection.run(all, tenant: tenant) }
            .results
        return isSeveral ? Array(results[1...]) : results
    }

    /// Writes in one transaction and one round trip; returns after the flush.
    @discardableResult
    func write(tenant: TenantID, _ statements: Statement...) async throws(StoreError) -> [ResultRows] {
        let all = [Statement("BEGIN")] + statements + [Statement("COMMIT")]
        let results = try await patiently(writers) { connection throws(PostgresError) in try await connection.run(all, tenant: tenant) }
            .results
        feed.tell()
        return Array(results[1...])
    }

    /// Tries again where that helps. `isUncertain`: an earlier try may have been carried out although it was not answered.
    func patiently<T: Sendable>(
        _ pool: Pool, _ body: (Connection) async throws(PostgresError) -> T
    ) async throws(StoreError)
        -> (results: T, isUncertain: Bool)
    {
        var patience = Patience()
        while true {
            do {
                return (try await pool.use(body), patience.isUncertain)
            } catch {
                guard await patience.outlasts(error) else { throw error.storeError(name) }
            }
        }
    }
}
