import Foundation
import Support
import Testing
@testable import Outbound

/// What holds for back-off, token bucket and bulkhead whatever comes. The seed is printed; `MIZZEN_SEED` gives it again.
@Suite struct PolicyPropertyTests {
    static let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)

    private func random(_ name: String) -> SeededRandom {
        print("\(name): MIZZEN_SEED=\(Self.seed)")
        return SeededRandom(Self.seed)
    }

    @Test func backOffGrowsToItsCapAndSpreadsOverAllOfIt() {
        var random = random("back-off")
        for _ in 1 ... 300 {
            let backOff = BackOff(
                base: Int64(random.roll(2000)), factor: 1 + Double(random.roll(30)) / 10, cap: Int64(random.roll(60_000)))
            var last: Int64 = 0
            for failures in [1, 2, 3, 5, 10, 100, .max] {
                let longest = backOff.longest(after: failures), pause = backOff.pause(after: failures, using: &random)
                #expect(longest >= last && longest <= backOff.cap && (0 ... longest).contains(pause), "\(backOff) \(failures)")
                last = longest
            }
            #expect(backOff.longest(after: 1) == min(backOff.base, backOff.cap))
        }
        let pauses = (1 ... 2000).map { _ in BackOff(base: 1000).pause(after: 1, using: &random) }
        #expect((450 ... 550).contains(pauses.reduce(0, +) / 2000), "full jitter is even")
    }

    @Test func noStretchOfTimeHasMoreThanBurstAndRate() {
        var random = random("token bucket")
        for _ in 1 ... 200 {
            let limit = OutboundPolicy.RateLimit(
                perSecond: Double(1 + random.roll(500)) / 10, burst: 1 + random.roll(20), longestWait: Int64(random.roll(3000)))
            var bucket = TokenBucket(limit, at: 0), now: Int64 = 0, used: [Int64] = []
            for _ in 1 ... 200 {
                now += Int64(random.roll(3) == 0 ? random.roll(2000) : random.roll(20))
                switch bucket.take(at: now) {
                case .granted(let wait):
                    #expect(wait <= limit.longestWait)
                    used.append(now + wait)
                case .refused(let retryAfter): #expect(retryAfter > 0)
                }
            }
            #expect(used == used.sorted(), "who came first goes first")
            for _ in 1 ... 50 where used.count > 1 {
                let first = random.roll(used.count), last = first + random.roll(used.count - first)
                let most = Double(limit.burst) + Double(used[last] - used[first]) * limit.perSecond / 1000
                // Waits are rounded up to whole milliseconds, one rounding at either end.
                #expect(Double(last - first + 1) <= most + 1 + limit.perSecond / 500)
            }
        }
    }

    @Test func whoIsRefusedATokenGetsOneWhenTold() {
        var random = random("token bucket, refused")
        for _ in 1 ... 200 {
            var bucket = TokenBucket(
                .init(perSecond: Double(1 + random.roll(100)) / 7, burst: 1 + random.roll(3), longestWait: Int64(random.roll(500))), at: 0)
            var now: Int64 = 0
            while case .granted = bucket.take(at: now) {}
            guard case .refused(let retryAfter) = bucket.take(at: now) else { continue }
            now += retryAfter
            if case .refused = bucket.take(at: now) { Issue.record("refused again after \(retryAfter) ms") }
        }
    }

    @Test func aBulkheadIsNeverOverfullAndServesInOrder() {
        var random = random("bulkhead")
        for _ in 1 ... 200 {
            var bulkhead = Bulkhead(.init(inFlight: 1 + random.roll(5), waiting: random.roll(6))), queue: [UInt64] = [], id: UInt64 = 0
            var inFlight = 0
            for _ in 1 ... 200 {
                switch random.roll(5) {
                case 0, 1:
                    id += 1
                    switch bulkhead.enter(id) {
                    case .entered: inFlight += 1
                    case .queued: queue.append(id)
                    case .full: #expect(queue.count >= bulkhead.limits.waiting)
                    }
                case 2 where inFlight > 0, 3 where inFlight > 0:
                    let admitted = bulkhead.leave()
                    #expect(admitted == Array(queue.prefix(admitted.count)))
                    queue.removeFirst(admitted.count)
                    inFlight += admitted.count - 1
                case 4 where !queue.isEmpty:
                    let leaver = random.pick(queue)
                    #expect(bulkhead.giveUp(leaver) && !bulkhead.giveUp(leaver))
                    queue.removeAll { $0 == leaver }
                default: break
                }
                #expect(bulkhead.inFlight == inFlight && bulkhead.waiting == queue.count && inFlight <= bulkhead.limits.inFlight)
                #expect(queue.isEmpty || inFlight == bulkhead.limits.inFlight, "nobody waits while there is room")
            }
        }
    }
}
