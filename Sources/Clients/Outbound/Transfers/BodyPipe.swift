import Synchronization

/// Carries a reply from the loop's thread to one reader, through a buffer with an end to it. The mutex guards all of it.
final class BodyPipe: ReplyReceiver, Sendable {
    /// Bytes that wait for the reader before the transfer is paused.
    static let capacity = 256 << 10

    struct State: Sendable {
        /// Once it is complete.
        var head: HeadParser?
        var bytes: [UInt8] = []
        fileprivate var parser = HeadParser()
        fileprivate var received = 0
        fileprivate var isPaused = false
        fileprivate var end: End?
        fileprivate var waiter: (isThere: @Sendable (State) -> Bool, continuation: CheckedContinuation<Void, Never>)?
    }

    fileprivate enum End {
        case complete
        case failed(OutboundError)
    }

    private let state = Mutex(State())
    private let limit: Int?

    init(limit: Int?) { self.limit = limit }

    // MARK: The reader

    /// Resumes once there is what it waits for, or the end has come.
    func wait(_ isThere: @escaping @Sendable (State) -> Bool, _ continuation: CheckedContinuation<Void, Never>) {
        state.withLock { $0.waiter = (isThere, continuation) }
        ring()
    }

    func takeHead() throws(OutboundError) -> HeadParser {
        let (head, end) = state.withLock { ($0.head, $0.end) }
        if let head { return head }
        if case .failed(let error) = end { throw error }
        throw OutboundError(.protocol, .badReply, "the reply has no head", mayHaveArrived: true)
    }

    /// What there is, nil at the end, and whether the transfer was paused for it.
    func take() throws(OutboundError) -> (bytes: [UInt8]?, isPaused: Bool) {
        let (bytes, isPaused, end) = state.withLock { state in
            defer {
                state.bytes = []
                state.isPaused = false
            }
            return (state.bytes, state.isPaused, state.end)
        }
        if !bytes.isEmpty { return (bytes, isPaused) }
        if case .failed(let error) = end { throw error }
        return (nil, false)
    }

    // MARK: The loop's thread

    func line(_ bytes: UnsafeRawBufferPointer) -> ReceiverVerdict {
        let verdict = state.withLock { state in
            let verdict = state.parser.line(bytes)
            if verdict == .complete { state.head = state.parser }
            return verdict
        }
        if verdict == .complete { ring() }
        return verdict == .tooLong ? .tooLong(limit: HeadParser.limit) : .taken
    }

    func body(_ bytes: UnsafeRawBufferPointer) -> ReceiverVerdict {
        let verdict: ReceiverVerdict = state.withLock { state in
            if let limit, bytes.count > limit - state.received { return .tooLong(limit: limit) }
            guard state.bytes.count < Self.capacity else {
                state.isPaused = true
                return .notNow
            }
            state.bytes += bytes
            state.received += bytes.count
            return .taken
        }
        if verdict == .taken { ring() }
        return verdict
    }

    func ended(_ error: OutboundError?) {
        state.withLock { $0.end = error.map { .failed($0) } ?? .complete }
        ring()
    }

    private func ring() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter, state.end != nil || waiter.isThere(state) else {
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }
}
