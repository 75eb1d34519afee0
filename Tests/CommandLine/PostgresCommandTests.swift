import Foundation
import Support
import Testing

@testable import CommandLine

/// The real binary on a PostgreSQL database: the same words as on a file, and an exit code for each way not to be let in.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct PostgresCommandTests {
    private let server: PostgresServer

    init() throws { server = try PostgresServer.unsafe.get() }

    /// Runs a line of the shell with `$MIZZEN` as the binary; what it prints, complaints included, and its code.
    private func shell(_ line: String, _ variables: [String: String]) throws -> (code: Int32, text: String) {
        let folder = try TemporaryFolder()
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line]
        let binary = ProcessInfo.processInfo.environment["MIZZEN_BINARY"]
            ?? URL(fileURLWithPath: ProcessInfo.processInfo.arguments.first ?? "").deletingLastPathComponent().appendingPathComponent("mizzen").path
        process.environment = ["HOME": folder.url.path, "PATH": "/usr/bin:/bin", "MIZZEN": binary, "EXAMPLE": Workshop.example("hello")].merging(variables) { $1 }
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test func aDatabaseIsWorkedOnLikeAFileAndMovedBackAndForth() throws {
        let ended = try shell("""
            set -e
            "$MIZZEN" --store "$A" spec load "$EXAMPLE"
            "$MIZZEN" --store "$A" case start hello
            "$MIZZEN" --store "$A" item list
            "$MIZZEN" --store "$A" backup "$HOME/one.backup"
            "$MIZZEN" --store "$B" restore "$HOME/one.backup"
            "$MIZZEN" --store "$HOME/two.db" restore "$HOME/one.backup"
            "$MIZZEN" --store "$B" backup "$HOME/two.backup"
            "$MIZZEN" --store "$HOME/two.db" audit verify
            "$MIZZEN" --store "$B" audit verify 1
            "$MIZZEN" --store "$B" db migrate
            "$MIZZEN" --store "$B" db migrate --print | grep -c 'CREATE TABLE case_state'
            """, ["A": try server.newDatabase(), "B": try server.newDatabase()])
        #expect(ended.code == 0, "\(ended.text)")
        let hashes = Set(ended.text.matches(of: /hash ([0-9a-f]{16})/).map(\.1))
        #expect(hashes.count == 1, "\(ended.text)")
    }

    /// This server does not wait for its disk, which is just what the check is for.
    @Test func settingsThatCouldLoseSomethingAreNamed() throws {
        let ended = try shell("\"$MIZZEN\" --store \"$A\" db check", ["A": try server.newDatabase()])
        #expect(ended.code == 1 && ended.text.contains("set fsync = on"), "\(ended.text)")
        let file = try shell("\"$MIZZEN\" --store \"$HOME/x.db\" db check", [:])
        #expect(file.code == 7 && file.text.contains("is a file"), "\(file.text)")
    }

    @Test func whoIsNotLetInIsToldWhyAndEndsWith6() throws {
        let places = [server.url("postgres", password: "wrong"), server.url("nowhere"), "host=127.0.0.1 port=1 dbname=x"]
        for place in places {
            let ended = try shell("\"$MIZZEN\" --store \"$A\" case list", ["A": place])
            #expect(ended.code == 6 && ended.text.hasPrefix("mizzen: ") && ended.text.split(separator: "\n").count == 1, "\(ended.text)")
        }
    }

    @Test func aServerIsListedUntilItIsToldToEnd() throws {
        let ended = try shell("""
            "$MIZZEN" --store "$A" serve > /dev/null 2>&1 & served=$!
            for n in $(seq 100); do "$MIZZEN" --store "$A" nodes -o json | grep -q '"process": '$served && break; done
            "$MIZZEN" --store "$A" nodes -o json | grep -c '"process": '$served
            kill -TERM $served; wait $served; echo "ended $?"
            "$MIZZEN" --store "$A" nodes
            """, ["A": try server.newDatabase()])
        #expect(ended.text.hasPrefix("1\nended 0\nNo nodes"), "\(ended.text)")
    }
}
