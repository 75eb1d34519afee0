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
        let binary =
            ProcessInfo.processInfo.environment["MIZZEN_BINARY"]
            ?? URL(fileURLWithPath: ProcessInfo.processInfo.arguments.first ?? "").deletingLastPathComponent().appendingPathComponent(
                "mizzen"
            ).path
        process.environment = ["HOME": folder.url.path, "PATH": "/usr/bin:/bin", "MIZZEN": binary, "EXAMPLE": Workshop.example("hello")]
            .merging(variables) { $1 }
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test func aDatabaseIsWorkedOnLikeAFileAndMovedBackAndForth() throws {
        let ended = try shell(
            """
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
        let ahead = try server.newDatabase(), old = try StandInOldServer()
        _ = try shell("\"$MIZZEN\" --store \"$A\" case list", ["A": ahead])
        try server.sql("INSERT INTO mizzen_schema(version, name) VALUES (99, 'future')", database: ahead)
        let places = [
            (server.url("postgres", password: "wrong"), "password authentication failed"), (server.url("nowhere"), "does not exist"),
            ("host=127.0.0.1 port=1 dbname=x", "Connection refused"), (ahead, "newer mizzen"),
            ("postgresql://ann@127.0.0.1:\(old.port)/work", "runs PostgreSQL 13, and mizzen needs 14 or later"),
        ]
        for (place, words) in places {
            let ended = try shell("\"$MIZZEN\" --store \"$A\" case list", ["A": place])
            #expect(ended.code == 6 && ended.text.hasPrefix("mizzen: ") && ended.text.contains(words), "\(ended.text)")
            #expect(ended.text.split(separator: "\n").count == 1, "\(ended.text)")
        }
        #expect(old.clients > 0 && old.violations.isEmpty, "\(old.violations)")
    }

    /// F11 seen from the shell: one sentence and 6, then work goes on as soon as there is space.
    @Test(arguments: ["file", "database"]) func aFullDiskIsOneSentenceAnd6(_ kind: String) throws {
        guard let disk = try SmallDisk(megabytes: 24) else {
            return print("NO MOUNT: a full disk under a \(kind) not tried; it takes root and mount(8)")
        }
        let store = kind == "file" ? disk.path("full.db") : try server.newDatabase(in: disk.makeTablespace(on: server))
        let filled = try shell("\"$MIZZEN\" --store \"$A\" spec load \"$EXAMPLE\"", ["A": store])
        #expect(filled.code == 0, "\(filled.text)")
        try disk.fill()
        let start = "for n in $(seq 300); do \"$MIZZEN\" --store \"$A\" case start hello || exit $?; done"
        let full = try shell(start, ["A": store])
        let complaints = full.text.split(separator: "\n").filter { $0.hasPrefix("mizzen: ") }
        #expect(full.code == 6 && complaints.count == 1 && complaints[0].contains("disk is full"), "\(full.text)")
        try disk.makeRoom()
        let again = try shell(
            """
            "$MIZZEN" --store "$A" case start hello && "$MIZZEN" --store "$A" audit \
            verify && "$MIZZEN" --store "$A" replay --all
            """,
            ["A": store])
        #expect(again.code == 0, "\(again.text)")
        guard kind == "database" else { return }
        try server.sql("DROP DATABASE \(store.split(separator: "/").last ?? "") WITH (FORCE)")
        try disk.dropTablespace(on: server)
    }

    @Test func aServerIsListedUntilItIsToldToEnd() throws {
        let ended = try shell(
            """
            "$MIZZEN" --store "$A" serve > /dev/null 2>&1 & served=$!
            for n in $(seq 100); do "$MIZZEN" --store "$A" nodes -o json | grep -q '"process": '$served && break; done
            "$MIZZEN" --store "$A" nodes -o json | grep -c '"process": '$served
            kill -TERM $served; wait $served; echo "ended $?"
            "$MIZZEN" --store "$A" nodes
            """, ["A": try server.newDatabase()])
        #expect(ended.text.hasPrefix("1\nended 0\nNo nodes"), "\(ended.text)")
    }
}
