import Yams

/// A walk over the nodes of one YAML file, which collects everything that is wrong with its place. Used by one task at a time.
public final class SettingsWalk {
    public let file: String
    public private(set) var problems: [SettingsProblem] = []
    /// Secrets that were named, each with its place.
    public private(set) var secrets: [(reference: SecretReference, place: String)] = []
    private static let mostProblems = 100

    public init(file: String) { self.file = file }

    /// The file's mapping; nil when it is empty, no YAML, or something else.
    public func root(_ text: String, called name: String = "the file") -> SettingsSection? {
        do {
            guard let node = try Yams.compose(yaml: text), node.null == nil else { return nil }
            return section(node, called: name)
        } catch {
            report(error)
            return nil
        }
    }

    func section(_ node: Node, called name: String) -> SettingsSection? {
        guard let mapping = node.mapping else {
            report(node, "\(name) must be a mapping of names to values")
            return nil
        }
        return SettingsSection(self, name, node, mapping)
    }

    public func place(of node: Node?) -> String { place(node?.mark) }

    public func report(_ node: Node?, _ message: String, _ severity: SettingsProblem.Severity = .error) {
        report(node?.mark, message, severity)
    }

    func note(_ secret: SecretReference, at node: Node) { secrets.append((secret, place(of: node))) }

    private func place(_ mark: Mark?) -> String { mark.map { "\(file):\($0.line):\($0.column)" } ?? file }

    private func report(_ mark: Mark?, _ message: String, _ severity: SettingsProblem.Severity = .error) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(SettingsProblem(severity, place(mark), message))
    }

    private func report(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            report(mark, "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            report(context.mark, "\(duplicates.map { "\($0)" }.joined(separator: ", ")) appears twice; keep one")
        default: report(nil as Mark?, "the file is not YAML")
        }
    }
}
