/// What a simulation found. The same plan, seed included, gives the same report on every machine. Times are milliseconds of the
/// virtual clock.
public struct SimulationReport: Sendable, Equatable {
    /// How cases ended, most frequent first.
    public var outcomes: [Outcome]
    /// Cases that arrived.
    public var arrived: Int
    /// Work items that were completed.
    public var items: Int
    /// From the beginning to the last thing that happened, or to where the clock was stopped.
    public var span: Int64
    /// From arrival to the end, of cases that ended by themselves: completed or deadlocked.
    public var cycle: Band
    /// In the order of the specification; tasks nobody came to are there with nothing served.
    public var tasks: [TaskFigures]
    public var roles: [RoleFigures]

    public struct Outcome: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case completed
            /// Completed with tokens or work left over.
            case improper
            case deadlocked
            case cancelled
            /// Open, but there is nothing anybody could do.
            case stuck
            /// A step was refused; the case was given up.
            case refused
            /// Still open when the clock was stopped.
            case unfinished
        }

        public let kind: Kind
        /// What refused it, or where it waits; empty where there is nothing to say.
        public let reason: String
        public let cases: Int
    }

    /// A sample of times by its percentiles (nearest rank).
    public struct Band: Sendable, Equatable {
        public let count: Int
        public let p5: Int64
        public let p50: Int64
        public let p95: Int64
        public let mean: Int64

        init(_ sample: [Int64]) {
            let sorted = sample.sorted()
            func percentile(_ percent: Int) -> Int64 {
                sorted.isEmpty ? 0 : sorted[max((sorted.count * percent + 99) / 100, 1) - 1]
            }
            (count, p5, p50, p95) = (sorted.count, percentile(5), percentile(50), percentile(95))
            mean = sorted.isEmpty ? 0 : Int64((sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)).rounded())
        }
    }

    public struct TaskFigures: Sendable, Equatable {
        public let net: String
        public let task: String
        /// Names of the roles that do it; empty: it never waits for anybody.
        public let roles: [String]
        /// From being offered to being started.
        public let waiting: Band
        /// From being offered to being completed.
        public let cycle: Band
        /// How often its timer ran out.
        public let expired: Int
    }

    public struct RoleFigures: Sendable, Equatable {
        public let name: String
        /// People or places.
        public let capacity: Int
        /// Part of its working time it was at work, 0 ... 1; people of several roles count in each with all their work.
        public let utilisation: Double
        /// Items that waited for it.
        public let meanQueue: Double
        public let longestQueue: Int
        /// Empty for a role of numbered places.
        public let people: [PersonFigures]
    }

    public struct PersonFigures: Sendable, Equatable {
        public let name: String
        public let utilisation: Double
        public let served: Int
    }

    public func cases(_ kind: Outcome.Kind) -> Int { outcomes.reduce(0) { $0 + ($1.kind == kind ? $1.cases : 0) } }

    /// Cases that ended by themselves.
    public var ended: Int { cases(.completed) + cases(.improper) + cases(.deadlocked) }

    /// Cases ended per hour; 0 when no time passed.
    public var throughput: Double { span > 0 ? Double(ended) * 3_600_000 / Double(span) : 0 }
}
