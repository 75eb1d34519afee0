import Outbound
import Support
import Synchronization

/// Time that passes only by sleeping: whoever sleeps is awake at once, and it is later.
final class TestClock: OutboundClock {
    private let clock = VirtualClock(1_000_000)
    private let slept = Mutex<[Int64]>([])

    var now: Int64 { clock.now }
    var wallTime: Int64 { clock.now + 1_000_000_000 }
    /// Pauses so far, in milliseconds.
    var pauses: [Int64] { slept.withLock { $0 } }

    func advance(_ milliseconds: Int64) { clock.advance(milliseconds) }

    func sleep(_ milliseconds: Int64) async {
        slept.withLock { $0.append(milliseconds) }
        clock.advance(milliseconds)
    }
}

/// Time that stands still; whoever sleeps does so until his task is cancelled.
struct StandingClock: OutboundClock {
    let now: Int64 = 1_000_000
    let wallTime: Int64 = 1_000_000_000

    func sleep(_ milliseconds: Int64) async { try? await Task.sleep(for: .seconds(3600)) }
}
