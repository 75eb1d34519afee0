import Engine
import Synchronization

/// The database's clock, asked once a second and followed in between by how much time went by here. It never runs ahead of the
/// database's by more than that second's drift, and never backwards, so nothing is due early and two machines agree.
final class DatabaseClock: Sendable {
    private struct State {
        /// What the database said, and when the answer was here.
        var asked: (time: Int64, at: ContinuousClock.Instant)?
        var isAsking = false
        var last: Int64 = 0
    }

    private let state = Mutex(State())
    private static let lifetime: Duration = .seconds(1)
    /// While the database does not answer, time goes on without it for this long.
    private static let tolerance: Duration = .seconds(30)

    func now(asking: () async throws(StoreError) -> Int64) async throws(StoreError) -> Int64 {
        let known: Int64? = state.withLock { state in
            let isFresh = state.asked.map { ContinuousClock.now - $0.at < Self.lifetime } ?? false
            let isUsable = state.asked.map { ContinuousClock.now - $0.at < Self.tolerance } ?? false
            guard isFresh || (isUsable && state.isAsking) else {
                state.isAsking = true
                return nil
            }
            return Self.read(&state)
        }
        if let known { return known }
        do throws(StoreError) {
            let time = try await asking()
            return state.withLock { state in
                state.isAsking = false
                state.asked = (time, .now)
                return Self.read(&state)
            }
        } catch {
            state.withLock { $0.isAsking = false }
            throw error
        }
    }

    private static func read(_ state: inout State) -> Int64 {
        guard let asked = state.asked else { return state.last }
        let passed = (ContinuousClock.now - asked.at).components
        let time = asked.time + passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000
        // A database whose clock was set back by more than a moment is believed.
        state.last = state.last - time > 1000 ? time : max(time, state.last)
        return state.last
    }
}
