/// How much a soundness proof may cost. Counted in work, not in seconds, so that the same net has the same verdict everywhere.
public struct SoundnessBudget: Sendable, Equatable {
    /// Markings kept at most.
    public var states: Int
    /// Token movements and comparisons at most.
    public var effort: Int

    public init(states: Int, effort: Int) {
        self.states = states
        self.effort = effort
    }

    /// A proof somebody waits for: a few seconds for the worst of nets.
    public static let thorough = SoundnessBudget(states: 500_000, effort: 250_000_000)
    /// A proof in passing, when a specification is loaded.
    public static let brief = SoundnessBudget(states: 5_000, effort: 1_500_000)
}
