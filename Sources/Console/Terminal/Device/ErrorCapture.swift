// Standard error while the screen is up: anything printed there would spoil the picture and be lost.

import POSIX

/// Sends descriptor 2 into a log file and back. Does nothing when standard error is not the terminal, since then the person has
/// chosen where it goes.
struct ErrorCapture {
    /// -1 while not capturing.
    private(set) var log: Int32 = -1
    private(set) var saved: Int32 = -1
    private var start: off_t = 0

    /// Most bytes of the log shown afterwards.
    private static let tail = 4096

    mutating func begin(path: String?) {
        guard saved < 0, isatty(STDERR_FILENO) == 1 else { return }
        saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard saved >= 0 else { return }
        if let path { log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        if log < 0 { log = open("/dev/null", O_RDWR | O_CLOEXEC) }
        guard log >= 0 else { return }
        start = max(lseek(log, 0, SEEK_END), 0)
        dup2(log, STDERR_FILENO)
    }

    /// Puts standard error back and prints there what was said meanwhile, at most the last 4 KiB.
    mutating func end() {
        guard saved >= 0 else { return }
        dup2(saved, STDERR_FILENO)
        close(saved)
        saved = -1
        guard log >= 0 else { return }
        let size = lseek(log, 0, SEEK_END)
        let from = max(start, size - off_t(Self.tail))
        var buffer = [UInt8](repeating: 0, count: Self.tail)
        let count = pread(log, &buffer, buffer.count, from)
        if count > 0 { _ = write(STDERR_FILENO, buffer, count) }
        close(log)
        log = -1
    }
}
