import CPostgres
import Foundation

/// One exchange in pipeline mode: everything is sent, then every answer read, on a socket that never blocks us in the middle
/// (with both sides' buffers full, a blocking one would for ever).
extension Connection {
    /// Milliseconds without a word from the server after which the connection counts as cut. The server itself gives up on a
    /// statement before that.
    private static let patience: Int32 = 20_000

    func exchange(_ statements: [Statement], _ handle: OpaquePointer) throws(PostgresError) -> [ResultRows] {
        var isPreparing: [Bool] = []
        var names: [String: String] = [:]
        for statement in statements {
            let name: String
            if let known = prepared[statement.text] ?? names[statement.text] {
                name = known
                isPreparing.append(false)
            } else {
                name = "s\(prepared.count + names.count)"
                names[statement.text] = name
                isPreparing.append(true)
                let types = statement.parameters.map(\.type)
                guard PQsendPrepare(handle, name, statement.text, Int32(types.count), types) == 1 else { throw lost(handle) }
            }
            try send(statement, name, handle)
        }
        guard PQpipelineSync(handle) == 1 else { throw lost(handle) }
        var results: [ResultRows] = []
        var failure: PostgresError?
        for (index, statement) in statements.enumerated() {
            if isPreparing[index] {
                let result = try answer(handle)
                if PQresultStatus(result) == PGRES_COMMAND_OK {
                    prepared[statement.text] = names[statement.text]
                } else if failure == nil, PQresultStatus(result) != PGRES_PIPELINE_ABORTED {
                    failure = self.failure(result, handle)
                }
                PQclear(result)
            }
            let result = try answer(handle)
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: results.append(ResultRows(result))
            case PGRES_PIPELINE_ABORTED: PQclear(result)
            default:
                if failure == nil { failure = self.failure(result, handle) }
                PQclear(result)
            }
        }
        try awaitSync(handle, &failure)
        if let failure { throw failure }
        return results
    }

    private func send(_ statement: Statement, _ name: String, _ handle: OpaquePointer) throws(PostgresError) {
        let count = statement.parameters.count
        let formats = [Int32](repeating: 1, count: count)
        let lengths = statement.parameters.map { Int32(clamping: $0.bytes?.count ?? 0) }
        // One block for all values, so that they need no allocation each; null is told by a pointer that is nil.
        var block: [UInt8] = []
        block.reserveCapacity(lengths.reduce(1) { $0 + Int($1) })
        for parameter in statement.parameters { if let bytes = parameter.bytes { block.append(contentsOf: bytes) } }
        block.append(0)
        let isSent = block.withUnsafeBytes { block in
            var offset = 0
            let values = statement.parameters.map { parameter -> UnsafePointer<CChar>? in
                defer { offset += parameter.bytes?.count ?? 0 }
                return parameter.bytes == nil ? nil : block.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
            }
            return PQsendQueryPrepared(handle, name, Int32(count), values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw lost(handle) }
    }

    /// The answer to the next statement, followed by libpq's mark that it is over.
    private func answer(_ handle: OpaquePointer) throws(PostgresError) -> OpaquePointer {
        guard let result = try next(handle) else { throw lost(handle) }
        // A broken connection gives the same answer for ever; everything else is followed by a nil.
        if PQstatus(handle) != CONNECTION_OK {
            defer { PQclear(result) }
            let told = failure(result, handle)
            if case .refused = told.kind { throw told }
            throw lost(handle)
        }
        if let more = try next(handle) {
            PQclear(more)
            PQclear(result)
            throw PostgresError(kind: .lost, message: "the server gave more answers than it was asked for")
        }
        return result
    }

    /// The end of the exchange. What is only decided here, such as the end of an implicit transaction, may still fail.
    private func awaitSync(_ handle: OpaquePointer, _ failure: inout PostgresError?) throws(PostgresError) {
        while true {
            guard let result = try next(handle) else {
                guard PQstatus(handle) == CONNECTION_OK else { throw lost(handle) }
                continue
            }
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC { return }
            if failure == nil { failure = self.failure(result, handle) }
            guard PQstatus(handle) == CONNECTION_OK else { throw lost(handle) }
        }
    }

    private func next(_ handle: OpaquePointer) throws(PostgresError) -> OpaquePointer? {
        var unsent = PQflush(handle)
        while PQisBusy(handle) == 1 || unsent == 1 {
            guard unsent >= 0 else { throw lost(handle) }
            var waited = pollfd(fd: PQsocket(handle), events: Int16(POLLIN) | (unsent == 1 ? Int16(POLLOUT) : 0), revents: 0)
            let count = poll(&waited, 1, Self.patience)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PostgresError(kind: .lost, message: "the server did not answer for \(Self.patience / 1000) s") }
            if waited.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0, PQconsumeInput(handle) == 0 {
                // What the server said last, such as that it shuts down, is still to be read.
                if PQisBusy(handle) == 1 { throw lost(handle) }
            }
            unsent = PQflush(handle)
            if unsent == 0, PQisBusy(handle) == 0 { break }
        }
        return PQgetResult(handle)
    }
}

extension Connection {
    /// Waits for a notification; false when none came in time.
    func awaitNotifications(of channel: String, for time: Duration) throws(PostgresError) -> Bool {
        if try notifications().contains(channel) { return true }
        var waited = pollfd(fd: try socket(), events: Int16(POLLIN), revents: 0)
        guard poll(&waited, 1, Int32(clamping: time.components.seconds * 1000)) > 0 else { return false }
        return try notifications().contains(channel)
    }
}
