import Support
import StoreSupport
import Testing
import Workflow
import XMLTree
@testable import Engine

/// External data gateways: asked before a step, told after its commit.
@Suite struct DataGatewayTests {
    typealias Y = YAWLText

    /// Task A gets n from the gateway and gives m to it.
    private static let task = Y.set(
        "test",
        Y.net(
            locals: [Y.local("n", "integer", initial: "1"), Y.local("m", "integer", index: 1)], start: "A",
            Y.task(
                "A", to: ["o"], starting: [("#external:Crm:customer", "n")],
                completed: [("#external:Crm:m", "m"), ("<n>{/Ask/m/text()}</n>", "n")], does: "Ask")),
        Y.gateway("Ask", inputs: [Y.input("n", "integer")], outputs: [Y.output("m", "integer")]))

    /// The root net itself has a gateway.
    private static let whole = Y.set(
        "test",
        Y.net(
            inputs: [Y.input("a", "integer")], locals: [Y.local("b", "string", index: 1, initial: "old")], start: "A",
            Y.task("A", to: ["o"], starting: [("<b>{/Net/b/text()}</b>", "b")], completed: [("<b>{/Ask/b/text()}</b>", "b")], does: "Ask")
        )
        .replacing("</processControlElements>", with: "</processControlElements><externalDataGateway>Crm</externalDataGateway>"),
        Y.gateway("Ask", inputs: [Y.input("b")], outputs: [Y.output("b")]))

    private func failure(_ body: () async throws -> Void) async throws -> EngineError {
        let error = await #expect(throws: EngineError.self) { try await body() }
        return try #require(error)
    }

    @Test func aTaskGetsItsInputFromOutside() async throws {
        let gateway = TestGateway(["customer": "<customer>42</customer>"])
        let fixture = try ServiceFixture(ServiceDirectory(gateways: ["Crm": gateway]))
        try await fixture.start(Self.task)
        try await fixture.start(item: "1:A")
        #expect(try await fixture.engine.local.itemDetail(WorkItemID(CaseID("1.1"), "A")).input?.serialized() == "<Ask><n>42</n></Ask>")
        let read = try #require(gateway.reads.first)
        #expect(read.caseID?.description == "1" && read.task == "A" && read.names == ["customer"])
        #expect(read.data.serialized() == "<Net><n>1</n><m/></Net>")
        #expect(try await fixture.engine.local.replayedCase(1) == fixture.engine.local.caseDetail(1).state)
    }

    @Test func aTasksOutputGoesOutAfterTheCommitUnderAStableRequest() async throws {
        let gateway = TestGateway(["customer": "<customer>42</customer>"])
        let fixture = try ServiceFixture(ServiceDirectory(gateways: ["Crm": gateway]))
        try await fixture.start(Self.task)
        try await fixture.start(item: "1:A")
        gateway.fail(ServiceError("the database is away"))
        try await fixture.complete("1.1:A", "<Ask><m>7</m></Ask>")
        #expect(gateway.writes.isEmpty)
        let runner = ServiceRunner(keeper: fixture.engine.keeper)
        await runner.runDue()
        let row = try #require(try await fixture.engine.local.serviceRows().first)
        #expect(row.isGateway && row.waiting == 1 && row.lastFailure == "the database is away")
        gateway.fail(nil)
        fixture.clock.advance(1000)
        await runner.runDue()
        await runner.runDue()
        #expect(gateway.writes == ["m=<m>7</m>"])
        #expect(gateway.requests.first?.contains("/gateway:1.") == true)
        #expect(try await fixture.engine.local.serviceRows().first?.waiting == 0)
        // The mapping's variable is the gateway's business alone.
        #expect(try await fixture.value("m") == "<m/>")
        #expect(try await fixture.value("n") == "<n>7</n>")
    }

    /// What has to be kept outside is never given up.
    @Test func aWriteThatFailsIsTriedForEver() async throws {
        let gateway = TestGateway(["customer": "<customer>42</customer>"])
        let fixture = try ServiceFixture(ServiceDirectory(gateways: ["Crm": gateway]))
        try await fixture.start(Self.task)
        try await fixture.start(item: "1:A")
        gateway.fail(ServiceError("away"))
        try await fixture.complete("1.1:A", "<Ask><m>7</m></Ask>")
        for _ in 1 ... 20 {
            await ServiceRunner(keeper: fixture.engine.keeper).runDue()
            fixture.clock.advance(3_600_000)
        }
        #expect(try await fixture.engine.local.serviceRows().map { [$0.waiting, $0.failed] } == [[1, 0]])
        gateway.fail(nil)
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(gateway.writes.count == 1)
    }

    @Test func refusalsNameGatewayAndValueAndLeaveTheItemAsItWas() async throws {
        let fixture = try ServiceFixture()
        try await fixture.start(Self.task)
        let unknown = try await failure { try await fixture.start(item: "1:A") }
        #expect(unknown.code == "gateway-not-configured" && unknown.message.contains("Crm") && unknown.message.contains("customer"))
        let empty = try fixture.another(ServiceDirectory(gateways: ["Crm": TestGateway()]))
        let missing = try await failure {
            _ = try await empty.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("x"))
        }
        #expect(missing.code == "gateway-value-missing" && missing.message.contains("task A"))
        let wrong = try fixture.another(ServiceDirectory(gateways: ["Crm": TestGateway(["customer": "<customer>many</customer>"])]))
        let invalid = try await failure {
            _ = try await wrong.local.perform(.startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("y"))
        }
        #expect(invalid.code == "data-invalid")
        #expect(try await fixture.items() == ["1:A Enabled"])
    }

    @Test func aCaseGetsItsDataAtTheStartAndHandsThemBackAtTheEnd() async throws {
        let gateway = TestGateway(["a": "<a>9</a>", "b": "<b>from outside</b>"])
        let fixture = try ServiceFixture(ServiceDirectory(gateways: ["Crm": gateway]))
        try await fixture.start(Self.whole, data: "<Net><a>5</a></Net>")
        // What the caller supplied is his to say; the gateway sees it.
        #expect(try await fixture.value("a") == "<a>5</a>")
        #expect(try await fixture.value("b") == "<b>from outside</b>")
        let read = try #require(gateway.reads.first)
        #expect(read.caseID == nil && read.names == ["b"] && read.data.serialized() == "<Net><a>5</a><b>old</b></Net>")
        #expect(gateway.reads.count == 1, "asked once per start")
        try await fixture.start(item: "1:A")
        try await fixture.complete("1.1:A", "<Ask><b>new</b></Ask>")
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(gateway.writes == ["Net=<Net><a>5</a><b>new</b></Net>"])
        #expect(try await fixture.engine.local.replayedCase(1) == fixture.engine.local.caseDetail(1).state)
    }

    @Test func anUnconfiguredGatewayCostsNoCaseNumber() async throws {
        let fixture = try ServiceFixture()
        let error = try await failure { try await fixture.start(Self.whole) }
        #expect(error.code == "gateway-not-configured")
        let configured = try fixture.another(ServiceDirectory(gateways: ["Crm": TestGateway()]))
        let reply = try await configured.local.perform(
            .startCase(SpecificationReference(name: "test"), data: nil), request: RequestID("s"))
        #expect(reply == .started(caseNumber: 1, status: .running))
    }

    /// A composite task is entered by itself, in the middle of somebody else's step: the answer is fetched there too.
    @Test func aSubnetGetsItsInputFromOutsideWhileACaseStarts() async throws {
        let text = Y.set(
            "test", Y.net(start: "C", Y.task("C", to: ["o"], starting: [("#external:Crm", "n")], does: "Sub")),
            Y.net(
                "Sub", isRoot: false, inputs: [Y.input("n", "integer")], start: "A",
                Y.task("A", to: ["o"], starting: [("<n>{/Sub/n/text()}</n>", "n")], does: "Ask")),
            Y.gateway("Ask", inputs: [Y.input("n", "integer")]))
        let fixture = try ServiceFixture(ServiceDirectory(gateways: ["Crm": TestGateway(["n": "<n>8</n>"])]))
        try await fixture.start(text)
        try await fixture.start(item: "1.1:A")
        #expect(try await fixture.engine.local.itemDetail(WorkItemID(CaseID("1.1.1"), "A")).input?.serialized() == "<Ask><n>8</n></Ask>")
    }
}
