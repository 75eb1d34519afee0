import Engine
import Foundation
import Synchronization

/// Tells of commits: ours at once, other processes' by the server's notifications, which are sent at most twenty times a second on a
/// connection of their own and never inside anybody's transaction (there they would make commits wait for each other). Where no
/// notification can be had, it looks every second.
final class ChangeFeed: Sendable {
    private struct State {
        var next = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        /// Something of ours was committed that others have not been told of.
        var isUntold = false
        var isTelling = false
    }

    private final class Shared: Sendable {
        let state = Mutex(State())

        func yield() { state.withLock { for listener in $0.listeners.values { listener.yield() } } }
    }

    private static let channel = "mizzen"
    private static let shortestPause: Duration = .milliseconds(50)
    private let shared = Shared()
    private let sender: Connection
    private let receiver: Connection
    private let listening = Mutex<Task<Void, Never>?>(nil)

    init(_ place: ServerPlace) {
        sender = Connection(place, .reading)
        receiver = Connection(place, .reading)
    }

    deinit {
        listening.withLock { $0?.cancel() }
        shared.state.withLock { for listener in $0.listeners.values { listener.finish() } }
    }

    /// Tells and listens no more.
    func close() async {
        let task = listening.withLock { task in
            defer { task = nil }
            return task
        }
        task?.cancel()
        await task?.value
        // Until what is being told is told.
        while shared.state.withLock(\.isTelling) { try? await Task.sleep(for: .milliseconds(5)) }
        await sender.disconnect()
    }

    /// After a commit of ours.
    func tell() {
        shared.yield()
        let isFirst = shared.state.withLock { state in
            state.isUntold = true
            defer { state.isTelling = true }
            return !state.isTelling
        }
        guard isFirst else { return }
        Task { [shared, sender] in
            while true {
                let isUntold = shared.state.withLock { state in
                    defer { state.isUntold = false }
                    if !state.isUntold { state.isTelling = false }
                    return state.isUntold
                }
                guard isUntold else { return }
                // Who misses it looks for himself within a second.
                _ = try? await sender.run([Statement("NOTIFY \(Self.channel)")], tenant: .house)
                try? await Task.sleep(for: Self.shortestPause)
            }
        }
    }

    /// Others are only listened to once somebody wants to know.
    func changes() -> AsyncStream<Void> {
        let shared = shared, receiver = receiver
        listening.withLock { task in
            if task == nil { task = Task { await Self.listen(receiver, shared) } }
        }
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let key = shared.state.withLock { state in
                state.next += 1
                state.listeners[state.next] = continuation
                return state.next
            }
            continuation.onTermination = { _ in _ = shared.state.withLock { $0.listeners.removeValue(forKey: key) } }
        }
    }

    private static func listen(_ receiver: Connection, _ shared: Shared) async {
        while !Task.isCancelled {
            do {
                _ = try await receiver.run([Statement("LISTEN \(channel)")], tenant: .house)
                // What was committed while nobody listened.
                shared.yield()
                while !Task.isCancelled {
                    if try await receiver.awaitNotifications(of: channel, for: .seconds(1)) { shared.yield() }
                }
            } catch {
                shared.yield()
                try? await Task.sleep(for: .seconds(1))
            }
        }
        await receiver.disconnect()
    }
}

/// Counts what this process committed, for the list of nodes.
final class CommitCounter: Sendable {
    private let count = Atomic<Int64>(0)

    func add(_ number: Int) { count.add(Int64(number), ordering: .relaxed) }
    var value: Int64 { count.load(ordering: .relaxed) }
}
