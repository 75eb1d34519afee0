/// Why a schema cannot be used: everything the compiler found, with places.
public struct XMLSchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Not a well-formed document, or not one whose outermost element is `schema`.
        case notASchema = "schema-not-a-schema"
        /// It breaks the rules of XML Schema.
        case invalid = "schema-invalid"
        /// It refers to another document; nothing is ever loaded.
        case refersElsewhere = "schema-refers-elsewhere"
        /// Larger or deeper than is accepted.
        case tooLarge = "schema-too-large"
    }

    public struct Finding: Sendable, Equatable, CustomStringConvertible {
        public let message: String
        /// Place in the text the schema was parsed from; `nil` when it was built without positions.
        public let position: SourcePosition?

        public init(_ message: String, at position: SourcePosition? = nil) {
            self.message = message
            self.position = position
        }

        public var description: String { position.map { "\($0): \(message)" } ?? message }
    }

    public let code: Code
    /// At least one, in the order found.
    public let findings: [Finding]

    public init(_ code: Code, _ findings: [Finding]) {
        self.code = code
        self.findings = findings
    }

    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
