import Engine
import Synchronization

/// Does every item at once and remembers under which key it was asked.
final class RecordingService: ServiceCall {
    let kind = "test"
    let patience: Int64 = 1000
    private let asked = Mutex<[String]>([])

    var keys: [String] { asked.withLock { $0 } }

    func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer {
        asked.withLock { $0.append(work.key.description) }
        return .completed(nil)
    }
}
