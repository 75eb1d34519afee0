import Foundation
import Testing

/// A terminal of its own for one test: a tmux server on a private socket, with one window in which a shell runs. Whoever made it
/// waits for what the screen shows; nothing is slept through blindly.
final class TerminalSession: Sendable {
    /// Where the session lives: its store, its socket, its home.
    let folder: String
    private let socket: String

    /// tmux itself; nil where it is not installed.
    static let tmux: String? = ["/usr/bin/tmux", "/usr/local/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let missing: Comment = "tmux is not installed, so the console cannot be driven in a terminal; apt-get install tmux"

    /// Beside the test bundle, where the package manager builds it.
    static let binary: String = {
        if let given = ProcessInfo.processInfo.environment["MIZZEN_BINARY"] { return given }
        let bundle = URL(fileURLWithPath: ProcessInfo.processInfo.arguments.first ?? "")
        return bundle.deletingLastPathComponent().appendingPathComponent("mizzen").path
    }()

    /// A specification that ships with the product.
    static func example(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("examples/\(name).yawl").path
    }

    init(width: Int = 80, height: Int = 24) throws {
        // Paths of sockets must be short.
        let name = String(UUID().uuidString.prefix(8))
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-e2e-\(name)").path
        socket = "mizzen-e2e-\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try tmux("-f", "/dev/null", "new-session", "-d", "-s", "test", "-x", String(width), "-y", String(height), "-c", folder, "sh")
    }

    deinit {
        _ = try? tmux("kill-server")
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Acting

    /// Presses keys as tmux names them: `Enter`, `Tab`, `C-s`, `j`.
    func press(_ keys: String...) throws { try tmux(["send-keys", "-t", "test"] + keys) }

    /// Types text as it is.
    func type(_ text: String) throws { try tmux("send-keys", "-t", "test", "-l", "--", text) }

    /// Types a line into the shell.
    func enter(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// Runs the binary beside the console, as another terminal would, on the session's store.
    @discardableResult func mizzen(_ arguments: String...) throws -> String {
        try run(Self.binary, arguments)
    }

    /// Processes of this name that run in the session.
    func processes(named name: String) throws -> [pid_t] {
        let tty = try modes("#{pane_tty}").replacing("/dev/", with: "")
        return try run("/bin/ps", ["-t", tty, "-o", "pid=,comm="]).split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.last.map(String.init) == name ? words.first.flatMap { pid_t($0) } : nil
        }
    }

    // MARK: Seeing

    func screen() throws -> String { try tmux("capture-pane", "-p", "-t", "test") }

    /// What tmux knows of the terminal's modes, for instance `#{alternate_on}`.
    func modes(_ format: String) throws -> String {
        try tmux("display-message", "-p", "-t", "test", format).trimmingCharacters(in: .newlines)
    }

    /// Waits until the screen shows the text, looking again and again.
    /// - Returns: the screen that showed it.
    /// - Throws: an issue with the last screen when it did not show up in time.
    @discardableResult func see(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        try await see("“\(text)”", sourceLocation: sourceLocation) { $0.contains(text) }
    }

    @discardableResult func see(
        _ what: String, within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
        _ isThere: (String) -> Bool
    ) async throws -> String {
        let end = ContinuousClock.now + limit
        var shown = ""
        repeat {
            shown = try screen()
            if isThere(shown) { return shown }
            try await Task.sleep(for: .milliseconds(20))
        } while ContinuousClock.now < end
        Issue.record("\(what) did not appear; the screen was:\n\(shown)", sourceLocation: sourceLocation)
        throw NotSeen(what: what)
    }

    struct NotSeen: Error {
        let what: String
    }

    // MARK: Processes

    @discardableResult private func tmux(_ arguments: String...) throws -> String { try tmux(arguments) }

    @discardableResult private func tmux(_ arguments: [String]) throws -> String {
        try run(Self.tmux ?? "tmux", ["-u", "-L", socket] + arguments)
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let environment = [
            "HOME=\(folder)", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "PS1=shell> ", "TERM=xterm-256color", "SHELL=/bin/sh",
            "TMUX_TMPDIR=\(folder)",
            "SWIFT_BACKTRACE=enable=no", "MIZZEN=\(Self.binary)", "MIZZEN_STORE=\(folder)/store.db",
        ]
        let ended = try Child.run(program, arguments, environment, folder: folder)
        guard ended.code == 0 else {
            throw Failed(line: ([program] + arguments).joined(separator: " "), code: ended.code, said: ended.complaint)
        }
        return ended.output
    }

    struct Failed: Error, CustomStringConvertible {
        let line: String
        let code: Int32
        let said: String

        var description: String { "\(line) ended with \(code): \(said)" }
    }
}
