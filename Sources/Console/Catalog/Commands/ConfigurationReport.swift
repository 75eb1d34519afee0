import Engine
import Settings

/// What a face knows of the configuration it runs with.
public struct ConfigurationReport: Sendable {
    public let configuration: HouseConfiguration
    /// Everything that is wrong: in the file, in the environment, with connectors, services and secrets.
    public let problems: @Sendable () -> [SettingsProblem]
    /// Outside systems that are configured, each probed now.
    public let connectors: @Sendable () async -> [ConnectorRow]

    public init(
        configuration: HouseConfiguration, problems: @escaping @Sendable () -> [SettingsProblem],
        connectors: @escaping @Sendable () async -> [ConnectorRow]
    ) {
        self.configuration = configuration
        self.problems = problems
        self.connectors = connectors
    }
}
