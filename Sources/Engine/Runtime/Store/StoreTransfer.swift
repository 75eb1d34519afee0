/// A store that can be copied into another one and filled from one.
public protocol TransferableStore: Store {
    /// The store as it is at this moment, while others go on.
    func snapshot() async throws(StoreError) -> any StoreSnapshot
    /// Fills the store, which must be empty. What is interrupted is not taken for a store.
    func fill(from source: any StoreSnapshot, progress: @Sendable (StoreTransfer.Progress) -> Void) async throws(StoreError)
    /// Lets go of files and connections.
    func close() async throws(StoreError)
}

/// The rows of a store at one moment.
public protocol StoreSnapshot: Sendable {
    /// Rows in the order of their key after a row, whose key is given; at most so many. Values are in the order of the columns.
    func rows(of table: StoredTable, after key: [StoredValue]?, limit: Int) async throws(StoreError) -> [[StoredValue]]
    func count(of table: StoredTable) async throws(StoreError) -> Int64
    func close() async
}

/// Copying a store: what is counted on the way, and the proof that nothing changed.
public struct StoreTransfer: Sendable {
    public struct Progress: Sendable {
        public let done: Int64
        public let total: Int64

        public init(done: Int64, total: Int64) {
            self.done = done
            self.total = total
        }
    }

    public let counts: [(table: String, rows: Int64)]
    /// Over every value of every row of every table; equal for equal stores, whatever kind they are of.
    public let hash: String
    public var rows: Int64 { counts.reduce(0) { $0 + $1.rows } }

    public static let portion = 500

    /// Goes through all rows.
    public static func walk(
        _ snapshot: any StoreSnapshot, _ table: StoredTable, _ body: ([[StoredValue]]) async throws(StoreError) -> Void
    ) async throws(StoreError) {
        var key: [StoredValue]?
        while true {
            let rows = try await snapshot.rows(of: table, after: key, limit: portion)
            if !rows.isEmpty { try await body(rows) }
            guard rows.count == portion, let last = rows.last else { return }
            key = Array(last.prefix(table.keyLength))
        }
    }

    static func measure(_ snapshot: any StoreSnapshot) async throws(StoreError) -> StoreTransfer {
        var counts: [(table: String, rows: Int64)] = []
        var hash: [UInt8] = []
        for table in StoredTable.all {
            var count: Int64 = 0
            try await walk(snapshot, table) { rows in
                count += Int64(rows.count)
                for row in rows { hash = digest([hash] + row.map(\.fields)) }
            }
            hash = digest([hash, Array(table.name.utf8)])
            counts.append((table.name, count))
        }
        return StoreTransfer(counts: counts, hash: hash.hexadecimal)
    }
}

private extension StoredValue {
    /// A letter for the kind, then the value.
    var fields: [UInt8] {
        switch self {
        case .null: [0x6E]
        case .int(let value): [0x69] + Array(String(value).utf8)
        case .text(let text): [0x74] + Array(text.utf8)
        case .bytes(let bytes): [0x62] + bytes
        }
    }
}
