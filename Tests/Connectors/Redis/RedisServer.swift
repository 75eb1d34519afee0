import Foundation
import Support
import Testing

/// A redis-server of the test's own, on the loopback, in a folder of its own. nil where there is none to start.
final class RedisServer {
    let port: Int
    private let folder: URL
    private let password: String?
    private var process: Process?

    static let program = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first { FileManager.default.isExecutableFile(atPath: $0) }
    static let isThere = program != nil

    init(password: String? = nil) throws {
        self.password = password
        port = try Self.freePort()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try start()
    }

    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program ?? "/nowhere")
        process.arguments =
            ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path, "--save", "", "--appendonly", "no"]
            + (password.map { ["--requirepass", $0] } ?? [])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        for _ in 0 ..< 500 {
            if Self.answers(port) { return }
            usleep(10_000)
        }
        throw CocoaError(.fileReadUnknown)
    }

    /// Not `terminate()`: a child has the blocked signals of the thread that starts it, and Dispatch's threads block SIGTERM.
    func kill() {
        if let process {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        process = nil
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func with<T>(_ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> T, port: Int) -> T {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = address(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func answers(_ port: Int) -> Bool { with({ connect($0, $1, $2) == 0 }, port: port) }

    static func freePort() throws -> Int {
        let port = with(
            { socket, address, length -> Int in
                guard bind(socket, address, length) == 0 else { return 0 }
                var taken = sockaddr_in(), size = socklen_t(MemoryLayout<sockaddr_in>.size)
                withUnsafeMutablePointer(to: &taken) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
                }
                return Int(in_port_t(bigEndian: taken.sin_port))
            }, port: 0)
        guard port > 0 else { throw CocoaError(.fileReadUnknown) }
        return port
    }
}
