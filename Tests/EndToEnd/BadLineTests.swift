import Foundation
import Support
import Testing

/// The real binary on a terminal that misbehaves: it drops, floods, stalls, changes its size all the time, or has data that
/// would like to steer it.
@Suite(.serialized, .timeLimit(.minutes(2)))
final class BadLineTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-line-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var environment: [String: String] {
        [
            "HOME": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no",
            "MIZZEN_STORE": folder + "/store.db",
        ]
    }

    private func run(_ arguments: String...) throws {
        let ended = try Child.run(TerminalSession.binary, arguments, environment.map { "\($0)=\($1)" }, folder: folder)
        #expect(ended.code == 0, "\(arguments): \(ended.complaint)")
    }

    /// The console with its first screen painted.
    private func console() throws -> HostedProgram {
        let program = try HostedProgram([TerminalSession.binary], environment: environment, columns: 80, rows: 24)
        #expect(shows("mizzen", program))
        return program
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Reads until the program has written this.
    private func shows(_ wanted: String, _ program: HostedProgram) -> Bool {
        var seen = ""
        for _ in 0 ..< 200 where !seen.contains(wanted) { seen += text(program.read(quiet: 50, limit: 100).bytes) }
        return seen.contains(wanted)
    }

    /// It takes keys and leaves when it is asked to.
    private func expectAlive(_ program: HostedProgram) {
        program.write("?")
        #expect(shows("Keys and commands", program) || shows("help", program))
        program.write("\u{1B}")
        _ = program.read(quiet: 100, limit: 500)
        program.write("q")
        _ = program.read(quiet: 50, limit: 500)
        #expect(program.end(within: 20) == 0)
    }

    @Test func aLineThatDropsEndsIt() throws {
        let program = try console()
        program.hangUp()
        #expect(program.end(within: 20) == 0)
    }

    @Test func aMegabyteOfPasteIsTextAndNoMore() throws {
        let program = try console()
        program.write(":")
        _ = program.read(quiet: 100, limit: 1000)
        let before = program.usage().residentMiB
        let reader = Thread { while program.read(quiet: 1000, limit: 3000).bytes.count > 0 {} }
        reader.start()
        let paste = "\u{1B}[200~" + String(repeating: "q:X\n0123456789abcdef", count: 52_429) + "\u{1B}[201~"
        #expect(program.write(paste) == paste.utf8.count)
        #expect(program.end(within: 0.5) == nil, "none of it was read as a key")
        #expect(program.usage().residentMiB < before + 60, "it is bounded")
        program.write("\u{3}")
        usleep(500_000)
        program.write("q")
        #expect(program.end(within: 30) == 0)
    }

    @Test func aStormOfSizesLeavesTheLastOne() throws {
        let program = try console()
        var random = SeededRandom(7)
        for _ in 0 ..< 300 {
            program.resize(columns: .random(in: 1 ... 250, using: &random), rows: .random(in: 1 ... 80, using: &random))
        }
        program.resize(columns: 100, rows: 30)
        #expect(shows("No work to do", program))
        expectAlive(program)
    }

    /// Nobody reads: nothing piles up, nothing spins, and the first thing seen afterwards is the newest.
    @Test func aReaderThatStallsGetsTheNewestState() throws {
        let program = try console()
        for _ in 0 ..< 60 {
            program.write("?", patience: 200)
            program.write("\u{1B}", patience: 200)
            usleep(30_000)
        }
        let used = program.processorSeconds
        usleep(1_000_000)
        #expect(program.processorSeconds - used < 0.3, "it waits without working")
        let late = program.read(quiet: 500, limit: 10_000)
        #expect(late.bytes.count < 200_000, "\(late.bytes.count) bytes had piled up")
        expectAlive(program)
    }

    /// Text from files and people never steers the terminal: names with control, bidirectional and invisible
    /// characters, twenty of them.
    @Test func hostileTextsStayText() throws {
        let hostile = [
            "\u{9B}2J", "\u{9D}0;title\u{9C}", "\u{85}next", "\u{8D}up", "\u{90}q\u{9C}", "\u{202E}desrever", "\u{202D}forced",
            "\u{2066}isolate\u{2069}", "\u{2067}rtl", "\u{200B}zero",
            "\u{200D}joined", "\u{200F}mark", "\u{FEFF}bom", "\u{2028}line", "\u{2029}paragraph", "\u{AD}soft", "\u{FFF9}note\u{FFFB}",
            "\u{E0041}tag", "e\u{301}\u{302}\u{303}\u{304}\u{305}", "a\tb\nc",
        ]
        let tasks = hostile.enumerated().map { number, name in
            YAWLText.task("T\(number)", to: ["o"], does: "Work").replacing(
                "<task id=\"T\(number)\">", with: "<task id=\"T\(number)\"><name>\(name) N\(number)</name>")
        }.joined()
        let first = YAWLText.task("S", to: hostile.indices.map { "T\($0)" }, split: "and")
        let file = folder + "/hostile.yawl"
        try YAWLText.set("hostile", YAWLText.net(start: "S", first, tasks), YAWLText.gateway("Work")).write(
            toFile: file, atomically: true, encoding: .utf8)
        try run("spec", "load", file, "--accept-unsound")
        try run("case", "start", "hostile")
        let program = try HostedProgram([TerminalSession.binary], environment: environment, columns: 120, rows: 40)
        var bytes = program.read(quiet: 700, limit: 20_000).bytes
        for key in ["2", "\r", "\t", "\t", "4", "3"] {
            program.write(key)
            bytes += program.read(quiet: 400, limit: 5_000).bytes
        }
        let seen = text(bytes)
        #expect(seen.contains("N19") && seen.contains("N0"), "\(seen)")
        let forbidden = seen.unicodeScalars.filter {
            (0x80 ... 0x9F).contains($0.value) || (0x200B ... 0x200F).contains($0.value) || (0x2028 ... 0x202E).contains($0.value)
                || (0x2066 ... 0x2069).contains($0.value) || (0xFFF9 ... 0xFFFB).contains($0.value) || $0.value == 0xFEFF
                || $0.value == 0xAD || $0.value >= 0xE0000
        }
        #expect(forbidden.isEmpty, "\(forbidden.map { String($0.value, radix: 16) })")
        expectAlive(program)
    }
}
