// Handing a text over to the person's own editor.

import POSIX

/// What an editor left.
public enum EditedText: Hashable, Sendable {
    case text(String)
    /// Why there is nothing.
    case failed(String)
}

/// Runs an editor on a file of its own, which only this user can read and which is gone afterwards. The terminal must have been given
/// back before; the editor has it as if it had been started by the shell.
struct ExternalEditor: Sendable {
    /// As in `$EDITOR`: a program with its arguments.
    let command: String
    /// Larger files are not read back.
    private static let largest = 16 << 20

    /// - Parameter ending: of the file's name, by which editors know what it is: `.xml`.
    func edit(_ text: String, ending: String, input: Int32, output: Int32) -> EditedText {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array("\(folder)/mizzen-XXXXXX\(ending)".utf8CString)
        let file = mkstemps(&path, Int32(ending.utf8.count))
        guard file >= 0 else { return .failed("no file for the editor can be made in \(folder): \(String(cString: strerror(errno)))") }
        let name = path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        defer { unlink(name) }
        let isWritten = Self.write(Array(text.utf8), to: file)
        close(file)
        guard isWritten else { return .failed("the editor's file cannot be written: \(String(cString: strerror(errno)))") }
        if let problem = run(on: name, input, output) { return .failed(problem) }
        return Self.read(name)
    }

    /// - Returns: what went wrong, if something did.
    private func run(on file: String, _ input: Int32, _ output: Int32) -> String? {
        // What the keyboard sends while the editor runs is meant for the editor; a terminal that goes is noticed when reading from it.
        let before = [SIGINT, SIGQUIT, SIGHUP].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in before { signal(number, handler) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t(), usual = sigset_t()
        sigemptyset(&none)
        sigemptyset(&usual)
        for number in [SIGINT, SIGQUIT, SIGHUP, SIGPIPE, SIGTSTP, SIGTERM] { sigaddset(&usual, number) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        let arguments: [String] = ["/bin/sh", "-c", command + " \"$1\"", "sh", file]
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let reason = posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, environ)
        guard reason == 0 else { return "the editor cannot be started: \(String(cString: strerror(reason)))" }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
        return code == 0 ? nil : "\(command) ended with \(code), so nothing was taken; EDITOR says which editor"
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { POSIX.write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return false }
            done += max(count, 0)
        }
        return true
    }

    private static func read(_ name: String) -> EditedText {
        let file = open(name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return .failed("the editor's file is gone") }
        defer { close(file) }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= largest {
            let count = POSIX.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .text(String(decoding: bytes, as: UTF8.self)) }
            bytes += buffer[..<count]
        }
        return .failed("the editor's file has grown beyond \(largest) bytes")
    }
}
