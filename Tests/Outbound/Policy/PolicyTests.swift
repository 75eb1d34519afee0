import Support
import Testing
@testable import Outbound

@Suite struct PolicyTests {
    @Test func onlySomeErrorsAreWorthAnotherTry() {
        let rule = OutboundPolicy.RetryRule(attempts: 3, backOff: BackOff(base: 100), longestRetryAfter: 5000)
        var random = SeededRandom(1)
        func retries(
            _ kind: OutboundError.Kind, _ code: OutboundError.Code = .refused, attempt: Int = 1, isRepeatable: Bool = true,
            retryAfter: Int64? = nil, remaining: Int64 = 10_000
        ) -> Bool {
            rule.pause(
                after: OutboundError(kind, code, "", retryAfter: retryAfter), attempt: attempt, isRepeatable: isRepeatable,
                remaining: remaining, using: &random) != nil
        }
        let worthy = OutboundError.Kind.allCases.filter { retries($0) }
        #expect(worthy == [.dns, .connect, .timeout, .protocol, .quota, .server])
        #expect(!retries(.server, isRepeatable: false) && !retries(.server, attempt: 3) && retries(.server, attempt: 2))
        #expect(!retries(.protocol, .replyTooLarge) && !retries(.server, .circuitOpen) && !retries(.client, .cancelled))
        #expect(retries(.quota, retryAfter: 5000) && !retries(.quota, retryAfter: 5001))
        #expect(!retries(.quota, retryAfter: 4000, remaining: 4000) && !retries(.server, remaining: 0))
    }

    @Test func aRetryAfterIsWaitedForWithSomeJitter() {
        let rule = OutboundPolicy.RetryRule(backOff: BackOff(base: 100))
        var random = SeededRandom(2)
        let error = OutboundError(.quota, .refused, "", retryAfter: 2000)
        let pauses = (1 ... 50).compactMap { _ in
            rule.pause(after: error, attempt: 1, isRepeatable: true, remaining: 60_000, using: &random)
        }
        #expect(pauses.count == 50 && pauses.allSatisfy { (2000 ... 2100).contains($0) } && Set(pauses).count > 10)
    }

    @Test func whatCannotBeMeantIsSaid() {
        #expect(OutboundPolicy().problems.isEmpty)
        let policy = OutboundPolicy(
            timeouts: .init(call: 0), bulkhead: .init(inFlight: 0, waiting: -1), rateLimit: .init(perSecond: 0, burst: 0),
            breaker: .init(consecutiveFailures: 0, failureRatio: 1.5, window: 0, trials: 0), retry: .init(attempts: 0))
        #expect(policy.problems.count == 10)
    }

    /// The configuration is checked, but nothing breaks where it was not.
    @Test func numbersThatCannotBeMeantBreakNothing() {
        for rate in [0, -1, -0.0, .nan, .infinity, 1e-300] {
            var bucket = TokenBucket(.init(perSecond: rate, burst: 0, longestWait: -1), at: 0)
            for now in [0, 5, Int64.max / 2] { _ = bucket.take(at: now) }
        }
        var breaker = CircuitBreaker(.init(consecutiveFailures: 1, window: -1, openTime: .max, trialTime: .max), at: 5)
        if case .admitted(let permit) = breaker.admit(1, at: 6) { breaker.report(permit, .failure, at: 7) }
        #expect(breaker.state == .open(until: .max))
        var random = SeededRandom(4)
        #expect(BackOff(base: -5, factor: -1, cap: -7).pause(after: 3, using: &random) == 0)
    }

    @Test(arguments: [
        ("http://h/a?b=c#d", "http://h/a?b=c"), ("https://user:p@ss@h:1/x", "https://***@h:1/x"), ("http://user@h", "http://***@h"),
        ("http://h/@x", "http://h/@x"),
        ("http://h/?api_key=1&page=2&X-Amz-Signature=3", "http://h/?api_key=***&page=2&X-Amz-Signature=***"),
        ("http://h/?q=eyJhbGciOiJIUzI1NiJ9x1y2z3", "http://h/?q=***"),
        ("http://h/?from=2026-01-05T08:00:00.000Z", "http://h/?from=2026-01-05T08:00:00.000Z"),
        ("smtp://u:secret@mail:587", "smtp://***@mail:587"), ("user:pass@h", "***@h"), ("http://u:p/w?x@h/a", "http://***@h/a"),
        ("http://[::1]:80/a@b", "http://[::1]:80/a@b"), ("http://h/\r\nx", "http://h/?x"),
    ])
    func urlsAreShownWithoutSecrets(_ url: String, _ shown: String) { #expect(ReadableURL.text(url) == shown) }

    @Test func datesAreThoseOfTheCalendar() {
        #expect(CivilTime.mailDate(784_111_777_000) == "Sun, 06 Nov 1994 08:49:37 +0000")
        #expect(CivilTime.mailDate(951_782_400_000) == "Tue, 29 Feb 2000 00:00:00 +0000")
        #expect(CivilTime.mailDate(-1) == "Wed, 31 Dec 1969 23:59:59 +0000")
        var random = SeededRandom(3)
        for _ in 1 ... 1000 {
            let moment = Int64(random.next() % 8_000_000_000) * 1000
            #expect(CivilTime.fromHTTPDate(CivilTime.mailDate(moment).replacing("+0000", with: "GMT")) == moment)
        }
        for text in ["", "soon", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT"] {
            #expect(CivilTime.fromHTTPDate(text) == nil)
        }
    }

    @Test func aHeadIsReadLineByLine() {
        func parse(_ text: String) -> HeadParser {
            var parser = HeadParser()
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                var bytes = Array(line.utf8) + [13, 10]
                _ = bytes.withUnsafeMutableBytes { parser.line(UnsafeRawBufferPointer($0)) }
            }
            return parser
        }
        let head = parse("HTTP/1.1 100 Continue\nX: early\n\nHTTP/2 404\nSet-Cookie: a\nset-cookie:b\nno colon\n\nX-Trailer: late")
        #expect(head.status == 404 && head.isComplete)
        #expect(head.headers == ["Set-Cookie": "a", "set-cookie": "b"])
        #expect(!parse("HTTP/1.1 100 Continue\n").isComplete)
    }
}
