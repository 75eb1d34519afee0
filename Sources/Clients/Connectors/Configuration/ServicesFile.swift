import Engine
import Foundation
import Settings
import Yams

/// The file that says which services and data gateways there are (`services.yaml`):
///
///     allow-shell: true                    # without it no entry of type shell counts
///     services:                            # by codelet, URI of a yawlService, or `automated`
///       automated: echo
///       org.example.Letter: {type: shell, command: [/usr/local/bin/letter, --pdf], timeout: 60}
///       http://localhost:8080/rates/ib: {type: http, timeout: 10}
///     gateways:                            # by the class name specifications use
///       org.example.Files: {type: files, folder: data}
///       org.example.Customers:
///         type: sql
///         database: customers.db
///         read: {customer: "SELECT name FROM customer WHERE id = :customerId"}
///         write: {rating: "UPDATE customer SET rating = :value WHERE id = :case"}
///
/// Relative paths are meant from the file's folder; times are seconds.
///
/// Its entries are the types of `ConnectorType` that serve as services and gateways; each is a connector too, under its name here.
public enum ServicesFile {
    /// What a file came to.
    struct Contents {
        var entries: [(name: String, parts: ConnectorParts)] = []
        var problems: [SettingsProblem] = []
        var secrets: [(reference: SecretReference, place: String)] = []

        var directory: ServiceDirectory {
            var directory = ServiceDirectory()
            for (name, parts) in entries {
                if let service = parts.service { directory.services[name] = service }
                if let gateway = parts.gateway { directory.gateways[name] = gateway }
            }
            return directory
        }
    }

    /// - Parameter isRequired: whether it is wrong that the file is not there; else there are no services then.
    /// - Throws: `services-file`, with a line `file:line:column: error: …` for everything that is wrong.
    public static func read(_ path: String, isRequired: Bool) throws(EngineError) -> ServiceDirectory {
        try contents(path, isRequired: isRequired).directory
    }

    static func contents(_ path: String, isRequired: Bool) throws(EngineError) -> Contents {
        guard let text = try SettingsText.read(path, isRequired: isRequired, code: "services-file", what: "with services") else {
            return Contents()
        }
        return try contents(of: text, file: path)
    }

    static func parse(_ text: String, file: String) throws(EngineError) -> ServiceDirectory { try contents(of: text, file: file).directory }

    static func contents(of text: String, file: String) throws(EngineError) -> Contents {
        let walk = SettingsWalk(file: file)
        var contents = Contents()
        if let root = walk.root(text) {
            let surroundings = ConnectorSurroundings(
                folder: URL(fileURLWithPath: file).deletingLastPathComponent().path, allowsShell: root.flag("allow-shell") ?? false)
            for (key, role) in [("services", ConnectorType.Role.service), ("gateways", .gateway)] {
                for (name, node) in root.entries(key) {
                    if let parts = entry(name, node, role, root, surroundings) { contents.entries.append((name, parts)) }
                }
            }
            root.finish()
        }
        let errors = walk.problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw EngineError(
                .invalid, "services-file", "\(file) cannot be used:\n" + errors.map(\.description).joined(separator: "\n"))
        }
        contents.problems = walk.problems
        contents.secrets = walk.secrets
        return contents
    }

    private static func entry(
        _ name: String, _ node: Node, _ role: ConnectorType.Role, _ root: SettingsSection, _ surroundings: ConnectorSurroundings
    ) -> ConnectorParts? {
        let types = ConnectorType.all.filter { $0.role == role }
        // A word alone is its type, where that needs nothing else.
        if role == .service, let word = node.scalar?.string {
            guard word != "shell", let type = types.first(where: { $0.word == word }) else {
                root.walk.report(node, "a service is echo or http, or a mapping with its type, not \(word)")
                return nil
            }
            return type.make(SettingsSection(empty: root.walk, node, called: name), surroundings)
        }
        guard let section = root.section(node, called: name) else { return nil }
        let word = section.text("type")
        guard let type = types.first(where: { $0.word == word }) else {
            section.report("type", "\(name) needs a type: \(ConnectorType.words(of: role))")
            return nil
        }
        let parts = type.make(section, surroundings)
        section.finish()
        return parts
    }
}

extension OutsideSystems {
    /// config.yaml and services.yaml together.
    /// - Throws: `services-file`, `config-file`.
    public static func read(
        _ configuration: HouseConfiguration, services: String, isNamed: Bool
    ) throws(EngineError) -> OutsideSystems {
        var systems = OutsideSystems(configuration)
        systems.add(try ServicesFile.contents(services, isRequired: isNamed))
        return systems
    }
}
