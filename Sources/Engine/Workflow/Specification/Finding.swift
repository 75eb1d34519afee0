import XQuery

/// Something verification has to say about a specification: what is wrong, where, and what to do about it.
public struct Finding: Sendable, Equatable, Codable {
    public enum Severity: String, Sendable, Codable { case error, warning }

    /// Stable. `yawl-…` is a rule of the reference engine and decides the verdict as there; `mizzen-…` is a rule of ours.
    public let code: String
    public let severity: Severity
    /// In the reference engine's form: `AtomicTask:A`, `YNet:Main`, `Condition:c{A_B}`…; empty for the file as a whole.
    public let element: String
    public let message: String
    /// 1-based; 0 when unknown.
    public let line: Int
    public let column: Int
    /// The place inside the query the finding is about.
    public let excerpt: QueryExcerpt?

    public init(code: String, severity: Severity, element: String = "", message: String, mark: SourceMark, excerpt: QueryExcerpt? = nil) {
        self.code = code
        self.severity = severity
        self.element = element
        self.message = message
        line = mark.position?.line ?? 0
        column = mark.position?.column ?? 0
        self.excerpt = excerpt
    }

    /// `file:line:column: error: message [code]`, as compilers print it; below it the query with a caret, if it is about one.
    public func text(file: String) -> String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(severity.rawValue): \(message) [\(code)]" + (excerpt.map { "\n" + $0.text } ?? "")
    }
}
