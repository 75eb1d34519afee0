import Foundation
import Support

/// Certificates made for a test, and `openssl s_server` showing one of them.
final class OpenSSL: Sendable {
    let folder: TemporaryFolder

    /// Makes an authority, `ca.pem`.
    init() throws {
        folder = try TemporaryFolder()
        try run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test authority", "-days", "2",
            "-keyout", path("ca.key"), "-out", path("ca.pem"))
    }

    func path(_ name: String) -> String { folder.path(name) }

    /// Makes `name.pem` and `name.key`, signed by the authority.
    func certificate(_ name: String, for host: String, days: String = "2") throws {
        try "subjectAltName=\(host)".write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
        try run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", path("\(name).key"), "-out", path("\(name).csr"))
        try run(
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
            "-days", days, "-extfile", path("\(name).ext"), "-out", path("\(name).pem"))
    }

    @discardableResult private func run(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// A child process that says on its first lines where it listens; ended with the test.
final class ListeningChild: Sendable {
    let port: Int
    private let process: Process
    private let output: FileHandle

    /// - Parameter mark: what stands before the port.
    init(_ program: String, _ arguments: [String], mark: String) throws {
        process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        output = pipe.fileHandleForReading
        var text = ""
        var port: Int?
        while port == nil, case let data = output.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
            for line in text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1) where line.hasPrefix(mark) {
                port = line.split(separator: ":").last.flatMap { Int($0) }
            }
        }
        guard let port else { throw CocoaError(.fileReadUnknown) }
        self.port = port
    }

    /// Not `terminate()`: a child has the blocked signals of the thread that starts it, and Dispatch's threads block SIGTERM.
    deinit { kill(process.processIdentifier, SIGKILL) }

    /// The next line it prints; nil where it has ended.
    func line() -> String? {
        var bytes: [UInt8] = []
        while let data = try? output.read(upToCount: 1), let byte = data.first {
            if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
