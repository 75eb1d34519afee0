// Getting a frame to the terminal without ever waiting for it.

import CNcurses
import POSIX

/// Writes a frame with one `write(2)`. What the terminal does not take at once is kept and goes first; until then no new frame is
/// made, so a slow reader gets the newest state instead of a queue.
public struct FrameWriter: ~Copyable {
    /// Bytes of a synchronized update (mode 2026): terminals that know it show the frame at once, others ignore it.
    static let begin: [UInt8] = Array("\u{1B}[?2026h".utf8)
    static let end: [UInt8] = Array("\u{1B}[?2026l".utf8)

    private let fd: Int32
    private let isOwned: Bool
    private var pending: [UInt8] = []
    public private(set) var isBroken = false
    /// Bytes written so far, for the debug overlay.
    public private(set) var written = 0

    /// Opens the tty behind `fd` anew, so that O_NONBLOCK stays with us: standard input, output and the shell share theirs. Anything
    /// else than a tty is written to as it is.
    public init(fd: Int32) {
        let own = cnc_reopen_for_writing(fd)
        self.fd = own >= 0 ? own : fd
        isOwned = own >= 0
    }

    deinit {
        if isOwned { close(fd) }
    }

    /// The descriptor to poll for POLLOUT while `isReady` is false.
    public var descriptor: Int32 { fd }
    public var hasPending: Bool { !pending.isEmpty }

    /// True when a frame would go out now. False: poll, `flush()`, and make the newest frame then.
    public var isReady: Bool {
        guard pending.isEmpty else { return false }
        var request = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLOUT) != 0
    }

    /// Sends bytes, wrapped as one synchronized update if asked.
    public mutating func write(_ bytes: [UInt8], synchronized: Bool) {
        guard !bytes.isEmpty else { return }
        pending += synchronized ? Self.begin + bytes + Self.end : bytes
        flush()
    }

    /// Sends what is left of the frame before.
    public mutating func flush() {
        var sent = 0
        while sent < pending.count {
            let count = pending[sent...].withUnsafeBytes { POSIX.write(fd, $0.baseAddress, $0.count) }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                if errno != EAGAIN && errno != EWOULDBLOCK {
                    isBroken = true
                    sent = pending.count
                }
                break
            }
        }
        written += sent
        pending.removeFirst(sent)
    }
}
