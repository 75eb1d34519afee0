/// A store on a server that several processes share: its schema is changed on purpose, its settings matter, and it knows who uses it.
public protocol SharedStore: Store {
    /// The statements that make or change the schema.
    var migrationScript: String { get }
    /// Brings the schema up to date; gives what was done, nothing when it was.
    func migrate() async throws(StoreError) -> [String]
    /// Makes room in the log for the months to come, where that is not done yet. Throws where we may not.
    func prepareMonths() async throws(StoreError)
    func checkSettings() async throws(StoreError) -> [SettingCheck]

    /// Timers that are due as `dueTimers` gives them, those of other nodes' shards only when they have waited for so many milliseconds.
    func dueTimers(
        before moment: Int64, limit: Int, of node: NodeRecord.ID, othersAfter patience: Int64
    ) async throws(StoreError) -> [TimerRecord]

    /// Says that a process is there and takes the shards that are free, so that the others know; its share is a hint, nothing more.
    func beat(_ node: NodeRecord.ID, host: String, process: Int64) async throws(StoreError)
    /// Says that it is gone.
    func leave(_ node: NodeRecord.ID) async throws(StoreError)
    func nodes() async throws(StoreError) -> [NodeRecord]
}

/// A setting of the server, and what it should be.
public struct SettingCheck: Sendable {
    public enum Verdict: Sendable {
        case good
        /// Works, but could work better.
        case advice
        /// Something may be lost.
        case bad
    }

    public let name: String
    public let value: String
    public let verdict: Verdict
    /// What to change and why; empty when it is good.
    public let advice: String

    public init(name: String, value: String, verdict: Verdict, advice: String = "") {
        self.name = name
        self.value = value
        self.verdict = verdict
        self.advice = advice
    }
}

/// A process that serves the store.
public struct NodeRecord: Sendable, Equatable {
    public typealias ID = String

    public let id: ID
    public let host: String
    public let process: Int64
    /// Milliseconds since 1970 by the store's clock, as all times here.
    public let since: Int64
    public let beatAt: Int64
    /// Steps committed since it began, and per second lately.
    public let committed: Int64
    public let rate: Double
    public let shards: Int
    /// Of the 256 into which cases fall.
    public static let shardCount = 256
    /// Milliseconds between two beats, and after how many a share falls to the others.
    public static let beat: Int64 = 5_000
    public static let lease: Int64 = 15_000

    public init(id: ID, host: String, process: Int64, since: Int64, beatAt: Int64, committed: Int64, rate: Double, shards: Int) {
        self.id = id
        self.host = host
        self.process = process
        self.since = since
        self.beatAt = beatAt
        self.committed = committed
        self.rate = rate
        self.shards = shards
    }
}
