import Foundation
import Outbound
import Support
import Synchronization
import Testing

/// Calls over a server that goes wrong at random, under several policies: whatever happens, each call ends in time with an answer or
/// an error of a known class, and what must not be done twice is sent once. The seed is printed; `MIZZEN_SEED` gives it again.
@Suite struct SeededFaultTests {
    private static let policies: [(name: String, OutboundPolicy)] = [
        ("patient", OutboundPolicy(breaker: nil, retry: .init(attempts: 6, backOff: .init(base: 2)))),
        ("one attempt", OutboundPolicy(breaker: nil, retry: .init(attempts: 1))),
        (
            "breaker",
            OutboundPolicy(
                breaker: .init(consecutiveFailures: 2, openTime: 20, trialTime: 500), retry: .init(attempts: 3, backOff: .init(base: 2)))
        ),
        (
            "narrow",
            OutboundPolicy(
                bulkhead: .init(inFlight: 2, waiting: 3, longestWait: 200), rateLimit: .init(perSecond: 400, burst: 4, longestWait: 100),
                breaker: nil, retry: .init(attempts: 3, backOff: .init(base: 2)))
        ),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: policies.indices)
    func everyCallEndsAsItMay(_ index: Int) async throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970)
        var (name, policy) = Self.policies[index]
        print("seeded faults, \(name): MIZZEN_SEED=\(seed)")
        policy.timeouts = .init(call: 3000, attempt: 150, connect: 1000)
        let random = Mutex(SeededRandom(seed &+ UInt64(index)))
        let server = try FaultServer { request in
            guard request.headers["x-call"] != nil else { return .reply(status: 400) }
            return switch random.withLock({ $0.roll(12) }) {
            case 0: .slow(20)
            case 1: .silence
            case 2: .reset
            case 3: .garbage
            case 4: .reply(status: 500)
            case 5: .reply(status: 429, headers: ["Retry-After: 0"])
            case 6: .endlessBody
            case 7: .early
            case 8: .close
            case 9: .reply(status: 302, headers: ["Location: /x"])
            default: .reply()
            }
        }
        let caller = OutboundCaller(system: name, policy: policy, random: SeededRandom(seed))
        let client = ClientTests.client(TransferLoop(), largestReply: 50_000)
        let outcomes = await withTaskGroup(of: (Int, OutboundError?).self) { group in
            for number in 0 ..< 60 {
                group.addTask {
                    var request = HTTPRequest(number.isMultiple(of: 2) ? .get : .post, server.url(), headers: ["X-Call": "\(number)"])
                    if number.isMultiple(of: 3) { request.headers["Idempotency-Key"] = "\(number)" }
                    do throws(OutboundError) {
                        _ = try await caller.send(request, through: client)
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let sent = Dictionary(grouping: server.requests) { $0.headers["x-call"] ?? "" }.mapValues(\.count)
        for number in 0 ..< 60 {
            let isRepeatable = number.isMultiple(of: 2) || number.isMultiple(of: 3), times = sent["\(number)"] ?? 0
            // libcurl itself may send once more per attempt, over a connection that had just been closed.
            #expect(times <= (isRepeatable ? 2 * policy.retry.attempts : 1), "call \(number)")
            if let error = outcomes[number] {
                #expect(![.auth, .dns, .tls].contains(error.kind), "\(error)")
                #expect(error.mayHaveArrived || times == 0 || error.isRefusal || isRepeatable, "call \(number): \(error)")
            } else {
                #expect(times >= 1, "call \(number)")
            }
        }
        let snapshot = caller.snapshot
        #expect(
            snapshot.counts.calls == 60 && snapshot.counts.failures == outcomes.count && snapshot.inFlight == 0 && snapshot.waiting == 0)
    }
}
