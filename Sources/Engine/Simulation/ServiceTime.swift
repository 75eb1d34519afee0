/// How long something takes, or how far apart things come; milliseconds.
public enum ServiceTime: Sendable, Hashable {
    case constant(Int64)
    case exponential(mean: Int64)
    case uniform(from: Int64, to: Int64)

    /// Ten years: what a duration may be at most, so that sums of many stay far from overflowing.
    public static let longest: Int64 = 3_653 * 86_400_000

    public var mean: Int64 {
        switch self {
        case .constant(let time), .exponential(let time): time
        case .uniform(let from, let to): from + (to - from) / 2
        }
    }

    func draw(_ random: inout SimulationRandom) -> Int64 {
        switch self {
        case .constant(let time): time
        case .exponential(let mean): Int64((-random.fraction().portableLogarithm * Double(mean)).rounded())
        case .uniform(let from, let to): from + Int64(random.below(Int(to - from) + 1))
        }
    }
}
