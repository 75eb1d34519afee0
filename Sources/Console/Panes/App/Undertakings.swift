import Synchronization

/// Work begun beside the screen. What changes something is waited for at the end; what only asks is not.
final class Undertakings: Sendable {
    private let awaited = Mutex<(next: Int, tasks: [Int: Task<Void, Never>])>((0, [:]))

    func begin(awaited isAwaited: Bool, _ body: @escaping @Sendable () async -> Void) {
        guard isAwaited else {
            Task.detached { await body() }
            return
        }
        awaited.withLock { shared in
            let number = shared.next
            shared.next += 1
            shared.tasks[number] = Task.detached {
                await body()
                self.awaited.withLock { $0.tasks[number] = nil }
            }
        }
    }

    func finish(within limit: Duration) async {
        let tasks = Array(awaited.withLock { $0.tasks }.values)
        guard !tasks.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for task in tasks { await task.value } }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
