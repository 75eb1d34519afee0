import Workflow
import XMLTree

/// What `spec check` says about one specification of a file, or about a file that cannot be read.
struct SpecificationVerdict: Sendable {
    let file: String
    /// Nil when the file as a whole is refused.
    let specification: String?
    let findings: [Finding]
    /// Why a case of it cannot be started here; empty when it can.
    let obstacles: [String]

    var isAccepted: Bool { !findings.contains { $0.severity == .error } }

    static func verdicts(of bytes: [UInt8], file: String) -> [SpecificationVerdict] {
        do {
            return try SpecificationReader.read(bytes, file: file).map { specification in
                let findings = verify(specification)
                return SpecificationVerdict(
                    file: file, specification: specification.id.reference, findings: findings,
                    obstacles: findings.filter { $0.severity == .warning && $0.blocksRunning }.map(\.message))
            }
        } catch {
            return [SpecificationVerdict(file: file, specification: nil, findings: error.findings, obstacles: [])]
        }
    }

    /// A headline and a line per finding, as compilers print them.
    var text: String {
        let errors = findings.count { $0.severity == .error }, warnings = findings.count - errors
        var headline = "\(file): " + (specification.map { "\($0) " } ?? "") + (isAccepted ? "accepted" : "refused")
        if errors > 0 { headline += ", \(errors) \(errors == 1 ? "error" : "errors")" }
        if warnings > 0 { headline += ", \(warnings) \(warnings == 1 ? "warning" : "warnings")" }
        if isAccepted { headline += obstacles.isEmpty ? "; runs here" : "; does not run here yet: " + obstacles.joined(separator: "; ") }
        return ([headline] + findings.map { $0.text(file: file) }).joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            "file": .string(file), "specification": .string(specification), "verdict": .string(isAccepted ? "accepted" : "refused"),
            "runnable": .bool(isAccepted && obstacles.isEmpty), "obstacles": .array(obstacles.map { .string($0) }),
            "findings": .array(findings.map(\.json)),
        ])
    }
}
