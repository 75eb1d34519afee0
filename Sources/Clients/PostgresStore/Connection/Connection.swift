import Platform
import CPostgres
import Engine
import Foundation

/// One connection to the server, made when it is first needed and again after it broke. It lives on a thread of its own, where it
/// waits; statements go through libpq's pipeline mode, so that a transaction costs one round trip.
actor Connection {
    /// What a connection is for decides how it is set up.
    enum Purpose: Sendable {
        case reading
        case writing
        /// Migrations and copies: as the owner of the tables, for as long as it takes.
        case maintenance
    }

    private nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let place: ServerPlace
    private let purpose: Purpose
    var handle: OpaquePointer?
    /// Names of statements by text.
    var prepared: [String: String] = [:]
    /// What `mizzen.tenant` is set to.
    private var tenant: TenantID?

    init(_ place: ServerPlace, _ purpose: Purpose) {
        self.place = place
        self.purpose = purpose
        executor = QueueExecutor(label: "mizzen.postgres")
    }

    isolated deinit { PQfinish(handle) }

    /// Carries out statements in one round trip, seeing one tenant's rows only; the house sees all. Alone they are one transaction.
    func run(_ statements: [Statement], tenant: TenantID) throws(PostgresError) -> [ResultRows] {
        let handle = try connected()
        var all = statements
        // Inside an explicit transaction its BEGIN has to come first.
        let place = statements.first.map { $0.text.hasPrefix("BEGIN") } ?? false ? 1 : 0
        let isSwitching = self.tenant != tenant
        if isSwitching { all.insert(Statement("SELECT set_config('mizzen.tenant', $1, false)", .text(tenant.description)), at: place) }
        do {
            var results = try exchange(all, handle)
            self.tenant = tenant
            if isSwitching { results.remove(at: place) }
            return results
        } catch {
            // Setting it may have been undone with the rest.
            self.tenant = nil
            var isUsable = false
            if case .refused = error.kind, !error.isOutage, PQstatus(handle) == CONNECTION_OK {
                isUsable = (try? exchange([Statement("ROLLBACK")], handle)) != nil
            }
            if !isUsable { disconnect() }
            throw error
        }
    }

    /// Carries out statements one after the other as they stand, without parameters: for changes of the schema.
    func script(_ text: String) throws(PostgresError) {
        let handle = try connected()
        guard PQexitPipelineMode(handle) == 1 else { throw lost(handle) }
        defer { _ = PQenterPipelineMode(handle) }
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK else { throw failure(result, handle) }
    }

    func disconnect() {
        PQfinish(handle)
        handle = nil
        prepared = [:]
        tenant = nil
    }

    /// The socket, for whoever waits for news on it.
    func socket() throws(PostgresError) -> Int32 { PQsocket(try connected()) }

    /// Names of the channels somebody else notified since last asked.
    func notifications() throws(PostgresError) -> [String] {
        let handle = try connected()
        guard PQconsumeInput(handle) == 1 else {
            let error = lost(handle)
            disconnect()
            throw error
        }
        var names: [String] = []
        while let note = PQnotifies(handle) {
            if note.pointee.be_pid != PQbackendPID(handle) { names.append(String(cString: note.pointee.relname)) }
            PQfreemem(note)
        }
        return names
    }

    // MARK: Connecting

    private func connected() throws(PostgresError) -> OpaquePointer {
        if let handle, PQstatus(handle) == CONNECTION_OK { return handle }
        disconnect()
        guard let new = place.connect() else { throw PostgresError(kind: .cannotConnect, message: "out of memory") }
        guard PQstatus(new) == CONNECTION_OK else {
            let message = Self.sentence(PQerrorMessage(new))
            PQfinish(new)
            throw PostgresError(kind: .cannotConnect, message: message)
        }
        // Warnings would go to standard error, into somebody's console.
        _ = PQsetNoticeProcessor(new, { _, _ in }, nil)
        do throws(PostgresError) {
            guard PQserverVersion(new) >= 140_000 else {
                throw PostgresError(
                    kind: .unsuitable, message: "runs PostgreSQL \(PQserverVersion(new) / 10_000), and mizzen needs 14 or later")
            }
            let result = PQexec(new, SessionSettings.text(for: purpose))
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK else {
                throw failure(result, new)
            }
            guard PQsetnonblocking(new, 1) == 0, PQenterPipelineMode(new) == 1 else { throw lost(new) }
        } catch {
            PQfinish(new)
            throw error
        }
        handle = new
        return new
    }

    func lost(_ handle: OpaquePointer) -> PostgresError { PostgresError(kind: .lost, message: Self.sentence(PQerrorMessage(handle))) }

    func failure(_ result: OpaquePointer?, _ handle: OpaquePointer) -> PostgresError {
        guard let result, let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else { return lost(handle) }
        let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { Self.sentence($0) } ?? "no reason given"
        return PostgresError(kind: .refused(state: String(cString: state)), message: message)
    }

    /// What libpq or the server says, as part of a sentence: in one line, without repeating where.
    private static func sentence(_ text: UnsafePointer<CChar>?) -> String {
        let lines = text.map { String(cString: $0) }?.split(whereSeparator: \.isNewline).map { String($0) } ?? []
        let line = lines.first.map { $0.range(of: "FATAL:  ").map { String(lines[0][$0.upperBound...]) } ?? lines[0] } ?? "no reason given"
        return line.trimmingCharacters(in: .whitespaces)
    }
}
