import Foundation

/// A program run to its end. Foundation's `Process` waits until every copy of its pipes is closed, and tmux leaves a server behind
/// that would hold them; here the streams are files and the end is the end of the process itself.
enum Child {
    struct Ended {
        /// The exit code, or 128 and the signal.
        let code: Int32
        let output: String
        let complaint: String
    }

    struct NotStarted: Error {
        let program: String
        let reason: Int32
    }

    /// - Parameter folder: where the streams are kept meanwhile.
    static func run(_ program: String, _ arguments: [String], _ environment: [String], folder: String) throws -> Ended {
        let name = folder + "/" + UUID().uuidString
        defer { for end in [".out", ".err"] { unlink(name + end) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, name + ".out", O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, name + ".err", O_WRONLY | O_CREAT, 0o600)
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        // The threads that tests run on block signals; a child must not inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let reason = posix_spawn(&process, program, &actions, &attributes, &words, &settings)
        guard reason == 0 else { throw NotStarted(program: program, reason: reason) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        func text(_ end: String) -> String { (try? String(contentsOfFile: name + end, encoding: .utf8)) ?? "" }
        return Ended(code: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: text(".out"), complaint: text(".err"))
    }
}
