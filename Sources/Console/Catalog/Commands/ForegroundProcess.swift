/// What a command that runs until it is told to stop needs of its process. Only a shell's process has it; the console does not.
public struct ForegroundProcess: Sendable {
    /// Writes a line to standard error at once.
    public let log: @Sendable (String) -> Void
    /// From this call on, requests to end do not end the process but come through the stream.
    public let requestsToEnd: @Sendable () -> AsyncStream<Void>

    public init(log: @escaping @Sendable (String) -> Void, requestsToEnd: @escaping @Sendable () -> AsyncStream<Void>) {
        self.log = log
        self.requestsToEnd = requestsToEnd
    }
}
