import Support
import Testing
@testable import Workflow
import XMLTree

/// Nets that contain themselves.
@Suite struct RecursionTests {
    /// Each level begins with a piece of work, so nothing goes on by itself; the document says how deep it goes.
    static let text = YAWLText.set(
        "deep",
        YAWLText.net(
            locals: [YAWLText.local("more", initial: "yes")], start: "S",
            YAWLText.task(
                "S", to: [YAWLText.flow(to: "T", if: "/Net/more = 'yes'", order: 1), YAWLText.flow(to: "o", isDefault: true)], split: "xor",
                completed: [("<more>{/Ask/more/text()}</more>", "more")], does: "Ask"),
            YAWLText.task("T", to: ["o"], does: "Net")), YAWLText.gateway("Ask", outputs: [YAWLText.output("more")]))

    @Test func aNetMayRunItselfWhenThereIsAWayOut() throws {
        var run = try RunningCase(Self.text)
        try run.work("1:S", "<Ask><more>yes</more></Ask>")
        try run.work("1.2:S", "<Ask><more>yes</more></Ask>")
        #expect(run.offered == ["1.2.2:S"])
        try run.work("1.2.2:S", "<Ask><more>no</more></Ask>")
        #expect(run.state.status == .completed)
    }

    @Test func nestingHasAnEndThatNamesThePlace() throws {
        var run = try RunningCase(Self.text)
        var refusal: ExecutionError?
        while refusal == nil, let item = run.offered.first {
            try run.perform(.start(try #require(WorkItemID(item))))
            let started = try #require(run.state.liveItems.first { $0.status == .executing })
            do {
                try run.perform(.complete(started.id, output: try XMLDocument.parse("<Ask><more>yes</more></Ask>")))
            } catch let error as ExecutionError {
                refusal = error
            }
        }
        #expect(refusal?.code == "nets-too-deep")
        #expect(refusal?.message.contains("task T") == true && refusal?.message.contains("net Net") == true)
        #expect(run.state.nets.count == Stepper.maxDepth + 1)
    }
}
