/// Why a file is no specification that can be read: at least one finding of severity error.
public struct SpecificationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// As given to the reader; used for printing only.
    public let file: String
    public let findings: [Finding]

    public init(file: String, findings: [Finding]) {
        self.file = file
        self.findings = findings
    }

    /// One line a finding, as compilers print them.
    public var description: String { findings.map { $0.text(file: file) }.joined(separator: "\n") }
}
