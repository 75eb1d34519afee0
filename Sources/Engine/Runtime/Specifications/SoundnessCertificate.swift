import Workflow

/// What was proven of a specification when it was loaded, kept with the version.
public struct SoundnessCertificate: Sendable, Equatable, Codable {
    /// The worst of its nets'.
    public let verdict: SoundnessVerdict
    /// One sentence for each failure, beginning with its net, or why the proof stopped.
    public let reasons: [String]
    /// Markings seen, in all nets together.
    public let states: Int
    /// The most that were allowed for each net.
    public let stateBudget: Int
    /// `soundnessProverVersion` then.
    public let proverVersion: Int
    /// Milliseconds since 1970.
    public let at: Int64
    /// SHA-256 of the file, in hexadecimal digits.
    public let source: String

    init(_ proof: SpecificationSoundness, budget: SoundnessBudget, source: [UInt8], at: Int64) {
        verdict = proof.verdict
        reasons = Array(proof.nets.flatMap(\.reasons).prefix(Self.maxReasons))
        states = proof.states
        stateBudget = budget.states
        proverVersion = soundnessProverVersion
        self.at = at
        self.source = sha256(source).hexadecimal
    }

    private static let maxReasons = 20
}

extension SpecificationSoundness {
    /// As findings at the place of their net: errors where something is proven to go wrong, else warnings.
    func findings(in specification: Specification, asErrors: Bool) -> [Finding] {
        nets.filter { $0.verdict != .sound }.flatMap { net in
            let mark = specification.nets.first { $0.id == net.net }?.common.mark ?? .unknown
            let isUndecided = net.verdict == .undecided
            return net.reasons.map { reason in
                Finding(
                    code: isUndecided ? "mizzen-soundness-undecided" : "mizzen-unsound",
                    severity: asErrors && !isUndecided ? .error : .warning,
                    element: "YNet:" + net.net, message: reason, mark: mark)
            }
        }
    }
}
