import Foundation
import Synchronization

/// A program on a pseudo-terminal of its own, as a person's terminal would run it.
public final class HostedProgram: Sendable {
    private let master: Int32
    public let process: pid_t
    private let isClosed = Atomic(false)

    /// TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let setSession: Int16 = 0x80

    public init(_ arguments: [String], environment: [String: String], columns: UInt16, rows: UInt16) throws {
        // Linux's own way, as Swift's Glibc does not show grantpt and its kin.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: CInt = 0, number: CInt = 0
        guard master >= 0, ioctl(master, Self.setLock, &locked) == 0, ioctl(master, Self.getNumber, &number) == 0 else {
            throw POSIXError(.ENODEV)
        }
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
        // The threads that tests run on block signals; a child must not inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Self.setSession | Int16(POSIX_SPAWN_SETSIGMASK))
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
    public func read(
        quiet: Int32, limit: Double, from start: ContinuousClock.Instant = .now
    ) -> (bytes: [UInt8], first: Double, last: Double) {
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

    /// Waits while the program takes nothing; what was written before `patience` ms are over is counted.
    @discardableResult public func write(_ text: String, patience: Int32 = 5_000) -> Int {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            var poller = pollfd(fd: master, events: Int16(POLLOUT), revents: 0)
            guard poll(&poller, 1, patience) > 0 else { return done }
            // In small pieces: a terminal takes 4 KiB, and a write beyond that would wait for ever.
            let count = bytes[done ..< min(done + 1024, bytes.count)].withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
            guard count > 0 else { return done }
            done += count
        }
        return done
    }

    public func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Closes the terminal as a line that drops does. The program's end is the caller's to wait for.
    public func hangUp() {
        if isClosed.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged { _ = Glibc.close(master) }
    }

    /// The exit code, or 128 and the signal; nil when the program has not ended after so many seconds.
    public func end(within seconds: Double) -> Int32? {
        var status: Int32 = 0
        for _ in 0 ..< Int(seconds * 100) {
            if waitpid(process, &status, WNOHANG) == process { return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f }
            usleep(10_000)
        }
        return nil
    }

    /// Seconds of processor time the program has used.
    public var processorSeconds: Double {
        let fields =
            ((try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? "").split(separator: ")").last?.split(
                separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Context switches the program's threads made so far, and its memory in use in MiB.
    public func usage() -> (switches: Int, residentMiB: Double, privateMiB: Double) {
        var switches = 0
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        for task in tasks {
            let status = (try? String(contentsOfFile: "/proc/\(process)/task/\(task)/status", encoding: .utf8)) ?? ""
            for line in status.split(separator: "\n") where line.contains("ctxt_switches") {
                switches += line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
            }
        }
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }?.split(whereSeparator: \.isWhitespace).dropFirst()
            .first
        // What nobody else could share: not the code of libraries, mapped as it is in the file.
        let rollup = (try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)) ?? ""
        let own = rollup.split(separator: "\n").filter { $0.hasPrefix("Private_Dirty") || $0.hasPrefix("Private_Clean") }
            .compactMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } }.reduce(0, +)
        return (switches, (resident.flatMap { Double($0) } ?? .nan) / 1024, own / 1024)
    }

    /// Ends the program, by force if asking does not help.
    public func close() {
        kill(process, SIGTERM)
        for _ in 0 ..< 200 where waitpid(process, nil, WNOHANG) == 0 { usleep(5_000) }
        kill(process, SIGKILL)
        hangUp()
    }

    deinit { hangUp() }
}
