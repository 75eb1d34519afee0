import Engine
import TextCells
import Workflow

/// The proof of a specification's soundness in words, for `spec verify`.
struct SoundnessDescription: Sendable {
    let file: String
    let model: Specification
    let proof: SpecificationSoundness
    let budget: SoundnessBudget

    /// - Throws: `specification-unreadable`, `specification-refused`: only what could be loaded is proven.
    static func prove(_ bytes: [UInt8], file: String, budget: SoundnessBudget) throws(EngineError) -> [SoundnessDescription] {
        let specifications: [Specification]
        do throws(SpecificationError) {
            specifications = try SpecificationReader.read(bytes, file: file)
        } catch {
            throw EngineError(
                .invalid, "specification-unreadable", "\(file) is no YAWL specification that can be read", findings: error.findings)
        }
        let errors = specifications.flatMap { verify($0) }.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw EngineError(
                .invalid, "specification-refused",
                "\(file) would not be loaded: verification found \(errors.count) error\(errors.count == 1 ? "" : "s")",
                findings: errors)
        }
        return specifications.map {
            SoundnessDescription(file: file, model: $0, proof: proveSoundness(of: $0, budget: budget), budget: budget)
        }
    }

    private var specification: String { model.id.reference }

    /// A page of its words, and one of each run that shows a failure.
    static func tabs(_ all: [SoundnessDescription]) -> [DetailTab] {
        let walks = all.flatMap { one in
            one.proof.nets.flatMap { net in
                one.model.nets.first { $0.id == net.net }.map { model in
                    net.failures.compactMap { FiringWalk($0, of: model, in: one.model) }
                } ?? []
            }
        }
        return walks.enumerated().map { DetailTab("\($0 + 1) \($1.failure.kind.rawValue)", .walk($1)) }
            + [DetailTab("Proof", .text(all.map(\.text).joined(separator: "\n\n")))]
    }

    // MARK: For people

    var text: String {
        ([
            """
            \(file): \(specification) is \(proof.verdict.rawValue); prover \
            \(soundnessProverVersion), at most \(budget.states) markings a net
            """
        ]
            + proof.nets.map(Self.text)).joined(separator: "\n")
    }

    private static func text(_ net: NetSoundness) -> String {
        var lines = ["net \(net.net): \(net.verdict.rawValue), \(net.states) \(net.states == 1 ? "marking" : "markings") seen"]
        if let limit = net.limit { lines.append("  not all of them: \(limit)") }
        lines += net.failures.flatMap { FiringWalk.lines(of: $0) }.map { "  " + $0 }
        lines += net.reducibleCancellations.map { "  \($0.task) cancels \($0.element), which never holds anything then" }
        lines += net.needlessOrJoins.map { "  the OR join of \($0.task) could be an \($0.replacement.rawValue.uppercased()) join" }
        return lines.joined(separator: "\n")
    }

    /// What was proven when a specification was loaded.
    static func fields(_ certificate: SoundnessCertificate) -> [Section.Field] {
        [
            Section.Field("soundness", .state(certificate.verdict.tone, certificate.verdict.rawValue)),
            Section.Field(
                "proof",
                "\(certificate.states) markings seen, at most \(certificate.stateBudget) a net, prover \(certificate.proverVersion)"),
            Section.Field("proven", .time(certificate.at)),
            Section.Field("of file", "sha256 " + certificate.source),
        ] + certificate.reasons.map { Section.Field("because", $0) }
    }

    // MARK: For programs

    var json: JSONValue {
        .object([
            "file": .string(file), "specification": .string(specification), "verdict": .string(proof.verdict.rawValue),
            "states": .integer(Int64(proof.states)), "stateBudget": .integer(Int64(budget.states)),
            "prover": .integer(Int64(soundnessProverVersion)),
            "nets": .array(proof.nets.map(Self.json)),
        ])
    }

    private static func json(_ net: NetSoundness) -> JSONValue {
        .object([
            "net": .string(net.net), "verdict": .string(net.verdict.rawValue), "states": .integer(Int64(net.states)),
            "limit": .string(net.limit),
            "failures": .array(
                net.failures.map { failure in
                    .object([
                        "kind": .string(failure.kind.rawValue), "message": .string(failure.message),
                        "sequence": .array(failure.sequence.map(Self.json)),
                    ])
                }),
            "reducibleCancellations": .array(
                net.reducibleCancellations.map { .object(["task": .string($0.task), "element": .string($0.element)]) }),
            "needlessOrJoins": .array(
                net.needlessOrJoins.map { .object(["task": .string($0.task), "replacement": .string($0.replacement.rawValue)]) }),
        ])
    }

    private static func json(_ step: FiringStep) -> JSONValue {
        func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        let tokens = step.marking.tokens.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer(Int64($0.value))) }
        return .object([
            "task": .string(step.task), "phase": .string(step.phase.rawValue), "takes": list(step.takes), "gives": list(step.gives),
            "removes": list(step.removes),
            "marking": .object(["tokens": .object(tokens), "busy": list(step.marking.busy)]),
        ])
    }

    static func json(_ certificate: SoundnessCertificate?) -> JSONValue {
        guard let certificate else { return .null }
        return .object([
            "verdict": .string(certificate.verdict.rawValue), "reasons": .array(certificate.reasons.map { .string($0) }),
            "states": .integer(Int64(certificate.states)), "stateBudget": .integer(Int64(certificate.stateBudget)),
            "prover": .integer(Int64(certificate.proverVersion)), "at": .string(TimeText.iso(certificate.at)),
            "source": .string(certificate.source),
        ])
    }
}

extension SoundnessVerdict {
    package var tone: Tone {
        switch self {
        case .sound: .good
        case .weaklySound, .undecided: .warning
        case .unsound: .danger
        }
    }
}
