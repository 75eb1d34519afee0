import Configuration
import Synchronization

/// Hears from swift-configuration which source a value came from: the first that had one.
final class SourceRecorder: AccessReporter {
    private let latest = Mutex<Int?>(nil)

    /// Of the last value that was asked for: the number of its source; nil where none had one.
    var last: Int? { latest.withLock { $0 } }

    func report(_ event: AccessEvent) {
        let source = event.providerResults.firstIndex { if case .success(let found) = $0.result { found.value != nil } else { false } }
        latest.withLock { $0 = source }
    }
}
