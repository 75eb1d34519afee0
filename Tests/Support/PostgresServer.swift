import Foundation
import Synchronization

/// A PostgreSQL of the tests' own: in a folder of its own, on a free port of the loopback, with a password. It refuses to run as root and
/// then runs as the user postgres. A shell holds it: when this process ends, however it ends, the shell stops the server and removes
/// the folder.
public final class PostgresServer: Sendable {
    public static let password = "secret of the tests"
    /// A server that does not wait for the disk: for tests of what is stored, not of whether it survives.
    public static let unsafe = Result { try PostgresServer(flushes: false) }

    public let port: UInt16
    private let holder: Process
    private let lifeline = Pipe()
    private let output = Pipe()
    /// Where its data and logs are.
    public let folder: String
    private let bin: String
    private let number = Atomic<Int>(0)

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    public static let isInstalled = binaries != nil

    private static var binaries: String? {
        let base = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).compactMap { Int($0) }.sorted(by: >)
        return versions.map { "\(base)/\($0)/bin" }.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }

    public static func reportAbsence(_ what: String) {
        print("POSTGRESQL ABSENT: \(what) not run; scripts/setup installs it")
    }

    /// - Parameter flushes: whether a commit waits for the disk.
    public init(flushes: Bool = true, settings: String = "") throws {
        guard let bin = Self.binaries else { throw Failure(description: "PostgreSQL is not installed; scripts/setup installs it") }
        self.bin = bin
        let base =
            !flushes && FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        folder = base + "/mizzen-pg-\(UUID().uuidString.prefix(8))"
        port = try Self.freePort()
        let script = """
            set -e
            cd /
            mkdir -m 700 "$D"
            [ "$(id -u)" = 0 ] && chown postgres "$D"
            as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
            printf %s "$PW" > "$D/pw"; chmod 644 "$D/pw"
            trap '' INT TERM HUP
            if as "$B/initdb" -D "$D/data" -A scram-sha-256 --pwfile="$D/pw" -U postgres -N -E UTF8 --locale=C.UTF-8 \
            > "$D/initdb.log" 2>&1 &&
               printf '%s\\n' "listen_addresses = '127.0.0.1'" "port = $P" "unix_socket_directories = '$D'" \
            "max_connections = 200" $S >> "$D/data/postgresql.conf" &&
               as "$B/pg_ctl" -D "$D/data" -l "$D/log" -w start > "$D/start.log" 2>&1; then echo ready; \
            else echo failed; cat "$D"/*.log "$D/log" 2>/dev/null; fi
            while read line; do
                if [ "$line" != up ]; then as "$B/pg_ctl" -D "$D/data" -m immediate -w stop > /dev/null 2>&1 || true; fi
                if [ "$line" = down ]; then echo ready; else
                    as "$B/pg_ctl" -D "$D/data" -l "$D/log" -w start > "$D/start.log" 2>&1 && echo ready || echo failed
                fi
            done
            as "$B/pg_ctl" -D "$D/data" -m immediate -w stop > /dev/null 2>&1 || true
            rm -rf "$D"
            """
        holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/bin/sh")
        holder.arguments = ["-c", script]
        var environment = ProcessInfo.processInfo.environment
        for key in environment.keys where key.hasPrefix("PG") { environment[key] = nil }
        environment.merge([
            "D": folder, "B": bin, "P": "\(port)", "PW": Self.password,
            "S": (flushes ? "" : "fsync=off full_page_writes=off ") + settings,
        ]) { $1 }
        holder.environment = environment
        holder.standardInput = lifeline
        holder.standardOutput = output
        try holder.run()
        var text = ""
        while !text.contains("\n"), case let data = output.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
        }
        guard text.hasPrefix("ready") else {
            try? lifeline.fileHandleForWriting.close()
            throw Failure(description: "PostgreSQL did not start: \(text)")
        }
    }

    deinit { stop() }

    public func stop() {
        try? lifeline.fileHandleForWriting.close()
        holder.waitUntilExit()
    }

    public func url(_ database: String, user: String = "postgres", password: String = PostgresServer.password) -> String {
        let escaped = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? password
        return "postgresql://\(user):\(escaped)@127.0.0.1:\(port)/\(database)"
    }

    /// A database for one test; its URL.
    ///
    /// - Parameters:
    ///   - template: URL of a database nobody has open, to begin with its contents.
    ///   - tablespace: where its files are.
    public func newDatabase(like template: String? = nil, in tablespace: String? = nil) throws -> String {
        let name = "t\(number.add(1, ordering: .relaxed).newValue)_\(UUID().uuidString.prefix(6).lowercased())"
        try sql(
            "CREATE DATABASE \(name)" + (template?.split(separator: "/").last.map { " TEMPLATE \($0)" } ?? "")
                + (tablespace.map { " TABLESPACE \($0)" } ?? ""))
        return url(name)
    }

    @discardableResult
    public func sql(_ text: String, database: String = "postgres") throws -> String {
        try run(
            "psql",
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database.contains("://") ? database : url(database), "-c", text])
    }

    /// Crashes the server and starts it again. The shell does it: what we started ourselves would inherit what tells it that we are gone.
    public func crash() throws { try tell("crash") }

    /// An outage, and its end.
    public func goDown() throws { try tell("down") }
    public func comeUp() throws { try tell("up") }

    private func tell(_ word: String) throws {
        try lifeline.fileHandleForWriting.write(contentsOf: Data((word + "\n").utf8))
        let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard answer.hasPrefix("ready") else { throw Failure(description: "PostgreSQL did not start again") }
    }

    /// Runs one of the server's own programs, such as pgbench; gives what it prints.
    @discardableResult
    public func run(_ program: String, _ arguments: [String], options: String = "") throws -> String {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: bin + "/" + program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        if !options.isEmpty { process.environment = ProcessInfo.processInfo.environment.merging(["PGOPTIONS": options]) { $1 } }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        // A thread of the library may have alarms blocked, and what it starts would never hear the one pgbench sets itself.
        var alarm = sigset_t(), before = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        pthread_sigmask(SIG_UNBLOCK, &alarm, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(program) \(arguments.last ?? ""): \(text)") }
        return text.trimmingCharacters(in: .newlines)
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard descriptor >= 0, isBound else { throw Failure(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
