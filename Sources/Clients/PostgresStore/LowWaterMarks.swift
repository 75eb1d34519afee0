import Engine
import Synchronization

/// Where the live part of each queue begins. While somebody holds an old snapshot, entries that are gone stay in the index, and a claim
/// that began at the front would walk over all of them (0.23 of the speed; with the mark 0.88). The mark is a hint: what
/// turns up before it, because its transaction took long, is found by the next claim without one.
final class LowWaterMarks: Sendable {
    enum Queue: Hashable, Sendable {
        case timers
        case outbox(OutboxRecord.Kind, name: String)
    }

    private struct Mark {
        var due = Int64.min
        var sweptAt: ContinuousClock.Instant?
    }

    private let marks = Mutex<[Queue: Mark]>([:])
    /// Milliseconds: as late as an entry usually comes, and more.
    private static let slack: Int64 = 1000

    /// From where to look; now and then, and when time went backwards, from the very front.
    func start(of queue: Queue, now: Int64) -> Int64 {
        // A timer may be due before it was set; an entry of the outbox is not.
        let sweep: Duration = queue == .timers ? .seconds(1) : .seconds(5)
        return marks.withLock { marks in
            var mark = marks[queue] ?? Mark()
            if let sweptAt = mark.sweptAt, ContinuousClock.now - sweptAt < sweep, mark.due <= now { return mark.due }
            mark.sweptAt = .now
            marks[queue] = mark
            return .min
        }
    }

    /// Everything that was due before is taken.
    func raise(_ queue: Queue, to due: Int64) {
        marks.withLock { $0[queue, default: Mark()].due = due - Self.slack }
    }

    /// Something was put in.
    func lower(_ queue: Queue, to due: Int64) {
        marks.withLock { marks in
            guard let mark = marks[queue], mark.due > due else { return }
            marks[queue]?.due = due
        }
    }

    func lower(for change: Step.Change) {
        switch change {
        case .caseChange(let change):
            if let due = change.timers.lazy.compactMap(\.wakesAt).min() { lower(.timers, to: due) }
            lower(for: change.outbox)
        case .entity(let change): lower(for: change.effects)
        case .specification: break
        }
    }

    private func lower(for entries: [OutboxRecord]) {
        for entry in entries { lower(.outbox(entry.kind, name: entry.name), to: entry.dueAt) }
    }
}
