import Foundation

/// The program Tests/KillWorker as a child process.
public final class WorkerProcess {
    private let process = Process()
    private let output = Pipe()
    private let log: String?
    private let start = ContinuousClock.now
    /// From its start until the first command was acknowledged; nil when none was.
    public private(set) var timeToFirstAnswer: Duration?

    public convenience init(store: String, specification: String, cases: Int, rules: [String] = []) throws {
        try self.init([store, specification, "\(cases)"] + rules)
    }

    /// - Parameters:
    ///   - environment: added to ours.
    ///   - log: a file for what it acknowledges, where nobody reads along.
    public init(_ arguments: [String], environment: [String: String] = [:], log: String? = nil) throws {
        // Test bundle and programs are built into one folder.
        process.executableURL = Bundle.main.bundleURL.resolvingSymlinksInPath().appendingPathComponent("KillWorker")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        self.log = log
        if let log {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
            process.standardOutput = FileHandle(forWritingAtPath: log)
        }
        try process.run()
    }

    /// Tells it to end and waits for that. Gives what it acknowledged in its log, and whether it ended in order.
    public func end() throws -> (lines: [String], isDone: Bool) {
        signal(SIGTERM)
        process.waitUntilExit()
        let lines = Self.lines([UInt8](try Data(contentsOf: URL(fileURLWithPath: log ?? "/dev/null"))))
        return (lines.filter { $0 != "done" }, lines.contains("done") && process.terminationStatus == 0)
    }

    /// Ends it at once, and waits until it is gone.
    public func kill() {
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// As the system knows it.
    public var id: Int32 { process.processIdentifier }

    public func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

    /// Reads acknowledgements until there are so many.
    public func read(_ count: Int) -> [String] {
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == 10 }) < count, case let chunk = output.fileHandleForReading.availableData, !chunk.isEmpty {
            bytes += chunk
        }
        return Self.lines(bytes)
    }

    /// Reads acknowledgements; after so many, and a moment more, kills. Gives the whole lines read and whether it ended by itself.
    public func readUntilKilled(after count: Int, spin: Int) -> (lines: [String], isDone: Bool) {
        var bytes: [UInt8] = []
        var seen = 0, isKilled = false
        while true {
            let chunk = output.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            if bytes.isEmpty { timeToFirstAnswer = ContinuousClock.now - start }
            bytes += chunk
            seen += chunk.count { $0 == 10 }
            if !isKilled, seen >= count {
                var n = spin
                while n > 0 { n -= 1 }
                Foundation.kill(process.processIdentifier, SIGKILL)
                isKilled = true
            }
        }
        process.waitUntilExit()
        let lines = Self.lines(bytes)
        return (lines.filter { $0 != "done" }, lines.contains("done"))
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            String($0.dropFirst(4))
        }
    }
}
