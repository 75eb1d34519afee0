/// What a command that runs until it is told to stop needs of its process. Only a shell's process has it; the console does not.
public struct ForegroundProcess: Sendable {
    /// Writes a line to standard error at once.
    public let log: @Sendable (String) -> Void
    /// Returns when the process has been asked to end.
    public let untilToldToEnd: @Sendable () async -> Void

    public init(log: @escaping @Sendable (String) -> Void, untilToldToEnd: @escaping @Sendable () async -> Void) {
        self.log = log
        self.untilToldToEnd = untilToldToEnd
    }
}
