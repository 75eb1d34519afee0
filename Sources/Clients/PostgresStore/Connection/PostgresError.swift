import Engine

/// What went wrong between us and the server, sorted by what can be done about it.
struct PostgresError: Error, Sendable {
    enum Kind: Sendable {
        /// Nobody answers, or we are not let in.
        case cannotConnect
        /// The connection broke after something was sent: whether it was done is not known.
        case lost
        /// The server said no, under an SQLSTATE.
        case refused(state: String)
        /// It answers, but we cannot work with it.
        case unsuitable
    }

    let kind: Kind
    let message: String

    /// The same statements may well succeed if tried again at once: lost a race, a deadlock or a unique key (PostgreSQL, appendix A).
    var isRace: Bool {
        guard case .refused(let state) = kind else { return false }
        return ["40001", "40P01", "23505"].contains(state)
    }

    /// The server went away, or is about to: another connection is needed, and whether a commit was carried out must be looked up.
    var isOutage: Bool {
        switch kind {
        case .cannotConnect: !isPermanent
        case .lost: true
        case .unsuitable: false
        // Shut down, crashed, starting up, too many clients, a standby that cannot write yet, no disk to write on; connection exceptions.
        case .refused(let state): ["57P01", "57P02", "57P03", "53300", "25006"].contains(state) || state.hasPrefix("08")
        }
    }

    /// Trying again will not help: who we are or what we ask for is wrong. libpq gives no SQLSTATE for a failed connection.
    private var isPermanent: Bool {
        [
            "authentication failed", "does not exist", "no password supplied", "no pg_hba.conf entry", "invalid ",
            "is not permitted to log in",
            "permission denied", "could not translate host name",
        ].contains { message.contains($0) }
    }

    /// As the engine is told.
    func storeError(_ place: String) -> StoreError {
        switch kind {
        case .cannotConnect: StoreError(.unavailable, "\(place) cannot be opened: \(message)")
        case .unsuitable: StoreError(.unusable, "\(place) \(message)")
        case .lost: StoreError(.unavailable, "the connection to \(place) broke: \(message); try again")
        case .refused(let state):
            switch state {
            case "53100":
                StoreError(
                    .unavailable,
                    "\(place) cannot be written because its disk is full; nothing of it was kept, free some space and try again")
            case "42501": StoreError(.unusable, "\(place): \(message); this user needs the rights docs/postgresql.md lists")
            case "25006":
                StoreError(.unavailable, "\(place) only lets us read: it is a standby or was set so; try again, or name the primary")
            case "55P03", "57014": StoreError(.unavailable, "\(place) is busy beyond patience (\(message)); try again")
            case _ where isOutage || isRace: StoreError(.unavailable, "\(place): \(message); try again")
            default: StoreError(.failure, "\(place): \(message) (SQLSTATE \(state))")
            }
        }
    }
}
