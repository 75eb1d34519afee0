@preconcurrency import Dispatch  // a dispatch source may be used from any thread, but is not declared so
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// SIGTERM and SIGINT as something to wait for, instead of the end of the process.
enum TerminationSignals {
    /// In force when this returns.
    static func stream() -> AsyncStream<Void> {
        let (signals, arrived) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { arrived.yield() }
            source.activate()
            return source
        }
        arrived.onTermination = { _ in for source in sources { source.cancel() } }
        return signals
    }
}
