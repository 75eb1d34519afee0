import Synchronization

/// A number of connections lent to one user at a time; who finds none free waits in line.
final class Pool: Sendable {
    private struct State {
        var idle: [Connection]
        var waiting: [CheckedContinuation<Connection, Never>] = []
        /// Index of who has waited longest.
        var first = 0
    }

    private let state: Mutex<State>
    private let all: [Connection]

    init(_ place: ServerPlace, _ purpose: Connection.Purpose, size: Int) {
        all = (0 ..< size).map { _ in Connection(place, purpose) }
        state = Mutex(State(idle: all))
    }

    func use<T: Sendable>(_ body: (Connection) async throws(PostgresError) -> T) async throws(PostgresError) -> T {
        let connection = await take()
        defer { giveBack(connection) }
        return try await body(connection)
    }

    private func take() async -> Connection {
        await withCheckedContinuation { continuation in
            let free: Connection? = state.withLock { state in
                if let connection = state.idle.popLast() { return connection }
                state.waiting.append(continuation)
                return nil
            }
            if let free { continuation.resume(returning: free) }
        }
    }

    private func giveBack(_ connection: Connection) {
        let next: CheckedContinuation<Connection, Never>? = state.withLock { state in
            guard state.first < state.waiting.count else {
                state.waiting.removeAll(keepingCapacity: true)
                state.first = 0
                state.idle.append(connection)
                return nil
            }
            let next = state.waiting[state.first]
            state.first += 1
            // The part of the line that is done with goes now and then, not with each.
            if state.first >= 256 {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
            return next
        }
        next?.resume(returning: connection)
    }

    func disconnect() async { for connection in all { await connection.disconnect() } }
}
