import Foundation

/// A piece of work done again and again beside everything else: after every commit by anybody, and when the work itself asks for it.
/// Between times it sleeps.
struct BackgroundLoop: Sendable {
    let store: any Store
    /// A clock that is set forward, and a commit whose writer was killed before it told anybody, are noticed after this long at the latest.
    private static let longestSleep: Int64 = 60_000

    /// Until the surrounding task is cancelled. The work gives the milliseconds after which it wants to be done again at the latest;
    /// nil when only a commit can give it something to do.
    func run(_ work: @Sendable () async -> Int64?) async {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listener = Task { for await _ in store.changes() { wake.yield() } }
        var iterator = wakes.makeAsyncIterator()
        while !Task.isCancelled {
            let pause = min(await work() ?? .max, Self.longestSleep)
            let alarm = Task {
                // One that is cancelled must not ring.
                try await Task.sleep(for: .milliseconds(pause))
                wake.yield()
            }
            let isOn: Void? = await iterator.next()
            alarm.cancel()
            if isOn == nil { break }
        }
        listener.cancel()
    }
}
