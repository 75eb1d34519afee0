import Foundation
import Synchronization

/// An HTTP server on the loopback that goes wrong as it is told, on one thread for any number of connections. Each request is
/// answered by what the test's closure makes of it.
final class FaultServer: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        /// By lower-case name.
        let headers: [String: String]
        let body: [UInt8]
        /// Connections count from 1.
        let connection: Int
    }

    enum Fault: Sendable {
        case reply(status: Int = 200, headers: [String] = [], body: String = "ok")
        /// After so many milliseconds.
        case slow(Int)
        /// Never.
        case silence
        /// Answered together with the others, once so many wait.
        case together(Int)
        case reset
        case garbage
        case endlessBody
        case endlessHead
        /// Announces more than it gives.
        case early
        /// Closes without an answer.
        case close
        /// Answers in small portions, as long as the other side reads.
        case large(bytes: Int)
    }

    private struct State {
        var requests: [Request] = []
        var accepts = 0
        var closed = 0
        var sent = 0
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var isOver = false
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    var requests: [Request] { state.withLock(\.requests) }
    /// Connections made so far, and ended so far.
    var accepts: Int { state.withLock(\.accepts) }
    var closed: Int { state.withLock(\.closed) }
    /// Bytes handed to the system so far.
    var sent: Int { state.withLock(\.sent) }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    init(_ fault: @escaping @Sendable (Request) -> Fault) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1024) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self, listener] in
            var loop = FaultLoop(listener: listener, fault: fault)
            while let isOver = self?.isOver, !isOver { loop.turn { self?.note($0) } }
            loop.closeAll()
        }
    }

    deinit { state.withLock { $0.isOver = true } }

    private var isOver: Bool { state.withLock(\.isOver) }

    /// Waits until so many requests have come.
    func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.requests.count < count { state.waiters.append((count, continuation)) }
                return state.requests.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    private func note(_ event: FaultLoop.Event) {
        let due = state.withLock { state in
            switch event {
            case .accepted: state.accepts += 1
            case .closed: state.closed += 1
            case .sent(let count): state.sent += count
            case .request(let request): state.requests.append(request)
            }
            let due = state.waiters.filter { state.requests.count >= $0.count }
            state.waiters.removeAll { state.requests.count >= $0.count }
            return due
        }
        for waiter in due { waiter.continuation.resume() }
    }
}
