/// What is going to happen and when, as a binary heap. What is due at the same time happens in the order in which it was put down.
struct Agenda<Happening> {
    private var heap: [(time: Int64, order: UInt64, happening: Happening)] = []
    private var count: UInt64 = 0

    var nextTime: Int64? { heap.first?.time }

    mutating func add(_ happening: Happening, at time: Int64) {
        heap.append((time, count, happening))
        count += 1
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, happening: Happening)? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return (last.time, last.happening) }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) { least = child }
            if least == parent { return (first.time, first.happening) }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool { (heap[a].time, heap[a].order) < (heap[b].time, heap[b].order) }
}
