import Foundation
import Support
import Testing

@testable import CommandLine

/// The real binary as a process: its streams, exit codes and pipes.
struct BinaryTests {
    /// Beside the test bundle, where the package manager builds it.
    private static let binary: String = {
        if let given = ProcessInfo.processInfo.environment["MIZZEN_BINARY"] { return given }
        let bundle = URL(fileURLWithPath: ProcessInfo.processInfo.arguments.first ?? "")
        return bundle.deletingLastPathComponent().appendingPathComponent("mizzen").path
    }()

    private struct Ended {
        let code: Int32
        let output: String
        let complaint: String
    }

    /// Runs a line of the shell with `$MIZZEN` as the binary, in a home of its own.
    private func shell(_ line: String) throws -> Ended {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-binary-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec 2>\"$HOME/complaint\"; " + line]
        process.environment = [
            "HOME": home, "PATH": "/usr/bin:/bin", "MIZZEN": Self.binary, "EXAMPLES": Workshop.example("x").replacing("/x.yawl", with: ""),
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Ended(
            code: process.terminationStatus, output: text, complaint: try String(contentsOfFile: home + "/complaint", encoding: .utf8))
    }

    @Test func answersAndComplaintsGoToTheirStreams() throws {
        let version = try shell("\"$MIZZEN\" --version")
        #expect(version.code == 0 && version.output == "mizzen \(Version.current)\n" && version.complaint.isEmpty)
        let wrong = try shell("\"$MIZZEN\" case list --nonsense")
        #expect(wrong.code == 2 && wrong.output.isEmpty && wrong.complaint.hasPrefix("mizzen: "))
        let alone = try shell("\"$MIZZEN\"")
        #expect(alone.code == 2 && alone.output.isEmpty && alone.complaint.contains("needs a terminal"))
        #expect(try shell("\"$MIZZEN\" case show 7").code == 4)
    }

    @Test func theDefaultStoreIsMadeInTheDataFolderForItsOwnerAlone() throws {
        let made = try shell(
            "\"$MIZZEN\" case list && stat -c %a \"$HOME/.local/share/mizzen\" && test -f \"$HOME/.local/share/mizzen/mizzen.db\"")
        #expect(made.code == 0, "\(made.complaint)")
        #expect(made.output.contains("700\n"))
        let elsewhere = try shell(
            "MIZZEN_STORE=\"$HOME/mine.db\" \"$MIZZEN\" case list >/dev/null && test -f \"$HOME/mine.db\" && test ! -e \"$HOME/.local\"")
        #expect(elsewhere.code == 0, "\(elsewhere.complaint)")
        let mistyped = try shell(
            "\"$MIZZEN\" --store \"$HOME/no/such/folder/x.db\" case list; code=$?; test ! -e \"$HOME/no\" && exit $code")
        #expect(mistyped.code == 4 && mistyped.complaint.contains("/no/such/folder"))
    }

    @Test func servicesAreReadFromTheirPlaceOrWhereTheyAreNamed() throws {
        let kept = "mkdir -p \"$HOME/.config/mizzen\"; echo 'services: {a: smtp}' > \"$HOME/.config/mizzen/services.yaml\"; "
        let wrong = try shell(kept + "\"$MIZZEN\" service list")
        #expect(wrong.code == 2 && wrong.complaint.contains("/.config/mizzen/services.yaml:1:15: error: a service is echo or http"))
        #expect(try shell(kept + "\"$MIZZEN\" service list --services \"$EXAMPLES/services.yaml\"").output.contains("automated"))
        #expect(try shell("MIZZEN_SERVICES=\"$EXAMPLES/services.yaml\" \"$MIZZEN\" service list").output.contains("echo"))
        #expect(try shell("\"$MIZZEN\" service list --services /nowhere.yaml").code == 4)
    }

    @Test func aReaderThatGoesAwayIsNoError() throws {
        let piped = try shell("set -o pipefail; \"$MIZZEN\" --generate-completion-script bash | head -n 1")
        #expect(piped.code == 0)
        #expect(piped.output == "#!/bin/bash\n")
        #expect(piped.complaint.isEmpty)
    }

    @Test func aFullDiskIsAnErrorThatIsReported() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let full = try shell("\"$MIZZEN\" --help > /dev/full")
        #expect(full.code == 1)
        #expect(full.complaint == "mizzen: the answer could not be written to standard output\n")
    }

    @Test func readsStandardInputWhereAFileIsAskedFor() throws {
        let checked = try shell("\"$MIZZEN\" spec check - < \"$EXAMPLES/hello.yawl\"")
        #expect(checked.code == 0 && checked.output.contains("accepted"), "\(checked.complaint)")
        let piped = try shell(
            """
            "$MIZZEN" spec load "$EXAMPLES/hello.yawl" && echo '<Hello><visitor>Ann</visitor>\
            </Hello>' | "$MIZZEN" case start hello --data @-
            """
        )
        #expect(piped.code == 0 && piped.output.contains("Case 1 of hello started"), "\(piped.complaint)")
    }

    @Test func aStoreThatIsNoStoreIsRefusedAndKept() throws {
        let refused = try shell(
            """
            echo 'not a database, but long enough to be looked at as one' > "$HOME/x.db"; cp "$HOME/x.db" "$HOME/y.db"; "$MIZZEN" \
            --store "$HOME/x.db" case list; code=$?; cmp "$HOME/x.db" "$HOME/y.db" && exit $code
            """
        )
        #expect(refused.code == 6, "\(refused.complaint)")
        #expect(refused.complaint.contains("x.db"))
        #expect(refused.complaint.split(separator: "\n").count == 1)
    }

    @Test func theShellsAcceptTheirCompletionScript() throws {
        let accepted = try shell("\"$MIZZEN\" --generate-completion-script bash | bash -n")
        #expect(accepted.code == 0, "\(accepted.complaint)")
    }

    /// Two at once on one store: the timer, which ran out while nobody looked, is carried out once, and both end when they are told to.
    @Test func serversCarryOutTimersUntilTheyAreToldToEnd() throws {
        let text = YAWLText.set(
            "timed",
            YAWLText.net(
                start: "T",
                YAWLText.task(
                    "T", to: ["o"], extra: "<timer><trigger>OnEnabled</trigger><expiry>1000000000000</expiry></timer>", does: "Work")),
            YAWLText.gateway("Work"))
        let served = try shell(
            """
            set -e; cat > "$HOME/timed.yawl" <<'FILE'
            \(text)
            FILE
            "$MIZZEN" spec load "$HOME/timed.yawl"; "$MIZZEN" case start timed; mkfifo "$HOME/log"
            "$MIZZEN" serve 2> "$HOME/log" & first=$!
            "$MIZZEN" serve 2> "$HOME/log" & second=$!
            while read -r line; do
              echo "$line"
              case "$line" in *serving*) count=$((count + 1));; *"ran out"*) out=yes;; esac
              if [ "$count$out" = 2yes ]; then kill -TERM $first; kill -INT $second; break; fi
            done < "$HOME/log"
            wait $first; wait $second; "$MIZZEN" events list -o json | grep -c timerExpired
            """)
        #expect(served.code == 0, "\(served.complaint)")
        #expect(served.output.contains("the timer of 1:T ran out"))
        #expect(served.output.hasSuffix("\n1\n"), "\(served.output)")
    }

    /// What the README and the examples tell people to type is typed here: every block of the shell that begins with `mizzen`.
    @Test(arguments: ["README.md", "examples/README.md"])
    func whatIsToldToTypeWorks(_ page: String) throws {
        let root = Workshop.example("x").replacing("/examples/x.yawl", with: "")
        let text = try String(contentsOfFile: root + "/" + page, encoding: .utf8)
        let blocks = text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map { block in
            block.element.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
        }.filter { $0.hasPrefix("mizzen ") }
        try #require(!blocks.isEmpty)
        for block in blocks {
            // Alone it opens the console, which needs a terminal.
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false).filter {
                $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) != "mizzen"
            }
            let ended = try shell("set -e; cd '\(root)'; mizzen() { \"$MIZZEN\" \"$@\"; }\n" + lines.joined(separator: "\n"))
            #expect(ended.code == 0 && ended.complaint.isEmpty, "\(page):\n\(block)\n\(ended.complaint)")
        }
    }
}
