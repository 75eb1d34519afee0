/// A setting with one value, as all sources know it: the flag's long name, the variable `MIZZEN_…` and the key in the file are made
/// from one name.
public struct Setting: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case text
        case flag
        case number(ClosedRange<Int>)
    }

    /// `read-only`
    public let key: String
    public let kind: Kind
    /// Empty: nothing.
    public let standard: String
    /// Neither a flag nor a variable can set it.
    public let isInFileOnly: Bool

    public init(_ key: String, _ kind: Kind, default standard: String = "", isInFileOnly: Bool = false) {
        self.isInFileOnly = isInFileOnly
        self.key = key
        self.kind = kind
        self.standard = standard
    }

    /// `MIZZEN_READ_ONLY`
    public var variable: String { "MIZZEN_" + key.uppercased().replacing("-", with: "_") }

    /// The value as it is kept; nil where the text is no such value.
    func value(_ text: String) -> String? {
        switch kind {
        case .text: return text
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return "true"
            case "false", "no", "off", "0": return "false"
            default: return nil
            }
        case .number(let range): return Int(text).flatMap { range.contains($0) ? String($0) : nil }
        }
    }

    /// What it may be, for complaints.
    var meaning: String {
        switch kind {
        case .text: "\(key) is a text"
        case .flag: "\(key) is true or false"
        case .number(let range): "\(key) is a number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// Every setting with one value. What has a shape of its own (`context`, `contexts`, `connectors`) is not among them.
    public static let all: [Setting] = [
        Setting("store", .text), Setting("services", .text), Setting("read-only", .flag, default: "false"),
        Setting("theme", .text, default: "dark"), Setting("keymap", .text, default: "default"), Setting("mouse", .flag, default: "false"),
        Setting("undo", .number(0 ... 60)), Setting("allow-shell", .flag, default: "false", isInFileOnly: true),
    ]
}

/// A setting's value, and where it comes from.
public struct EffectiveSetting: Sendable, Hashable {
    public enum Source: Sendable, Hashable, CustomStringConvertible {
        case flag, environment(String), file(String), standard

        public var description: String {
            switch self {
            case .flag: "flag"
            case .environment(let variable): variable
            case .file(let place): place
            case .standard: "default"
            }
        }
    }

    public let key: String
    public let value: String
    public let source: Source
}
