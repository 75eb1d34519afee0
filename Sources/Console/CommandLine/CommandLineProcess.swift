import Catalog
import Engine
import Foundation

/// The command line on the real process: its arguments, environment, streams and exit code.
public enum CommandLineProcess {
    public typealias StoreOpener =
        @Sendable (_ path: String, _ services: ServicesPlace, _ user: String) async throws(EngineError) -> House

    /// Reads the file of settings at a path, under what the flags say, with the place of services where none is named.
    public typealias ConfigurationReader =
        @Sendable (_ path: String, _ isNamed: Bool, _ flags: [String: String], _ services: ServicesPlace) throws(EngineError)
        -> ConfigurationReport

    /// Carries out the process's command line and ends the process.
    /// - Parameters:
    ///   - registry: the commands there are.
    ///   - openStore: opens the store at a path whose folder exists, with the services a file names, for a user.
    ///   - openConsole: runs the console on an open store.
    public static func run(
        registry: CommandRegistry, readConfiguration: @escaping ConfigurationReader, openStore: @escaping StoreOpener,
        openConsole: @escaping CommandLineHost.ConsoleOpener
    ) async -> Never {
        StandardStreams.ignoreBrokenPipes()
        let environment = ProcessInfo.processInfo.environment
        let places = Places(environment: environment), user = StandardStreams.userName()
        let services = ServicesPlace(places.services, isNamed: false)
        let configuration = environment["MIZZEN_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        var host = CommandLineHost(
            registry: registry, defaultStore: environment["MIZZEN_STORE"].flatMap { $0.isEmpty ? nil : $0 } ?? places.store,
            services: services, user: user,
            isInteractive: StandardStreams.isTerminal(STDIN_FILENO) && StandardStreams.isTerminal(STDOUT_FILENO),
            isOutputTerminal: StandardStreams.isTerminal(STDOUT_FILENO),
            width: StandardStreams.width(environment: environment),
            process: ForegroundProcess(
                log: { _ = StandardStreams.write($0 + "\n", to: STDERR_FILENO) }, requestsToEnd: TerminationSignals.stream),
            progress: StandardStreams.isTerminal(STDERR_FILENO) ? ProgressLine { _ = StandardStreams.write($0, to: STDERR_FILENO) } : nil,
            settingsFolder: places.configuration,
            openStore: { path, services async throws(EngineError) in
                try places.prepare(for: path)
                return try await openStore(path, services, user)
            },
            openConsole: openConsole)
        host.readConfiguration = { flags, file throws(EngineError) in
            try readConfiguration(
                file ?? configuration ?? places.configuration + "/config.yaml", file ?? configuration != nil, flags, services)
        }
        let outcome = await CommandLineFace(host: host).run(Array(ProcessInfo.processInfo.arguments.dropFirst()))
        // At once: threads that still work for a library must not meet what `exit` has taken down. Everything is written by now.
        _exit(write(outcome))
    }

    /// Each stream at once, and only now: a command that failed half-way has written nothing.
    private static func write(_ outcome: Outcome) -> Int32 {
        var code = outcome.code
        if !StandardStreams.write(outcome.output, to: STDOUT_FILENO) {
            _ = StandardStreams.write("mizzen: the answer could not be written to standard output\n", to: STDERR_FILENO)
            code = ExitStatus.failure.rawValue
        }
        // Where even complaints cannot be written, the exit code still tells.
        _ = StandardStreams.write(outcome.complaint, to: STDERR_FILENO)
        return code
    }
}
