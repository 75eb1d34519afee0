import Testing
@testable import Outbound

/// The circuit breaker's transitions, one row each. Times are in milliseconds; opens after 2 failures in a row for 100, one trial of 50.
@Suite struct BreakerTests {
    enum Step: Sendable {
        /// Asks at this moment, under this name.
        case ask(UInt64, at: Int64)
        case refused(UInt64, at: Int64, retryAfter: Int64?)
        case ok(UInt64, at: Int64)
        case fails(UInt64, at: Int64)
        case nothing(UInt64, at: Int64)
        case hold(CircuitBreaker.Hold, at: Int64)
        case release(at: Int64)
    }

    static let opened: [Step] = [.ask(1, at: 0), .fails(1, at: 5), .ask(2, at: 6), .fails(2, at: 10)]
    static let trial: [Step] = opened + [.ask(3, at: 110)]

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]
        let state: CircuitBreaker.State
        let since: Int64

        init(_ description: String, _ steps: [Step], _ state: CircuitBreaker.State, since: Int64) {
            testDescription = description
            self.steps = steps
            self.state = state
            self.since = since
        }
    }

    static let rows = [
        Row("begins closed", [], .closed, since: 0),
        Row("success keeps it closed", [.ask(1, at: 1), .ok(1, at: 2)], .closed, since: 0),
        Row("one failure keeps it closed", [.ask(1, at: 1), .fails(1, at: 2)], .closed, since: 0),
        Row(
            "success in between starts the row anew",
            [.ask(1, at: 1), .fails(1, at: 1), .ask(2, at: 2), .ok(2, at: 2), .ask(3, at: 3), .fails(3, at: 3)], .closed, since: 0),
        Row("a neutral end counts for nothing", [.ask(1, at: 1), .fails(1, at: 1), .ask(2, at: 2), .nothing(2, at: 2)], .closed, since: 0),
        Row("failures in a row open it", opened, .open(until: 110), since: 10),
        Row("an open circuit refuses and says for how long", opened + [.refused(3, at: 20, retryAfter: 90)], .open(until: 110), since: 10),
        Row("a late report from before does not count", [.ask(9, at: 0)] + opened + [.ok(9, at: 30)], .open(until: 110), since: 10),
        Row("when its time is over somebody may try", trial, .halfOpen(trials: [.init(owner: 3, deadline: 160)], successes: 0), since: 110),
        Row(
            "others may not meanwhile", trial + [.refused(4, at: 120, retryAfter: 40)],
            .halfOpen(trials: [.init(owner: 3, deadline: 160)], successes: 0), since: 110),
        Row("a trial that succeeds closes it", trial + [.ok(3, at: 130)], .closed, since: 130),
        Row("a trial that fails opens it", trial + [.fails(3, at: 130)], .open(until: 230), since: 130),
        Row(
            "a trial without a verdict lets another try", trial + [.nothing(3, at: 130), .ask(4, at: 131)],
            .halfOpen(trials: [.init(owner: 4, deadline: 181)], successes: 0), since: 110),
        Row(
            "an owner who never reports lapses", trial + [.ask(4, at: 160)],
            .halfOpen(trials: [.init(owner: 4, deadline: 210)], successes: 0), since: 110),
        Row(
            "the lapsed owner's success does not count", trial + [.ask(4, at: 160), .ok(3, at: 170)],
            .halfOpen(trials: [.init(owner: 4, deadline: 210)], successes: 0), since: 110),
        Row(
            "the lapsed owner's failure does not count", trial + [.ask(4, at: 160), .fails(3, at: 170)],
            .halfOpen(trials: [.init(owner: 4, deadline: 210)], successes: 0), since: 110),
        Row("a report at the deadline is too late", trial + [.ok(3, at: 160)], .halfOpen(trials: [], successes: 0), since: 110),
        Row("a closed one counts afresh", trial + [.ok(3, at: 130), .ask(4, at: 131), .fails(4, at: 132)], .closed, since: 130),
        Row(
            "forced open it refuses for good", [.hold(.open, at: 7), .refused(1, at: 9_999, retryAfter: nil)],
            .open(until: .max), since: 7),
        Row(
            "forced closed it lets all through",
            opened + [.hold(.closed, at: 20), .ask(3, at: 21), .fails(3, at: 22), .ask(4, at: 23), .fails(4, at: 24), .ask(5, at: 25)],
            .closed, since: 20),
        Row("released it is closed", [.hold(.open, at: 7), .release(at: 8), .ask(1, at: 9)], .closed, since: 8),
        Row(
            "what ran while it was held does not count",
            [.hold(.closed, at: 7), .ask(1, at: 8), .ask(2, at: 8), .release(at: 9), .fails(1, at: 10), .fails(2, at: 10)], .closed,
            since: 9),
        Row("release closes one that opened by itself", opened + [.release(at: 20), .ask(3, at: 21)], .closed, since: 20),
    ]

    @Test(arguments: rows)
    func transition(_ row: Row) {
        var breaker = CircuitBreaker(.init(consecutiveFailures: 2, failureRatio: nil, openTime: 100, trials: 1, trialTime: 50), at: 0)
        var permits: [UInt64: CircuitBreaker.Permit] = [:]
        func report(_ owner: UInt64, _ outcome: CircuitBreaker.Outcome, _ now: Int64) {
            if let permit = permits[owner] { breaker.report(permit, outcome, at: now) }
        }
        for step in row.steps {
            switch step {
            case .ask(let owner, let now):
                let admission = breaker.admit(owner, at: now)
                if case .admitted(let permit) = admission { permits[owner] = permit } else { Issue.record("\(owner) is refused at \(now)") }
            case .refused(let owner, let now, let retryAfter): #expect(breaker.admit(owner, at: now) == .refused(retryAfter: retryAfter))
            case .ok(let owner, let now): report(owner, .success, now)
            case .fails(let owner, let now): report(owner, .failure, now)
            case .nothing(let owner, let now): report(owner, .neutral, now)
            case .hold(let hold, let now): breaker.force(hold, at: now)
            case .release(let now): breaker.release(at: now)
            }
        }
        #expect(breaker.state == row.state && breaker.since == row.since)
    }

    @Test func aShareOfFailuresOpensItWhereThereWereEnoughCalls() {
        let rule = OutboundPolicy.BreakerRule(consecutiveFailures: nil, failureRatio: 0.5, window: 1000, minimumCalls: 10)
        func isClosed(after outcomes: [Bool], every: Int64) -> Bool {
            var breaker = CircuitBreaker(rule, at: 0)
            for (index, failed) in outcomes.enumerated() {
                let now = Int64(index) * every
                guard case .admitted(let permit) = breaker.admit(UInt64(index), at: now) else { return false }
                breaker.report(permit, failed ? .failure : .success, at: now)
            }
            return breaker.state == .closed
        }
        let half = (0 ..< 10).map { $0.isMultiple(of: 2) == false }
        #expect(!isClosed(after: half, every: 10))
        #expect(isClosed(after: Array(half.prefix(9)) + [false], every: 10))
        #expect(isClosed(after: Array(half.dropFirst(1)), every: 10), "nine calls are too few")
        #expect(isClosed(after: half, every: 200), "only what is in the window counts")
    }

    @Test func severalTrialsMustSucceed() {
        var breaker = CircuitBreaker(.init(consecutiveFailures: 1, openTime: 10, trials: 2, trialTime: 50), at: 0)
        func admitted(_ owner: UInt64, _ now: Int64) -> CircuitBreaker.Permit? {
            if case .admitted(let permit) = breaker.admit(owner, at: now) { permit } else { nil }
        }
        if let permit = admitted(1, 0) { breaker.report(permit, .failure, at: 0) }
        let first = admitted(2, 10), second = admitted(3, 11)
        #expect(first != nil && second != nil && admitted(4, 12) == nil)
        if let first { breaker.report(first, .success, at: 13) }
        #expect(breaker.state == .halfOpen(trials: [.init(owner: 3, deadline: 61)], successes: 1))
        if let second { breaker.report(second, .success, at: 14) }
        #expect(breaker.state == .closed)
    }
}
