import Engine
import Foundation
import Panes
import Testing

@testable import CommandLine

/// Help, version, completion and wrong usage: what is answered without any store.
struct UsageTests {
    private let face = CommandLineFace(host: .withoutStore())

    @Test func helpOfEveryCommandHasTheRegistrysWords() async {
        for (_, spec) in CommandTree.current.commands {
            let outcome = await face.run(spec.words + ["--help"])
            #expect(outcome.status == .ok && outcome.complaint.isEmpty, "\(spec.id)")
            #expect(outcome.output.contains("mizzen \(spec.usage) [options]"), "\(spec.id)")
            for example in spec.examples { #expect(outcome.output.contains(example.line), "\(spec.id)") }
            #expect(!spec.examples.isEmpty, "\(spec.id) has no example")
        }
    }

    @Test func programHelpNamesTheGroupsAndExitCodes() async {
        let outcome = await face.run(["--help"])
        #expect(outcome.status == .ok)
        for word in ["spec", "case", "item", "work", "events", "EXAMPLES", "EXIT CODES", "--store", "--request"] {
            #expect(outcome.output.contains(word))
        }
    }

    @Test func versionIsOneLine() async {
        #expect(await face.run(["--version"]) == Outcome(.ok, output: "mizzen \(Version.current)\n"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsNameEveryGroup(shell: String) async {
        let outcome = await face.run(["--generate-completion-script", shell])
        #expect(outcome.status == .ok)
        for word in ["rollback", "trace", "unload"] { #expect(outcome.output.contains(word)) }
    }

    @Test(arguments: [
        (["case", "start"], "Missing expected argument"),
        (["case", "show", "1", "2"], "nexpected argument"),
        (["case", "list", "--nonsense"], "Unknown option '--nonsense'"),
        (["case", "list", "-o", "xml"], "'xml'"),
        (["case", "list", "--store"], "Missing value for '--store"),
        (["case", "list", "--store", ""], "--store must name a file"),
        (["cases"], "there is no command “cases” here; there are spec, case, item"),
        (["case", "begin"], "there is no command “begin” here; there are start, show"),
        (["case"], "case needs to be told what to do: start, show"),
        ([], "the console needs a terminal"),
    ])
    func wrongUsageEndsWith2AndSaysWhatIsWrong(line: [String], message: String) async {
        let outcome = await face.run(line)
        #expect(outcome.status == .usage)
        #expect(outcome.output.isEmpty)
        #expect(outcome.complaint.hasPrefix("mizzen: "))
        #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
        #expect(outcome.complaint.hasSuffix("\n"))
    }

    @Test func onATerminalTheProgramAloneAndWorkOpenTheConsole() async {
        let console = CommandLineFace(host: .withConsole(exitCode: 0))
        #expect(await console.run([]) == Outcome(.ok))
        #expect(await console.run(["--no-color", "work"]) == Outcome(.ok))
        // A signal that ends the console is the exit code, as shells expect it.
        #expect(await CommandLineFace(host: .withConsole(exitCode: 143)).run([]).code == 143)
        #expect(await console.run(["case"]).code == 2)
    }

    @Test func everyKindOfErrorHasItsExitCode() {
        let kinds: [(EngineError.Kind, Int32)] = [
            (.failure, 1), (.invalid, 2), (.unauthenticated, 3), (.notFound, 4), (.conflict, 5), (.unavailable, 6), (.refused, 7),
        ]
        for (kind, code) in kinds { #expect(ExitStatus(kind).rawValue == code) }
    }

    @Test func aStoreThatCannotBeOpenedIsOneSentence() async {
        let outcome = await face.run(["case", "list"])
        #expect(outcome == Outcome(.unavailable, complaint: "mizzen: the store default.db cannot be opened\n"))
        #expect(await face.run(["case", "list", "--store", "x.db"]).complaint.contains("x.db"))
    }

    @Test func completionOfNamesIsSilentWhenThereIsNoStore() async {
        let outcome = await face.run(["---completion", "case", "start", "--", "positional@0", "1", "0", ""])
        #expect(outcome.status == .ok && outcome.complaint.isEmpty)
    }
}

extension CommandLineHost {
    static func withoutStore() -> CommandLineHost {
        CommandLineHost(
            registry: .console, defaultStore: "default.db", user: "tester", isInteractive: false, width: nil,
            openStore: { path, _ async throws(EngineError) in throw EngineError(.unavailable, "test", "the store \(path) cannot be opened")
            },
            openConsole: { _, _ async throws(EngineError) in 1 })
    }

    /// On a terminal, with a console that ends at once.
    static func withConsole(exitCode: Int32) -> CommandLineHost {
        let store = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-console-\(UUID().uuidString).db").path
        return CommandLineHost(
            registry: .console, defaultStore: store, user: "tester", isInteractive: true, width: 80,
            openStore: { path, _ async throws(EngineError) in try Workshop.house(at: path) },
            openConsole: { _, _ async throws(EngineError) in
                for companion in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: store + companion) }
                return exitCode
            })
    }
}
