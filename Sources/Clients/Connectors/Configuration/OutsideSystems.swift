import Engine
import Foundation
import Settings

/// Everything outside that is configured, put together from `connectors` in config.yaml and from services.yaml, with what is built in where
/// nothing is configured.
///
///     connectors:
///       cache: {type: redis, url: "redis://127.0.0.1:6379", password: env:REDIS_PASSWORD}
///       mail: {type: smtp, url: "smtp://mail.example.org:587", from: flow@example.org, user: flow, password: file:/etc/mizzen/smtp}
///       rates: {type: http, url: "https://rates.example/ib", serves: [org.example.Rates], policy: {timeout: 2s}}
///       customers: {type: sql, database: customers.db, serves: [org.example.Customers], read: {…}, write: {…}}
///
/// `serves` lists the names by which specifications call a service or a gateway; without it that is the entry's own name.
public struct OutsideSystems: Sendable {
    public private(set) var directory = ServiceDirectory()
    public private(set) var connectors: [any Connector] = []
    public private(set) var cache: (any SpecificationCache)?
    /// What is wrong, and what is worth knowing.
    public private(set) var problems: [SettingsProblem] = []
    /// Secrets that are named, with their places.
    public private(set) var secrets: [(reference: SecretReference, place: String)] = []

    public init() {}

    /// What config.yaml says.
    public init(_ configuration: HouseConfiguration) {
        let (walk, sections) = configuration.connectors()
        let surroundings = ConnectorSurroundings(
            folder: URL(fileURLWithPath: configuration.file).deletingLastPathComponent().path,
            allowsShell: configuration.isOn("allow-shell"))
        for section in sections {
            guard let type = section.text("type"), let known = ConnectorType.all.first(where: { $0.word == type }) else {
                section.report("type", "\(section.name) needs a type: \(ConnectorType.words())")
                continue
            }
            let names = known.role == .service || known.role == .gateway ? section.texts("serves") ?? [section.name] : []
            if let parts = known.make(section, surroundings) { add(parts, named: names) }
            section.finish()
        }
        problems += walk.problems
        secrets += walk.secrets
    }

    /// Takes over what a services.yaml says.
    mutating func add(_ services: ServicesFile.Contents) {
        for entry in services.entries { add(entry.parts, named: [entry.name]) }
        problems += services.problems
        secrets += services.secrets
    }

    /// What is built in where nothing is configured: a cache in memory, and the mailbox of the store.
    public mutating func addEmbedded(mailbox: any EffectHandler & Connector) {
        if cache == nil {
            let memory = MemoryCache()
            cache = memory
            connectors.append(MemoryCacheConnector(memory))
        }
        if directory.topics[MailOrder.topic] == nil {
            directory.topics[MailOrder.topic] = mailbox
            connectors.append(mailbox)
        }
    }

    private mutating func add(_ parts: ConnectorParts, named names: [String]) {
        connectors.append(parts.connector)
        for name in names {
            if let service = parts.service { directory.services[name] = service }
            if let gateway = parts.gateway { directory.gateways[name] = gateway }
        }
        directory.topics.merge(parts.topics) { $1 }
        cache = parts.cache ?? cache
    }

    /// - Throws: `config-file` with a line for everything that is wrong.
    public func checked() throws(EngineError) -> OutsideSystems {
        let errors = problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw EngineError(
                .invalid, "config-file", "the configuration cannot be used:\n" + errors.map(\.description).joined(separator: "\n"))
        }
        return self
    }
}

extension OutsideSystems {
    /// Everything that is wrong: in config.yaml, the environment and services.yaml, with connectors, and with the secrets they name.
    public static func problems(_ configuration: HouseConfiguration, services: String, isNamed: Bool) -> [SettingsProblem] {
        var systems = OutsideSystems(configuration)
        var problems = configuration.problems
        do {
            systems.add(try ServicesFile.contents(services, isRequired: isNamed))
        } catch {
            problems.append(SettingsProblem(.error, services, error.message))
        }
        problems += systems.problems
        for (reference, place) in systems.secrets {
            do { _ = try reference.secret() } catch { problems.append(SettingsProblem(.error, place, error.message)) }
        }
        return problems
    }
}

extension HouseConfiguration {
    /// What flags and environment say, by key.
    public var overrides: [String: String] {
        let said = settings.filter {
            switch $0.source {
            case .flag, .environment: true
            case .file, .standard: false
            }
        }
        return Dictionary(said.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// - Parameter isNamed: somebody named the file, so that it is wrong when it is not there.
    /// - Throws: `config-file` when it cannot be read at all; what is wrong inside is among its `problems`.
    public static func read(
        _ path: String, isNamed: Bool, flags: [String: String], environment: [String: String]
    ) throws(EngineError) -> HouseConfiguration {
        let text = try SettingsText.read(path, isRequired: isNamed, code: "config-file", what: "with settings")
        return HouseConfiguration(file: path, text: text, flags: flags, environment: environment)
    }
}

/// Files of settings as text, within bounds.
enum SettingsText {
    static let largest = 1 << 20

    /// nil: there is none.
    static func read(_ path: String, isRequired: Bool, code: String, what: String) throws(EngineError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else {
            if isRequired { throw EngineError(.notFound, code, "there is no file \(path) \(what)") }
            return nil
        }
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: largest + 1) ?? Data()
        } catch {
            throw EngineError(.invalid, code, "\(path) cannot be read: \(error.localizedDescription)")
        }
        guard bytes.count <= largest, let text = String(validating: bytes, as: UTF8.self) else {
            throw EngineError(.invalid, code, "\(path) is larger than 1 MiB or no UTF-8 text")
        }
        return text
    }
}
