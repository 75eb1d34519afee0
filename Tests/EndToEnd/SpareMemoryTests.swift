import Foundation
import Support
import Testing

/// The console when nobody touches it.
@Suite(.timeLimit(.minutes(5)))
struct SpareMemoryTests {
    @Test func whatOnlyTheStartNeededIsGivenBackAndTakenAgain() throws {
        let folder = try TemporaryFolder()
        let environment = [
            "HOME": folder.url.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
            "MIZZEN_STORE": folder.path("store.db"),
        ]
        let program = try HostedProgram([TerminalSession.binary], environment: environment, columns: 80, rows: 24)
        defer { program.close() }
        var isLess = false
        let end = ContinuousClock.now + .seconds(20)
        while !isLess, ContinuousClock.now < end {
            _ = program.read(quiet: 50, limit: 100)
            isLess = kibibytes("VmRSS", program) < kibibytes("VmHWM", program) * 3 / 4
        }
        #expect(isLess, "\(kibibytes("VmRSS", program)) of \(kibibytes("VmHWM", program)) KiB are still held")
        program.write("?")
        let help = program.read(quiet: 300, limit: 5000).bytes
        #expect(
            String(decoding: help, as: UTF8.self).contains("Keys and commands"), "code that was given back is there when it is called")
    }

    private func kibibytes(_ field: String, _ program: HostedProgram) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(program.process)/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix(field) }?.split(whereSeparator: \.isWhitespace).dropFirst().first
            .flatMap { Int($0) } ?? 0
    }
}
