import Engine
import Testing

/// The state of a connector as a table: from each state, each outcome.
@Suite struct ConnectorHealthTests {
    private static let well = ProbeOutcome.answered(ProbeAnswer(version: "7.0"), latency: 2)
    private static let slow = ProbeOutcome.answered(ProbeAnswer(), latency: 101)
    private static let troubled = ProbeOutcome.answered(ProbeAnswer(trouble: "it is loading"), latency: 1)
    private static let quota = ProbeOutcome.failed(ConnectorFailure(.quota, "enough"))
    private static let away = ProbeOutcome.failed(ConnectorFailure(.connect, "nobody there"))

    private func health(_ outcomes: [ProbeOutcome], _ standing: ConnectorStanding = .configured) -> ConnectorHealth {
        var health = ConnectorHealth(standing, slowAfter: 100, at: 0)
        for (index, outcome) in outcomes.enumerated() { health.apply(outcome, at: Int64(index + 1) * 10) }
        return health
    }

    @Test(arguments: [[], [well], [slow], [away]]) func oneProbeIsEnoughForEachState(_ before: [ProbeOutcome]) {
        let table: [(ProbeOutcome, ConnectorState)] = [
            (Self.well, .up), (Self.slow, .degraded), (Self.troubled, .degraded), (Self.quota, .degraded), (Self.away, .down),
        ]
        for (outcome, state) in table { #expect(health(before + [outcome]).state == state) }
    }

    @Test(arguments: ConnectorFailure.Kind.allCases) func everyClassButQuotaMeansDown(_ kind: ConnectorFailure.Kind) {
        #expect(health([.failed(ConnectorFailure(kind, "x"))]).state == (kind == .quota ? .degraded : .down))
    }

    @Test(arguments: [(ConnectorStanding.embedded, ConnectorState.embedded), (.off, .off)])
    func whatIsNotOutsideStaysAsItIs(_ standing: ConnectorStanding, _ state: ConnectorState) {
        let health = health([Self.away, Self.well], standing)
        #expect(health.state == state && health.since == 0 && health.probedAt == nil && health.lastError == nil)
    }

    @Test func aConfiguredOneIsUnknownUntilItIsProbed() { #expect(health([]).state == nil) }

    @Test func sinceIsWhenTheStateWasEntered() {
        #expect(health([Self.well, Self.well, Self.well]).since == 10)
        #expect(health([Self.well, Self.away, Self.away]).since == 20)
        #expect(health([Self.well, Self.away, Self.away]).probedAt == 30)
    }

    @Test func theLastErrorAndTheVersionStay() {
        let health = health([Self.well, Self.away, .answered(ProbeAnswer(), latency: 3)])
        #expect(health.state == .up && health.version == "7.0" && health.latency == 3 && health.trouble == nil)
        #expect(health.lastError?.failure.message == "nobody there" && health.lastError?.at == 20)
    }

    @Test func whySomethingIsDegradedIsSaid() {
        #expect(health([Self.slow]).trouble == "it took 101 ms to answer, more than 100 ms")
        #expect(health([Self.quota]).trouble == "enough" && health([Self.troubled]).trouble == "it is loading")
    }
}
