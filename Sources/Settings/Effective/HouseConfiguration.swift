import Configuration
import Yams

/// Everything that is set, from flags, environment, file and defaults, in this order. swift-configuration decides which of them counts;
/// shape, unknown keys and places come from our own walk over the file.
///
///     store: postgresql:///flow        # what --store and MIZZEN_STORE name
///     read-only: true
///     theme: light                     # the console: docs/console.md
///     connectors:                      # outside systems by name: docs/connectors.md
///       cache: {type: redis, url: "redis://127.0.0.1:6379", password: env:REDIS_PASSWORD}
public struct HouseConfiguration: Sendable, Hashable {
    public let file: String
    /// In the order of `Setting.all`.
    public let settings: [EffectiveSetting]
    /// What is wrong with the file and the environment; connectors have their own.
    public let problems: [SettingsProblem]
    /// The file as it was read.
    let text: String?

    public static let largest = 1 << 20
    /// Keys with a shape of their own.
    static let shaped = ["context", "contexts", "connectors"]

    /// - Parameters:
    ///   - text: the file's text; nil where there is none.
    ///   - flags: what the command line says, by key.
    public init(file: String, text: String?, flags: [String: String], environment: [String: String]) {
        self.file = file
        self.text = text
        let walk = SettingsWalk(file: file)
        let inFile = Self.values(text.flatMap { walk.root($0, called: "config.yaml") })
        var problems = walk.problems, fromEnvironment: [String: String] = [:], values: [String: String] = [:]
        for setting in Setting.all {
            if let found = inFile[setting.key] { values[setting.key] = found.value }
            guard !setting.isInFileOnly, let text = environment[setting.variable], !text.isEmpty else { continue }
            guard let value = setting.value(text) else {
                problems.append(SettingsProblem(.error, setting.variable, setting.meaning))
                continue
            }
            fromEnvironment[setting.key] = value
        }
        let sources = SourceRecorder()
        let reader = ConfigReader(
            providers: [
                InMemoryProvider(name: "flag", values: Self.stored(flags)),
                InMemoryProvider(name: "environment", values: Self.stored(fromEnvironment)),
                InMemoryProvider(name: "file", values: Self.stored(values)),
                InMemoryProvider(
                    name: "default",
                    values: Self.stored(Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0.standard) }))),
            ], accessReporter: sources)
        settings = Setting.all.map { setting in
            let value = reader.string(forKey: ConfigKey([setting.key]), default: setting.standard)
            let source: EffectiveSetting.Source =
                switch sources.last {
                case 0: .flag
                case 1: .environment(setting.variable)
                case 2: .file(inFile[setting.key]?.place ?? file)
                default: .standard
                }
            return EffectiveSetting(key: setting.key, value: value, source: source)
        }
        self.problems = problems
    }

    public subscript(key: String) -> String { settings.first { $0.key == key }?.value ?? "" }

    public func isOn(_ key: String) -> Bool { self[key] == "true" }

    public func setting(_ key: String) -> EffectiveSetting? { settings.first { $0.key == key } }

    /// The entries of `connectors`, for whoever knows what they may say, on a walk of their own.
    public func connectors() -> (walk: SettingsWalk, sections: [SettingsSection]) {
        let walk = SettingsWalk(file: file)
        // What is wrong with the file as a whole is among `problems`.
        guard let text, let root = SettingsWalk(file: file).root(text), root.value("connectors")?.null == nil else { return (walk, []) }
        guard let root = walk.root(text) else { return (walk, []) }
        return (walk, root.sections("connectors"))
    }

    // MARK: The file

    private static func stored(_ values: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            uniqueKeysWithValues: values.map { key, value in
                (AbsoluteConfigKey([key]), ConfigValue(.string(value), isSecret: false))
            })
    }

    private static func values(_ root: SettingsSection?) -> [String: (value: String, place: String)] {
        guard let root else { return [:] }
        var values: [String: (value: String, place: String)] = [:]
        for key in shaped { _ = root.value(key) }
        for setting in Setting.all {
            guard let node = root.value(setting.key), node.null == nil else { continue }
            let flag = node.bool.map { $0 ? "true" : "false" }
            guard let text = node.scalar?.string, let value = setting.kind == .flag ? flag : setting.value(text) else {
                root.walk.report(node, setting.meaning)
                continue
            }
            values[setting.key] = (value, root.walk.place(of: node))
        }
        root.finish()
        return values
    }
}
