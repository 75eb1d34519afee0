import Engine

/// How long we try again, and how soon: a lost race at once and five times, a server that went away for ten seconds with pauses
/// that grow. Each pause varies, so that those who failed together do not come back together.
struct Patience {
    private static let races = 5
    private static let longest: Duration = .seconds(10)

    private let start = ContinuousClock.now
    private var racesLost = 0
    private var outages = 0

    /// Whether the server went away in between, so that it is not known what it carried out.
    private(set) var isUncertain = false

    /// Waits where it is worth trying again; gives false where it is not.
    mutating func outlasts(_ error: PostgresError) async -> Bool {
        let milliseconds: Int
        if error.isRace, racesLost < Self.races {
            racesLost += 1
            milliseconds = 4 * racesLost
        } else if error.isOutage, ContinuousClock.now - start < Self.longest {
            if case .cannotConnect = error.kind {} else { isUncertain = true }
            milliseconds = min(25 << min(outages, 5), 500)
            outages += 1
        } else {
            return false
        }
        try? await Task.sleep(for: .microseconds(milliseconds * Int.random(in: 500 ... 1500)))
        return !Task.isCancelled
    }
}
