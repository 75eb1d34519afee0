// What is wrong with a file a person wrote, and where.

/// A finding in a theme, a keymap or another small file. The rest of the file still counts.
public struct FileDiagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable {
        /// Something was left out.
        case error
        /// Everything counts, but perhaps not as meant.
        case notice
    }

    public let severity: Severity
    /// Stable, for instance `theme-unknown-role`.
    public let code: String
    public let file: String
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    public let column: Int
    /// One sentence: what is wrong and what to do.
    public let message: String

    public init(_ severity: Severity, code: String, file: String, line: Int, column: Int, message: String) {
        self.severity = severity
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(severity.rawValue): \(message) [\(code)]"
    }
}
