import Foundation

/// How many nets a property test looks at and with which seeds: few in an ordinary run, many with `MIZZEN_SOAK=1`; `MIZZEN_SEED`
/// repeats a run, `MIZZEN_NETS` sets the number.
public struct RandomNetRuns: Sendable {
    public let first: UInt64
    public let count: Int

    public init(ordinary: Int, soak: Int) {
        let environment = ProcessInfo.processInfo.environment
        first = environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ..< 1 << 40)
        count = environment["MIZZEN_NETS"].flatMap { Int($0) } ?? (environment["MIZZEN_SOAK"] == "1" ? soak : ordinary)
    }

    /// Goes through the seeds on all processors and adds up what each gives.
    public func sum<Tally: Sendable>(
        _ zero: Tally, _ add: @Sendable @escaping (inout Tally, Tally) -> Void,
        _ body: @Sendable @escaping (UInt64, inout Tally) -> Void
    ) async -> Tally {
        let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
        return await withTaskGroup(of: Tally.self, returning: Tally.self) { group in
            for worker in 0 ..< workers {
                group.addTask {
                    var tally = zero
                    for number in stride(from: worker, to: count, by: workers) { body(first &+ UInt64(number), &tally) }
                    return tally
                }
            }
            var total = zero
            for await part in group { add(&total, part) }
            return total
        }
    }
}
