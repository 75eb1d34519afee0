/// Something wrong in a file of settings, or worth knowing, with its place.
public struct SettingsProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable { case error, warning }

    public let severity: Severity
    /// `file:line:column`, or a variable's name.
    public let place: String
    /// One sentence: what is wrong and what to do.
    public let message: String

    public init(_ severity: Severity, _ place: String, _ message: String) {
        self.severity = severity
        self.place = place
        self.message = message
    }

    public var description: String { "\(place): \(severity.rawValue): \(message)" }
}
