// The tty: raw mode, size, entering and leaving.

import CNcurses
import POSIX
import TextCells

/// Owns the state of one tty. Whatever way the program ends — `leave()`, `exit()`, a crash, a signal — the modes found at the start
/// are put back.
struct TerminalDevice: ~Copyable {
    let input: Int32
    let output: Int32
    let modes: TerminalModes
    /// True when this process belongs to the terminal: crash guard and standard error are ours to redirect. Tests on a pty say false.
    let ownsProcess: Bool
    private let original: termios
    private var isEntered = false
    private var errors = ErrorCapture()
    private let errorLog: String?
    var writer: FrameWriter

    init(input: Int32, output: Int32, modes: TerminalModes, errorLog: String?, ownsProcess: Bool) throws(TerminalError) {
        var found = termios()
        guard isatty(output) == 1, tcgetattr(input, &found) == 0 else { throw .none }
        original = found
        self.input = input
        self.output = output
        self.modes = modes
        self.errorLog = errorLog
        self.ownsProcess = ownsProcess
        writer = FrameWriter(fd: output)
    }

    deinit {
        guard isEntered else { return }
        var found = original
        tcsetattr(input, TCSANOW, &found)
    }

    /// The window's size; 80×24 when the tty does not say.
    static func size(of fd: Int32) -> Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard cnc_window_size(fd, &columns, &rows) else { return Size(width: 80, height: 24) }
        return Size(width: Int(columns), height: Int(rows))
    }

    /// What a serial line carries at its speed, ten bits to a byte; nil from 38,400 bits per second on, which is what terminals without
    /// a speed say. `stty ospeed 9600` tells of a slow line where there is no serial one.
    static func bytesPerSecond(of fd: Int32) -> Int? {
        var found = termios()
        guard tcgetattr(fd, &found) == 0 else { return nil }
        let speeds: [speed_t: Int] = [
            speed_t(B300): 300, speed_t(B600): 600, speed_t(B1200): 1200, speed_t(B2400): 2400, speed_t(B4800): 4800, speed_t(B9600): 9600,
            speed_t(B19200): 19200,
        ]
        return speeds[cfgetospeed(&found)].map { $0 / 10 }
    }

    /// Arms the guard, then switches to raw mode and the alternate screen.
    mutating func enter() throws(TerminalError) {
        guard !isEntered else { return }
        if ownsProcess {
            errors.begin(path: errorLog)
            var found = original
            cnc_guard_arm(output, modes.reset, modes.reset.count, &found, errors.log, errors.saved)
        }
        var raw = original
        cfmakeraw(&raw)
        guard tcsetattr(input, TCSANOW, &raw) == 0 else {
            let reason = String(cString: strerror(errno))
            if ownsProcess {
                cnc_guard_disarm()
                errors.end()
            }
            throw .modes(reason)
        }
        isEntered = true
        writer.write(modes.enter, synchronized: false)
    }

    /// Sets raw mode again after somebody else has had the tty.
    func reassertModes() {
        var raw = original
        cfmakeraw(&raw)
        tcsetattr(input, TCSANOW, &raw)
    }

    /// Gives the terminal back as it was found.
    mutating func leave() {
        guard isEntered else { return }
        isEntered = false
        writer.write(modes.reset, synchronized: false)
        var found = original
        tcsetattr(input, TCSANOW, &found)
        if ownsProcess {
            cnc_guard_disarm()
            errors.end()
        }
    }
}
