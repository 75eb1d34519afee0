import Foundation
import Settings
import Testing

/// Secrets by reference: what is one, how it is read, and that it never shows.
@Suite struct SecretReferenceTests {
    private func problem(_ text: String) throws -> String {
        let reference = try #require(SecretReference(text))
        return try #require(#expect(throws: SecretProblem.self) { try reference.secret() }).message
    }

    private func withFile(_ content: String, mode: Int, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-secret-\(UUID().uuidString)").path
        _ = FileManager.default.createFile(atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: mode])
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test(arguments: ["hunter2", "env:", "env:A-B", "file:", "vault:path", "vault:#field", "vault:a#b#c", "aws:x", ""])
    func everythingElseIsNoReference(_ text: String) { #expect(SecretReference(text) == nil) }

    @Test func aVariableIsRead() throws {
        setenv("MIZZEN_TEST_SECRET", "s3cret", 1)
        #expect(try SecretReference("env:MIZZEN_TEST_SECRET")?.secret().revealed() == "s3cret")
        #expect(try problem("env:MIZZEN_TEST_NOTHING") == "env:MIZZEN_TEST_NOTHING: the variable MIZZEN_TEST_NOTHING is not set")
    }

    @Test(arguments: [0o600, 0o400]) func aFileForItsOwnerAloneIsRead(_ mode: Int) throws {
        try withFile("s3cret\n", mode: mode) { path in
            let secret = try SecretReference("file:\(path)")?.secret()
            #expect(secret?.revealed() == "s3cret")
        }
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620]) func aFileThatOthersCanReadIsRefused(_ mode: Int) throws {
        try withFile("s3cret", mode: mode) { path in
            let message = try problem("file:\(path)")
            #expect(message == "file:\(path) can be read by others; run: chmod 600 \(path)")
        }
    }

    @Test func whatIsNoFileOrHoldsNothingIsRefused() throws {
        #expect(try problem("file:/nowhere/secret").contains("cannot be read: No such file"))
        #expect(try problem("file:/tmp").contains("is no file"))
        for content in ["\n", String(repeating: "x", count: 70_000)] {
            try withFile(content, mode: 0o600) { path in
                let message = try problem("file:\(path)")
                #expect(message.contains("is empty, larger than 64 KiB"))
            }
        }
    }

    @Test func vaultIsUnderstoodButNotThere() throws {
        #expect(try problem("vault:secret/data/mizzen#smtp") == "vault:secret/data/mizzen#smtp: no Vault connector is configured")
    }

    @Test func aSecretNeverShows() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), "\(Optional(secret) as Any)", dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
    }
}
