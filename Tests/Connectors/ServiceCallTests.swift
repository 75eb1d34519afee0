import Engine
import Foundation
import Support
import Testing
import Workflow
import XMLTree
@testable import Connectors

/// One call of a service, without an engine around it.
@Suite struct ServiceCallTests {
    static func work(_ input: String = "<Ask><n>7</n></Ask>") throws -> ServiceWork {
        var task = NetTask(id: "A", join: .xor, split: .and)
        task.name = "Ask & wait"
        var common = DecompositionCommon(id: "Ask")
        common.attributes = [ExtendedAttribute(name: "colour", value: "red")]
        var gateway = Gateway(common: common)
        gateway.externalInteraction = "automated"
        return ServiceWork(
            key: IdempotencyKey(description: "service:1.9"), item: WorkItemID(CaseID("1.1"), "A"),
            specification: SpecificationID(identifier: "UID_t", version: SpecificationVersion("1.2"), uri: "t"), task: task,
            gateway: gateway,
            input: try XMLDocument.parse(input), outputRoot: "Ask", enabledAt: 1000, startedAt: 2000)
    }

    private func answer(_ reply: StandInHTTPServer.Reply, timeout: Int64 = 10_000) async throws -> ServiceAnswer {
        let server = try StandInHTTPServer { _ in reply }
        return try await InterfaceBService(url: server.url(), timeout: timeout).call(try Self.work())
    }

    private func failure(_ reply: StandInHTTPServer.Reply, timeout: Int64 = 10_000) async throws -> ServiceError {
        let error = await #expect(throws: ServiceError.self) { try await answer(reply, timeout: timeout) }
        return try #require(error)
    }

    // MARK: HTTP

    @Test func anItemIsAnnouncedAsAForm() async throws {
        let server = try StandInHTTPServer { _ in .init("OK") }
        #expect(
            try await InterfaceBService(url: server.url("/ask/ib?x=1")).call(
                try Self.work("<Ask><n>a+b & 100 % Ä</n></Ask>".replacing("&", with: "&amp;"))) == .accepted)
        #expect(server.violations.isEmpty)
        let request = try #require(server.requests.first)
        #expect(request.path == "/ask/ib?x=1")
        #expect(Set(request.form.keys) == ["action", "workItem"])
        #expect(request.form["action"] == "announceItemEnabled")
        #expect(request.headers["idempotency-key"] == "service:1.9")
        let item = try #require(try XMLDocument.parse(request.form["workItem"] ?? "").root)
        #expect(item.localName == "workItem" && item.attribute("colour") == "red")
        #expect(item.element("taskid")?.stringValue == "A" && item.element("caseid")?.stringValue == "1.1")
        #expect(item.element("taskname")?.stringValue == "Ask & wait" && item.element("status")?.stringValue == "Executing")
        #expect(item.element("specidentifier")?.stringValue == "UID_t" && item.element("specversion")?.stringValue == "1.2")
        #expect(item.element("requiresmanualresourcing")?.stringValue == "false" && item.element("enablementTimeMs")?.stringValue == "1000")
        #expect(item.element("data")?.element("Ask")?.element("n")?.stringValue == "a+b & 100 % Ä")
    }

    @Test func aReplyRootedLikeTheOutputCompletes() async throws {
        let output = try XMLDocument.parse("<Ask><n>8</n></Ask>")
        #expect(try await answer(.init("<?xml version=\"1.0\"?><Ask><n>8</n></Ask>")) == .completed(output))
        #expect(try await answer(.init("<response><Ask><n>8</n></Ask></response>")) == .completed(output))
    }

    @Test(arguments: ["", "OK", "<response><success/></response>", "<other/>"])
    func anyOtherFriendlyReplyIsAPromise(_ body: String) async throws {
        #expect(try await answer(.init(body)) == .accepted)
    }

    @Test func failuresSayWhy() async throws {
        #expect(
            try await failure(.init("<response><failure><reason>no such customer</reason></failure></response>")).message.hasSuffix(
                "refuses the item: no such customer"))
        let broken = try await failure(.init("", status: 503)), unknown = try await failure(.init("", status: 404))
        #expect(broken.message.hasSuffix("answers with status 503") && !broken.isFinal)
        #expect(unknown.isFinal)
        // Whoever configured the address meant that one.
        #expect(try await failure(.init("", status: 302, headers: "Location: http://127.0.0.1:1/\r\n")).message.hasSuffix("status 302"))
    }

    @Test func slowRepliesAreCutOff() async throws {
        #expect(try await failure(.init("OK", delay: 3000), timeout: 200).message.hasSuffix("did not answer in time (200 ms)"))
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "nonsense://x", "http://127.0.0.1:1/"])
    func onlyHTTPIsSpokenAndNobodyThereIsAnError(_ url: String) async throws {
        let error = await #expect(throws: ServiceError.self) {
            try await InterfaceBService(url: url, timeout: 2000).call(try Self.work())
        }
        #expect(error?.message.hasPrefix("\(url) cannot be reached") == true)
    }

    // MARK: Shell

    @Test func aProgramReadsTheInputAndPrintsTheOutput() async throws {
        #expect(
            try await ShellService(command: ["/bin/cat"]).call(try Self.work()) == .completed(try XMLDocument.parse("<Ask><n>7</n></Ask>")))
        #expect(try await ShellService(command: ["/bin/true"]).call(try Self.work()) == .completed(nil))
        let told = try await ShellService(command: ["/bin/sh", "-c", "echo \"<Ask><n>$MIZZEN_ITEM $MIZZEN_REQUEST $HOME</n></Ask>\""]).call(
            try Self.work())
        #expect(told == .completed(try XMLDocument.parse("<Ask><n>1.1:A service:1.9 </n></Ask>")))
    }

    @Test(arguments: [
        (["/bin/sh", "-c", "echo too bad >&2; exit 3"], "/bin/sh ended with status 3: too bad"),
        (["/bin/sh", "-c", "kill -9 $$"], "/bin/sh was ended by signal 9"),
        (["/nowhere/at-all"], "/nowhere/at-all cannot be run"),
        (["/bin/echo", "hello"], "/bin/echo does not print an XML document"),
        (
            ["/bin/sh", "-c", "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"],
            "prints more than 4194304 bytes"
        ),
    ])
    func whatAProgramDoesWrong(_ command: [String], _ expected: String) async throws {
        let error = await #expect(throws: ServiceError.self) { try await ShellService(command: command).call(try Self.work()) }
        #expect(error?.message.contains(expected) == true, "\(String(describing: error))")
    }

    /// What it started holds its output open; nobody waits for that either.
    @Test func aProgramThatTakesTooLongIsEndedWithAllItStarted() async throws {
        let error = await #expect(throws: ServiceError.self) {
            try await ShellService(command: ["/bin/sh", "-c", "sleep 60 & sleep 60"], timeout: 300).call(try Self.work())
        }
        #expect(error?.message == "/bin/sh did not end within 300 ms")
    }
}
