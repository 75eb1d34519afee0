import CMemory
import Synchronization

/// Gives memory back once nothing has been asked for a while: what a large answer took on its way to the screen, and what only
/// the start needed.
final class SpareMemory: Sendable {
    private let waiting = Mutex<Task<Void, Never>?>(nil)

    func giveBackSoon() {
        waiting.withLock { waiting in
            waiting?.cancel()
            waiting = Task.detached {
                do { try await Task.sleep(for: .milliseconds(300)) } catch { return }
                cmem_give_back()
            }
        }
    }
}
