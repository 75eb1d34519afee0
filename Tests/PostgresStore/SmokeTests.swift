import Engine
import Foundation
import Support
import Testing
import Workflow
@testable import PostgresStore

@Suite(.serialized) struct SmokeTests {
    static let ann = Principal(name: "ann")
    static let two = YAWLText.set("two", YAWLText.net(outputs: [YAWLText.output("n", "integer")], locals: [YAWLText.local("n", "integer", initial: "0")],
        start: "A",
        YAWLText.task("A", to: ["B"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")], does: "Ask"),
        YAWLText.task("B", to: ["o"], does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]), YAWLText.gateway("Work"))

    @Test func runs() async throws {
        let server = try PostgresServer.unsafe.get()
        let url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url))
        print(store.name)
        let engine = WorkflowEngine(store: store)
        _ = try await engine.perform(.loadSpecification(source: Array(Self.two.utf8), file: "two.yawl"), as: Self.ann, request: RequestID("load"))
        let reply = try await engine.perform(.startCase(SpecificationReference(name: "two"), data: nil), as: Self.ann, request: RequestID("start"))
        print(reply)
        print(try await engine.items())
        _ = try await engine.perform(.startItem(WorkItemID(CaseID("1"), "A")), as: Self.ann, request: RequestID("take"))
        print(try await engine.caseDetail(1).state == engine.replayedCase(1))
        let reply2 = try await engine.perform(.startCase(SpecificationReference(name: "two"), data: nil), as: Self.ann, request: RequestID("start"))
        #expect(reply == reply2)
    }
}
