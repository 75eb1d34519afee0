import Synchronization

/// Makes internal ids: 63 bits, 41 of milliseconds, 10 of node, 12 of sequence, so that their order is the order of time and
/// no sequence in a database is fought over (durability.md 5.1).
final class IdentifierMaker: Sendable {
    private struct Last {
        var milliseconds: Int64 = 0
        var sequence: Int64 = 0
    }

    private let last = Mutex(Last())
    private let node: Int64

    private static let made = Atomic<Int64>(0)

    /// `process` tells processes apart, and makers of one process are told apart here; only 10 bits of both together count.
    init(process: Int32) {
        let number = Self.made.add(1, ordering: .relaxed).oldValue
        node = (Int64(process) &+ number &* 389) & 0x3FF
    }

    /// 2024-01-01T00:00:00Z: 41 bits from here last until 2093.
    static let epoch: Int64 = 1_704_067_200_000

    func next(now: Int64) -> Int64 {
        last.withLock { last in
            let milliseconds = max(now - Self.epoch, last.milliseconds)
            last.sequence = milliseconds == last.milliseconds ? last.sequence + 1 : 0
            last.milliseconds = milliseconds
            if last.sequence > 0xFFF {
                last.milliseconds += 1
                last.sequence = 0
            }
            return last.milliseconds << 22 | node << 12 | last.sequence
        }
    }
}
