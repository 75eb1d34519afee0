import Foundation
import Support
import Testing
import Workflow
import XMLTree

/// Whatever is done to a case with many timers, the log alone gives the same case, and every timer has an owner.
@Suite struct TimerPropertyTests {
    /// A loop, a choice, a subnet and several instances, all timed; B takes everything else away.
    private static let file: String = {
        func timer(_ trigger: String, _ seconds: Int) -> String {
            "<timer><trigger>\(trigger)</trigger><duration>PT\(seconds)S</duration></timer>"
        }
        let block = """
            <minimum>2</minimum><maximum>4</maximum><threshold>2</threshold><creationMode code="dynamic"/>
            <miDataInput><expression query="/Net/l"/>\
            <splittingExpression query="for $x in /l/* return $x"/>\
            <formalInputParam>i</formalInputParam></miDataInput>
            """
        let many = YAWLText.task("M", to: ["J"], extra: timer("OnExecuting", 3), does: "M")
            .replacing("<task id=\"M\">", with: "<task id=\"M\" xsi:type=\"MultipleInstanceExternalTaskFactsType\">").replacing(
                "</task>", with: block + "</task>")
        let again = [YAWLText.flow(to: "L", if: "timer(L) = 'expired'", order: 1), YAWLText.flow(to: "J", isDefault: true)]
        return YAWLText.set(
            "timers",
            schema:
                """
                <xs:complexType name="L"><xs:sequence>\
                <xs:element name="i" type="xs:string" maxOccurs="9"/></xs:sequence>\
                </xs:complexType>
                """,
            YAWLText.net(
                locals: [YAWLText.local("l", "L", initial: "<i>a</i><i>b</i><i>c</i>")], start: "A",
                YAWLText.task("A", to: ["L", "c", "S", "M", "B"], does: "Work"),
                YAWLText.task("L", to: again, split: "xor", extra: timer("OnEnabled", 2), does: "Work"),
                YAWLText.condition("c", to: "P", "Q"),
                YAWLText.task("P", to: ["J"], extra: timer("OnEnabled", 4), does: "Work"),
                YAWLText.task("Q", to: ["J"], extra: timer("OnExecuting", 1), does: "Work"),
                YAWLText.task("S", to: ["J"], does: "Sub"), many,
                YAWLText.task("B", to: ["J"], removes: ["L", "S", "M"].map { "<removesTokens id=\"\($0)\"/>" }.joined(), does: "Work"),
                YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
            YAWLText.net("Sub", isRoot: false, start: "S", YAWLText.task("S", to: ["o"], extra: timer("OnEnabled", 5), does: "Work")),
            YAWLText.gateway("M", inputs: [YAWLText.input("i")]), YAWLText.gateway("Work"))
    }()

    @Test func theLogGivesTheCaseAndNoTimerIsLeftOver() throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? 20_261_123
        print("timer property: seed \(seed)")
        let runs = ProcessInfo.processInfo.environment["MIZZEN_SOAK"] == nil ? 12 : 2_000
        var random = SeededRandom(seed), expired = 0
        for _ in 0 ..< runs {
            var run = try RunningCase(Self.file)
            for _ in 0 ..< 40 where run.state.status.isOpen {
                run.wait(milliseconds: Int64.random(in: 0 ... 5_000, using: &random))
                guard let command = Self.commands(run).randomElement(using: &random) else { break }
                // Refusals are part of it.
                if let events = try? run.perform(command) { expired += events.count { $0.kind == "timerExpired" } }
                #expect(CaseState(replaying: run.log) == run.state, "seed \(seed)")
                for (owner, timer) in run.state.timers?.running ?? [:] {
                    let isOffered = run.state.items[owner] != nil, isBusy = run.state.nets[timer.net]?.busy[owner.task] != nil
                    #expect(isOffered || isBusy && owner.caseID == timer.net, "\(owner) has a timer but is gone, seed \(seed)")
                }
                let stored = try JSONDecoder().decode(CaseState.self, from: try JSONEncoder().encode(run.state))
                #expect(stored.timers == run.state.timers)
            }
        }
        #expect(expired > runs / 2, "too few timers ran out for this to say much")
    }

    private static func commands(_ run: RunningCase) -> [CaseCommand] {
        var commands: [CaseCommand] = run.state.liveItems.flatMap { item -> [CaseCommand] in
            switch item.status {
            case .enabled: [.start(item.id), .skip(item.id)]
            case .fired: [.start(item.id)]
            default: [.complete(item.id, output: nil), .rollback(item.id)]
            }
        }
        for (owner, timer) in run.state.timers?.running ?? [:] where timer.due <= run.time {
            commands += [.expire(owner), .expire(owner), .expire(owner), .postponeExpiry(owner, reason: "no")]
        }
        commands.append(run.state.status == .running ? .suspend : .resume)
        return commands
    }
}
