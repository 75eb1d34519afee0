import XMLTree

/// Why a specification's inline schema cannot be used. Positions are those of the specification file when its nodes have them.
public struct TypeLibraryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Why; the code is stable (`schema-invalid`, …).
    public let code: XMLSchemaError.Code
    /// At least one, in the order found.
    public let findings: [XMLSchemaError.Finding]

    init(_ error: XMLSchemaError) {
        code = error.code
        findings = error.findings
    }

    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
