import Foundation
import StoreSupport
import Platform
import SQLiteStore
import Support
import Synchronization
import Testing
import Workflow
import XMLTree
@testable import Engine

/// Automated work: who does it, how often, and what people see of it.
@Suite struct ServiceRunnerTests {
    typealias Y = YAWLText

    /// An automated task `Ask` that changes n, then one for people.
    static func specification(codelet: String? = "calc", service: String? = nil, extra: String = "") -> String {
        Y.set(
            "test",
            Y.net(
                outputs: [Y.output("n", "integer")], locals: [Y.local("n", "integer", initial: "1")], start: "A",
                Y.task(
                    "A", to: ["B"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")], extra: extra,
                    does: "Ask"),
                Y.task("B", to: ["o"], does: "Work")),
            Y.automated("Ask", inputs: [Y.input("n", "integer")], outputs: [Y.output("n", "integer")], codelet: codelet, service: service),
            Y.gateway("Work"))
    }

    private static func giving(_ output: String) -> TestService {
        TestService { _ throws(ServiceError) in
            do { return .completed(try XMLDocument.parse(output)) } catch { throw ServiceError("\(error)") }
        }
    }

    @Test func aServiceGetsTheInputAndItsOutputCompletesTheItem() async throws {
        let service = Self.giving("<Ask><n>5</n></Ask>")
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1:B Enabled"])
        #expect(try await fixture.value("n") == "<n>5</n>")
        #expect(service.inputs == ["<Ask><n>1</n></Ask>"] && service.items == ["1.1:A"])
        #expect(try await fixture.engine.local.recordedEvents(1).contains { $0.actor == "service" })
        #expect(try await fixture.engine.local.serviceRows().map { $0.waiting + $0.running + $0.accepted + $0.failed } == [0])
        #expect(try await fixture.engine.local.replayedCase(1) == fixture.engine.local.caseDetail(1).state)
    }

    @Test func withoutConfigurationAutomatedWorkWaitsAndSaysSo() async throws {
        let fixture = try ServiceFixture()
        try await fixture.start(Self.specification())
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1:A Enabled"])
        #expect(try await fixture.note("1:A") == "no service configured for calc")
        #expect(try await fixture.engine.local.serviceRows().map { [$0.name, $0.kind ?? "-", "\($0.waiting)"] } == [["calc", "-", "1"]])
        // Once it is configured, what has waited is done.
        let later = try fixture.another(ServiceDirectory(services: ["calc": EchoService()]))
        await ServiceRunner(keeper: later.keeper).runDue()
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    @Test(
        arguments: [(nil, nil, "automated"), (nil, "http://127.0.0.1/ib", "http://127.0.0.1/ib"), ("calc", "http://127.0.0.1/ib", "calc")]
            as [(String?, String?, String)])
    func workGoesToTheCodeletElseTheServiceElseWhoeverDoesAutomatedWork(_ codelet: String?, _ service: String?, _ name: String) async throws
    {
        let fixture = try ServiceFixture(ServiceDirectory(services: [name: EchoService()]))
        try await fixture.start(Self.specification(codelet: codelet, service: service))
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    @Test func aFailureIsTriedAgainLaterAndLaterThenLeftToPeople() async throws {
        let isBroken = Mutex(true)
        let service = TestService { _ throws(ServiceError) in
            if isBroken.withLock({ $0 }) { throw ServiceError("the line is busy") }
            return .completed(nil)
        }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        let runner = ServiceRunner(keeper: fixture.engine.keeper)
        await runner.runDue()
        #expect(service.requests.count == 1)
        #expect(try await fixture.note("1.1:A") == "attempt 1 failed, to be tried again: the line is busy")
        await runner.runDue()
        #expect(service.requests.count == 1, "not before its time")
        for pause: Int64 in [1, 4, 16, 64, 256] {
            fixture.clock.advance(pause * 1000)
            await runner.runDue()
        }
        #expect(service.requests.count == ServiceRunner.maxAttempts)
        #expect(Set(service.requests).count == 1, "every attempt under one request id")
        #expect(try await fixture.note("1.1:A") == "failed: the line is busy")
        fixture.clock.advance(1_000_000_000)
        await runner.runDue()
        #expect(service.requests.count == ServiceRunner.maxAttempts)
        #expect(try await fixture.engine.local.serviceRows().map { [$0.failed, $0.waiting] } == [[1, 0]])

        isBroken.withLock { $0 = false }
        #expect(try await fixture.engine.local.retryServices() == 1)
        await runner.runDue()
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    @Test func rulesAboutAbortsDecideWhatBecomesOfWorkThatFailedForGood() async throws {
        let service = TestService { _ throws(ServiceError) in throw ServiceError("no such customer", isFinal: true) }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        let rules = RulesText.file(RulesText.branch("abort", RulesText.task("A", RulesText.only("complete workitem"))))
        _ = try await fixture.engine.session(for: Principal(name: "ann", tenant: .local)).loadRules(
            SpecificationReference(name: "test"), source: Array(rules.utf8), file: "test.xrs", request: RequestID("rules"))
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1:B Enabled"])
        #expect(try await fixture.engine.local.recordedEvents(1).contains { $0.event.kind == "exletStarted" })
        #expect(try await fixture.engine.local.serviceRows().map { $0.waiting + $0.failed } == [0])
    }

    @Test func aRestartedItemIsAskedForAgain() async throws {
        let service = TestService { _ throws(ServiceError) in .accepted }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        let runner = ServiceRunner(keeper: fixture.engine.keeper)
        await runner.runDue()
        _ = try await fixture.engine.session(for: Principal(name: "ann", tenant: .local)).perform(
            .restartItem(try #require(WorkItemID("1.1:A"))), request: RequestID("again"))
        await runner.runDue()
        #expect(service.requests.count == 2 && Set(service.requests).count == 2, "another piece of work")
    }

    @Test func outputThatDoesNotFitIsNotAskedForAgain() async throws {
        let service = Self.giving("<Ask><n>many</n></Ask>")
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1.1:A Executing"])
        #expect(try await fixture.note("1.1:A")?.hasPrefix("failed: ") == true)
        // Whoever looks at it can do it by hand.
        try await fixture.complete("1.1:A", "<Ask><n>3</n></Ask>")
        #expect(try await fixture.items() == ["1:B Enabled"])
        #expect(try await fixture.engine.local.serviceRows().map(\.failed) == [0])
    }

    @Test func outputOfAnotherRootIsRefused() async throws {
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": Self.giving("<Other><n>3</n></Other>")]))
        try await fixture.start(Self.specification())
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.note("1.1:A") == "failed: the output of calc must be rooted <Ask>, not <Other>")
    }

    @Test func aPromiseLeavesTheItemExecutingUntilSomebodyCompletesIt() async throws {
        let service = TestService { _ throws(ServiceError) in .accepted }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        fixture.clock.advance(1_000_000_000)
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.requests.count == 1)
        #expect(try await fixture.note("1.1:A") == "calc works on it")
        try await fixture.complete("1.1:A", "<Ask><n>3</n></Ask>")
        #expect(try await fixture.items() == ["1:B Enabled"])
        #expect(try await fixture.engine.local.serviceRows().map(\.accepted) == [0])
    }

    @Test func whatAPersonHasStartedIsNoServicesBusiness() async throws {
        let service = TestService { _ throws(ServiceError) in .completed(nil) }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        try await fixture.start(item: "1:A")
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.requests.isEmpty)
        #expect(try await fixture.note("1.1:A") == nil)
        // Given back, it is the service's again.
        try await fixture.perform(.rollbackItem(WorkItemID(CaseID("1.1"), "A")))
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.items == ["1.1:A"])
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    @Test func aCancelledCaseLeavesNothingToDo() async throws {
        let service = TestService { _ throws(ServiceError) in .completed(nil) }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        try await fixture.perform(.cancelCase(1))
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.requests.isEmpty)
        #expect(try await fixture.engine.local.serviceRows().map(\.waiting) == [0])
    }

    /// An automated task with a timer and nothing else is a delay.
    @Test func anAutomatedTaskWithATimerWaitsForIt() async throws {
        let fixture = try ServiceFixture(ServiceDirectory(services: ["automated": EchoService()]))
        try await fixture.start(
            Self.specification(codelet: nil, extra: "<timer><trigger>OnEnabled</trigger><duration>PT10M</duration></timer>"))
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1:A Enabled"])
        fixture.clock.advance(600_000)
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    @Test func everyInstanceOfAMultipleTaskIsDone() async throws {
        let instances = """
            <miDataInput><expression query="/Net/list"/><splittingExpression query="/list/n"/>\
            <formalInputParam>n</formalInputParam></miDataInput>
            """
        let text = Y.set(
            "test",
            schema: """
                <xs:complexType name="List"><xs:sequence>\
                <xs:element name="n" type="xs:integer" maxOccurs="unbounded"/></xs:sequence>\
                </xs:complexType>
                """,
            Y.net(
                locals: [Y.local("list", "List", initial: "<n>1</n><n>2</n><n>3</n>")], start: "A",
                Y.task("A", to: ["B"], does: "Ask").replacing(
                    "<task id=\"A\">", with: "<task id=\"A\" xsi:type=\"MultipleInstanceExternalTaskFactsType\">"
                )
                .replacing(
                    "</task>",
                    with:
                        "<minimum>1</minimum><maximum>9</maximum><threshold>9</threshold><creationMode code=\"static\"/>\(instances)</task>"
                ),
                Y.task("B", to: ["o"], does: "Work")),
            Y.automated("Ask", inputs: [Y.input("n", "integer")], codelet: "calc"), Y.gateway("Work"))
        let service = TestService { _ throws(ServiceError) in .completed(nil) }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(text)
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.inputs.sorted() == ["<Ask><n>1</n></Ask>", "<Ask><n>2</n></Ask>", "<Ask><n>3</n></Ask>"])
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    // MARK: Several processes, and processes that die

    @Test func ofSeveralProcessesOneDoesEachItem() async throws {
        let service = TestService { _ throws(ServiceError) in
            await Task.yield()
            return .completed(nil)
        }
        let directory = ServiceDirectory(services: ["calc": service])
        let fixture = try ServiceFixture(directory)
        for _ in 1 ... 20 { try await fixture.start(Self.specification()) }
        let runners = try [fixture.engine, fixture.another(directory), fixture.another(directory)].map { ServiceRunner(keeper: $0.keeper) }
        await withTaskGroup(of: Void.self) { group in for runner in runners { group.addTask { await runner.runDue() } } }
        // A runner that found everything claimed may have left before another one finished.
        for runner in runners { await runner.runDue() }
        #expect(service.items.count == 20 && Set(service.items).count == 20)
        #expect(try await fixture.engine.local.items().allSatisfy { $0.id.task == "B" })
    }

    /// A process that dies with a claim leaves it to lapse; whoever comes next works under the same request.
    @Test func aClaimOfADeadProcessLapses() async throws {
        let service = TestService { _ throws(ServiceError) in .completed(nil) }
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": service]))
        try await fixture.start(Self.specification())
        _ = try await fixture.engine.session(for: Principal(name: ServiceRunner.actor, tenant: .local)).perform(
            .startItem(WorkItemID(CaseID("1"), "A")), request: RequestID("dead/start"))
        let store = try SQLiteStore(path: fixture.path)
        let claim = OutboxClaim(
            kind: .service, name: "calc", claimant: "dead", now: fixture.clock.now, until: fixture.clock.now + 60_000, limit: 8)
        let taken = try await store.claimOutbox(claim)
        #expect(taken.map(\.item?.description) == ["1.1:A"])
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.requests.isEmpty)
        fixture.clock.advance(60_000)
        await ServiceRunner(keeper: fixture.engine.keeper).runDue()
        #expect(service.requests.map { $0.split(separator: "/").last.map(String.init) } == taken.map(\.request.description))
        // The dead one, come back, can no longer say anything about it.
        try await store.settleOutbox(tenant: .local, request: taken[0].request, claimant: "dead", .parked(reason: "late"))
        #expect(try await fixture.engine.local.serviceRows().map(\.failed) == [0])
        #expect(try await fixture.items() == ["1:B Enabled"])
    }

    @Test func aCommitWakesTheRunner() async throws {
        let fixture = try ServiceFixture(ServiceDirectory(services: ["calc": EchoService()]))
        let (done, tell) = AsyncStream.makeStream(of: ServiceRunner.Attempt.self)
        let work = Task {
            await BackgroundWork(keeper: fixture.engine.keeper).run {
                if case .service(let attempt) = $0, attempt.item?.description == "1.1:A" { tell.yield(attempt) }
            }
        }
        defer { work.cancel() }
        try await fixture.start(Self.specification())
        var attempts = done.makeAsyncIterator()
        let attempt = await attempts.next()
        #expect(attempt?.failure == nil)
        #expect(try await fixture.items() == ["1:B Enabled"])
    }
}
