import Foundation

/// A program on a pseudo-terminal of its own, as a person's terminal would run it.
final class PseudoTerminal {
    private let master: Int32
    private let process: pid_t

    /// TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let setSession: Int16 = 0x80

    init(_ arguments: [String], environment: [String: String], columns: UInt16, rows: UInt16) throws {
        // Linux's own way, as Swift's Glibc does not show grantpt and its kin.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var locked: CInt = 0, number: CInt = 0
        guard master >= 0, ioctl(master, Self.setLock, &locked) == 0, ioctl(master, Self.getNumber, &number) == 0 else { throw POSIXError(.ENODEV) }
        let path = "/dev/pts/\(number)"
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        // The first terminal a new session opens becomes its own.
        posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Self.setSession)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var pid: pid_t = 0
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let code = posix_spawn(&pid, arguments[0], &actions, &attributes, argv, envp)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOENT) }
        self.master = master
        process = pid
    }

    /// What the program writes until it has been silent for `quiet` ms or `limit` ms are over; also when the first and the last
    /// byte came, in milliseconds from `start`.
    func read(quiet: Int32, limit: Double, from start: ContinuousClock.Instant = .now) -> (bytes: [UInt8], first: Double, last: Double) {
        var bytes: [UInt8] = []
        var first = Double.nan, last = Double.nan
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let elapsed = (ContinuousClock.now - start) / .milliseconds(1)
            guard elapsed < limit else { break }
            var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            let wait = bytes.isEmpty ? Int32(limit - elapsed) + 1 : quiet
            guard poll(&poller, 1, wait) > 0 else { break }
            let count = Glibc.read(master, &buffer, buffer.count)
            guard count > 0 else { break }
            last = (ContinuousClock.now - start) / .milliseconds(1)
            if first.isNaN { first = last }
            bytes += buffer[..<count]
        }
        return (bytes, first, last)
    }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(master, bytes, bytes.count)
    }

    /// Context switches the program's threads made so far, and its memory in use in MiB.
    func usage() -> (switches: Int, residentMiB: Double) {
        var switches = 0
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        for task in tasks {
            let status = (try? String(contentsOfFile: "/proc/\(process)/task/\(task)/status", encoding: .utf8)) ?? ""
            for line in status.split(separator: "\n") where line.contains("ctxt_switches") {
                switches += line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
            }
        }
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }?.split(whereSeparator: \.isWhitespace).dropFirst().first
        return (switches, (resident.flatMap { Double($0) } ?? .nan) / 1024)
    }

    /// Ends the program, by force if asking does not help.
    func close() {
        kill(process, SIGTERM)
        for _ in 0 ..< 200 where waitpid(process, nil, WNOHANG) == 0 { usleep(5_000) }
        kill(process, SIGKILL)
        _ = Glibc.close(master)
    }
}
