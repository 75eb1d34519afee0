import Dispatch
import Engine
import Foundation
import Workflow
import XMLTree

/// A program of the operator's own: it gets the item's data as a document on standard input and prints the output document. Nothing
/// printed hands in what the item was started with. Its command comes from the configuration file, never from a specification, and
/// no shell reads it; data reach it on standard input alone.
///
/// Of the environment it sees `PATH`, `LANG`, and `MIZZEN_ITEM`, `MIZZEN_TASK`, `MIZZEN_REQUEST` (the same at every attempt).
public struct ShellService: ServiceCall {
    public let kind = "shell"
    public let patience: Int64
    let command: [String]
    static let largestOutput = 4 << 20

    /// - Parameter command: path of the program, then its arguments.
    public init(command: [String], timeout: Int64 = 30_000) {
        self.command = command
        patience = timeout
    }

    public func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer {
        let environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "MIZZEN_ITEM": work.item.description, "MIZZEN_TASK": work.item.task,
            "MIZZEN_REQUEST": work.key.description,
        ]
        let input = work.input.serialized()
        let result: Result<[UInt8], ServiceError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(ServiceError) in try ChildRun(command, environment, patience).output(for: input) })
            }
        }
        let output = try result.get()
        if output.allSatisfy({ $0 == 32 || (9 ... 13).contains($0) }) { return .completed(nil) }
        do {
            return .completed(try XMLDocument.parse(output))
        } catch {
            throw ServiceError("\(command[0]) does not print an XML document: \(error)", isFinal: true)
        }
    }
}

/// One run of a program, on one thread.
private struct ChildRun {
    private let command: [String]
    private let environment: [String: String]
    private let timeout: Int64

    init(_ command: [String], _ environment: [String: String], _ timeout: Int64) {
        self.command = command
        self.environment = environment
        self.timeout = timeout
    }

    func output(for input: String) throws(ServiceError) -> [UInt8] {
        let program = command.first ?? ""
        do {
            // Input and complaints go through files without a name, so that neither side can wait for the other.
            let given = try UnnamedFile(), complaints = try UnnamedFile(), printed = Pipe()
            try given.handle.write(contentsOf: Data(input.utf8))
            try given.handle.seek(toOffset: 0)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = Array(command.dropFirst())
            process.environment = environment
            process.standardInput = given.handle
            process.standardOutput = printed
            process.standardError = complaints.handle
            let ended = DispatchSemaphore(value: 0)
            process.terminationHandler = { _ in ended.signal() }
            try process.run()
            try? printed.fileHandleForWriting.close()
            let deadline = DispatchTime.now() + .milliseconds(Int(timeout))
            let (bytes, end) = read(printed.fileHandleForReading.fileDescriptor, until: deadline)
            if end != .ended || ended.wait(timeout: deadline) == .timedOut {
                // The program and what it has started; whatever becomes of them, nobody waits any longer.
                kill(-process.processIdentifier, SIGKILL)
                kill(process.processIdentifier, SIGKILL)
                _ = ended.wait(timeout: .now() + .seconds(5))
                throw ServiceError(
                    end == .tooLong
                        ? "\(program) prints more than \(ShellService.largestOutput) bytes" : "\(program) did not end within \(timeout) ms")
            }
            guard process.terminationReason == .exit, process.terminationStatus == 0 else {
                let how =
                    process.terminationReason == .exit
                    ? "ended with status \(process.terminationStatus)" : "was ended by signal \(process.terminationStatus)"
                let why = complaints.beginning()
                throw ServiceError("\(program) \(how)" + (why.isEmpty ? "" : ": \(why)"))
            }
            return bytes
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError("\(program) cannot be run: \(error.localizedDescription)")
        }
    }

    private enum End { case ended, tooLate, tooLong }

    private func read(_ descriptor: Int32, until deadline: DispatchTime) -> ([UInt8], End) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let now = DispatchTime.now().uptimeNanoseconds
            guard now < deadline.uptimeNanoseconds else { return (bytes, .tooLate) }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wanted, 1, Int32(clamping: (deadline.uptimeNanoseconds - now) / 1_000_000 + 1))
            if ready < 0, errno != EINTR { return (bytes, .ended) }
            guard ready > 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return (bytes, .ended) }
            bytes += buffer[..<count]
            if bytes.count > ShellService.largestOutput { return (bytes, .tooLong) }
        }
    }
}

/// A file that only its descriptor knows of.
private struct UnnamedFile {
    let handle: FileHandle

    init() throws {
        var path = Array((FileManager.default.temporaryDirectory.path + "/mizzen-XXXXXX").utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw ServiceError("no temporary file can be made: \(String(cString: strerror(errno)))") }
        unlink(path)
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Its first line, cut short.
    func beginning() -> String {
        try? handle.seek(toOffset: 0)
        let text = String(decoding: (try? handle.read(upToCount: 500)) ?? Data(), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
}
