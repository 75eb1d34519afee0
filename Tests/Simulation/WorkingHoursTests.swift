import Foundation
import Support
import Testing
@testable import Simulation

@Suite struct WorkingHoursTests {
    private static let hour: Int64 = 3_600_000
    private static let week = [true, true, true, true, true, false, false]

    @Test func hoursThatNeverOpenAreRefused() {
        #expect(WorkingHours(days: Array(repeating: false, count: 7), from: 0, to: 1) == nil)
        #expect(WorkingHours(days: Self.week, from: 9 * Self.hour, to: 9 * Self.hour) == nil)
        #expect(WorkingHours(days: Self.week, from: 17 * Self.hour, to: 9 * Self.hour) == nil)
        #expect(WorkingHours(days: Self.week, from: 0, to: 25 * Self.hour) == nil)
        #expect(WorkingHours(days: [true], from: 0, to: 1) == nil)
    }

    @Test func aWeeksWorkEndsAtTheEndOfItsLastDay() throws {
        let hours = try #require(WorkingHours(days: Self.week, from: 9 * Self.hour, to: 17 * Self.hour))
        #expect(hours.end(of: 40 * Self.hour, begunAt: 0) == (4 * 24 + 17) * Self.hour)
        #expect(hours.end(of: 400 * Self.hour, begunAt: 0) == ((9 * 7 + 4) * 24 + 17) * Self.hour)
        #expect(hours.end(of: 0, begunAt: 0) == 9 * Self.hour)
    }

    /// Minute by minute, the slow way.
    @Test func sumsAgreeWithCounting() throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ..< 1 << 32)
        print("working hours test: MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        for _ in 0 ..< 20 {
            let from = Int64.random(in: 0 ..< 23, using: &random)
            let days = (0 ..< 7).map { _ in Bool.random(using: &random) }
            guard
                let hours = WorkingHours(
                    days: days, from: from * Self.hour, to: Int64.random(in: from + 1 ... 24, using: &random) * Self.hour)
            else { continue }
            let start = Int64.random(in: 0 ..< 500, using: &random), work = Int64.random(in: 1 ..< 300, using: &random)
            var now = start, left = work
            while left > 0 {
                if hours.isOpen(at: now * Self.hour) { left -= 1 }
                now += 1
            }
            #expect(hours.end(of: work * Self.hour, begunAt: start * Self.hour) == now * Self.hour, "\(hours), seed \(seed)")
            #expect(hours.time(from: start * Self.hour, to: now * Self.hour) == work * Self.hour, "\(hours), seed \(seed)")
        }
    }
}
