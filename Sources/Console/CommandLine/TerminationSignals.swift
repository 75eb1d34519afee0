@preconcurrency import Dispatch  // a dispatch source may be used from any thread, but is not declared so
import Foundation
import Synchronization

/// SIGTERM and SIGINT as something to wait for, instead of the end of the process.
enum TerminationSignals {
    /// Where the handler writes; -1 before the first stream.
    private static let wake = Atomic<Int32>(-1)

    /// In force when this returns: a signal that comes the next moment waits in a pipe, while a signal source of Dispatch takes some time
    /// until it would hear of it.
    static func stream() -> AsyncStream<Void> {
        let (signals, arrived) = AsyncStream.makeStream(of: Void.self)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return signals }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let (reading, writing) = (ends[0], ends[1])
        let source = DispatchSource.makeReadSource(fileDescriptor: reading)
        source.setEventHandler {
            var byte: UInt8 = 0
            while read(reading, &byte, 1) > 0 { arrived.yield() }
        }
        source.activate()
        arrived.onTermination = { _ in source.cancel() }
        wake.store(writing, ordering: .releasing)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in
                // Whoever was interrupted may be about to look at it.
                let interrupted = errno
                var byte: UInt8 = 0
                _ = write(TerminationSignals.wake.load(ordering: .acquiring), &byte, 1)
                errno = interrupted
            }
        }
        return signals
    }
}
