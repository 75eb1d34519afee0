import Foundation

/// The process's standard streams as the command line needs them. Output is collected and written once per stream, so a
/// command that fails half-way has printed nothing, and a reader that goes away (`| head`) ends the writing quietly.
enum StandardStreams {
    /// A reader that has gone is told by EPIPE instead of a signal that would end us.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Writes all of it. A reader that has gone is no error: whoever read got what it wanted.
    /// - Returns: false when the text could not be written for another reason, such as a full disk.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count, let base = bytes.baseAddress {
                let written = Foundation.write(descriptor, base + done, bytes.count - done)
                if written >= 0 {
                    done += written
                } else if errno == EAGAIN {
                    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wait, 1, -1)
                } else if errno != EINTR {
                    return errno == EPIPE
                }
            }
            return true
        }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal on standard output; elsewhere what COLUMNS says, or nil: nothing needs to be cut.
    static func width(environment: [String: String]) -> Int? {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) }.flatMap { (20 ... 10_000).contains($0) ? $0 : nil }
    }

    /// The user this process acts for, by name; the number where the system knows no name.
    static func userName() -> String {
        let user = geteuid()
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return "uid\(user)"
        }
        return String(cString: name)
    }
}
