import Foundation
import Platform
import SQLiteStore
import Settings
import Support
import Testing
@testable import Connectors
@testable import Engine

/// Effects of the topic `mail`: into the mailbox where nothing is configured, to aiosmtpd where it is.
@Suite struct MailTests {
    /// Something that sends a mail.
    struct Notice: Entity {
        var to: String

        enum Command: Codable, Sendable { case send(to: String) }
        enum Event: Codable, Sendable { case noticeSent(to: String) }

        static let kind = Kind<Notice>("notice", plural: "notices")

        static func decide(_ command: Command, on state: Notice?, in context: DecisionContext) throws(Refusal) -> Decision<Notice> {
            switch command {
            case .send(let to):
                Decision(
                    [.noticeSent(to: to)],
                    effects: [
                        OutboxMessage(MailOrder.topic, body: MailOrder(to: [to], subject: "Grüße", text: "Your case has begun.").body)
                    ])
            }
        }

        static func apply(_ event: Event, to state: Notice?) -> Notice? {
            switch event {
            case .noticeSent(let to): Notice(to: to)
            }
        }
    }

    private func engine(_ directory: ServiceDirectory) throws -> WorkflowEngine {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-mail-\(UUID().uuidString).db").path
        let options = WorkflowEngine.Options(services: directory, kinds: KindRegistry(KindRegistry.standard.kinds + [Notice.self]))
        return WorkflowEngine(store: try SQLiteStore(path: path), options: options)
    }

    private func send(_ engine: WorkflowEngine, to address: String) async throws {
        let session = engine.session(for: Principal(name: "tester", tenant: .local))
        try await session.perform(.send(to: address), on: Notice.self, .new, request: RequestID(UUID().uuidString))
    }

    @Test func withoutAMailServerAMailIsKeptOnceInTheStore() async throws {
        let mailbox = Mailbox()
        let engine = try engine(ServiceDirectory(topics: ["mail": mailbox]))
        mailbox.open(engine)
        try await send(engine, to: "ada@example.org")
        _ = await ServiceRunner(keeper: engine.keeper).runDue()
        let effect = OutboundEffect(
            tenant: .local, kind: "notice", entity: 1, topic: "mail",
            body: MailOrder(to: ["bob@example.org"], subject: "s", text: "t").body,
            key: IdempotencyKey(description: "mizzen/x/1/again"))
        try await mailbox.deliver(effect)
        try await mailbox.deliver(effect)
        let session = engine.session(for: Principal(name: "tester", tenant: .local))
        let found = try await session.entity(Mail.self, .key("key", value: "mizzen/x/1/again"))
        #expect(found?.entity.to == ["bob@example.org"] && found?.entity.state == "kept" && found?.entity.subject == "s")
        #expect(
            try await session.entityRows(of: "mail", EntityListing(limit: 10)).count == 2,
            "the one of the outbox, and the one that came twice")
    }

    private static let python =
        ProcessInfo.processInfo.environment["MIZZEN_PEERS"].map { $0 + "/bin/python" }
        ?? Corpus.packageRoot.appendingPathComponent(".build/peers/bin/python").path
    private static let hasPeers = FileManager.default.isExecutableFile(atPath: python)

    @Test(.enabled(if: hasPeers, "there is no aiosmtpd here; scripts/setup-peers installs it"))
    func withAMailServerAMailGoesOut() async throws {
        let server = try MailSink(Self.python)
        let systems = OutsideSystems(
            HouseConfiguration(
                file: "c.yaml",
                text:
                    "connectors: {mail: {type: smtp, url: \"\(server.url)\", from: flow@example.org, require-tls: false}}",
                flags: [:], environment: [:]))
        #expect(systems.problems.isEmpty, "\(systems.problems)")
        let engine = try engine(systems.directory)
        let board = ConnectorBoard(systems.connectors)
        let probed = try await board.probe("mail")
        #expect(probed.health.state == .up, "\(probed.health)")
        try await send(engine, to: "ada@example.org")
        _ = await ServiceRunner(keeper: engine.keeper).runDue()
        let mail = try #require(server.mail())
        #expect(mail.from == "flow@example.org" && mail.to == ["ada@example.org"])
        #expect(
            mail.text.contains("Subject: =?UTF-8?") && mail.text.contains("Your case has begun.")
                && mail.text.contains("Message-ID: <mizzen."))

        let sender = try #require(systems.directory.topics["mail"])
        func deliver(_ to: String) async -> ServiceError? {
            do {
                try await sender.deliver(
                    OutboundEffect(
                        tenant: .local, kind: "notice", entity: 1, topic: "mail", body: MailOrder(to: [to], subject: "s", text: "t").body,
                        key: IdempotencyKey(description: "k")))
                return nil
            } catch { return error }
        }
        #expect(await deliver("nouser@example.org")?.isFinal == true)
        #expect(await deliver("busy@example.org")?.isFinal == false)
        #expect(await deliver("no address")?.isFinal == true)
        server.kill()
        #expect(await deliver("ada@example.org")?.isFinal == false)
        #expect(try await board.probe("mail").health.state == .down)
    }

    @Test func theMessageIDIsTheSameForTheSameKey() {
        let key = IdempotencyKey(description: "mizzen/0123456789abcdef/1/effect:notice/123456789/1/0")
        let id = MailSender.messageID(key, domain: "example.org")
        #expect(id == MailSender.messageID(key, domain: "example.org") && id.hasSuffix("@example.org"))
        #expect(id != MailSender.messageID(IdempotencyKey(description: "other"), domain: "example.org"))
    }
}

/// aiosmtpd as a child.
private final class MailSink {
    struct Mail: Decodable {
        let from: String
        let to: [String]
        let text: String
    }

    let port: Int
    private let process = Process()
    private let output: FileHandle

    init(_ python: String) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("aiosmtpd_sink.py").path
        let pipe = Pipe()
        port = try RedisServer.freePort()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script, "\(port)"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        output = pipe.fileHandleForReading
        try process.run()
        guard line()?.hasPrefix("LISTENING:") == true else { throw CocoaError(.fileReadUnknown) }
    }

    var url: String { "smtp://127.0.0.1:\(port)" }

    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    deinit { kill() }

    func mail() -> Mail? { line().flatMap { try? JSONDecoder().decode(Mail.self, from: Data($0.utf8)) } }

    private func line() -> String? {
        var bytes: [UInt8] = []
        while let data = try? output.read(upToCount: 1), let byte = data.first {
            if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
