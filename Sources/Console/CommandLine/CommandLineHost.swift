import Catalog
import Engine

/// What the command line uses of the process it runs in. The executable gives the real things, tests give their own.
public struct CommandLineHost: Sendable {
    /// The commands there are.
    public let registry: CommandRegistry
    /// The store when none is named.
    public let defaultStore: String
    /// The file with services when none is named.
    public let services: ServicesPlace
    /// Who acts, for the log.
    public let user: String
    /// Standard input and output are both terminals.
    public let isInteractive: Bool
    /// Standard output is a terminal.
    public let isOutputTerminal: Bool
    /// Columns of the terminal on standard output; nil when it is none and nothing needs to be cut.
    public let width: Int?
    /// For commands that run until they are told to stop; nil where there is no such process.
    public let process: ForegroundProcess?
    /// Where long commands say how far they are; nil where nobody looks.
    public let progress: ProgressLine?
    /// Where the person's settings are; nil where there are none.
    public let settingsFolder: String?
    /// Reads the configuration; nil where there is none and only flags count.
    public var readConfiguration: ConfigurationReader?
    public let openStore: StoreOpener
    /// Runs the console until the person leaves it; gives its exit code.
    public let openConsole: ConsoleOpener

    public typealias StoreOpener = @Sendable (_ path: String, _ services: ServicesPlace) async throws(EngineError) -> House
    /// - Parameters:
    ///   - flags: what the command line says, by the keys of settings.
    ///   - file: config.yaml where the command line names one.
    public typealias ConfigurationReader =
        @Sendable (_ flags: [String: String], _ file: String?) throws(EngineError) -> ConfigurationReport
    public typealias ConsoleOpener =
        @Sendable (_ house: House, _ wishes: ConsoleWishes) async throws(EngineError) -> Int32

    public init(
        registry: CommandRegistry = .standard, defaultStore: String, services: ServicesPlace = ServicesPlace("", isNamed: false),
        user: String, isInteractive: Bool,
        isOutputTerminal: Bool = false,
        width: Int?, process: ForegroundProcess? = nil, progress: ProgressLine? = nil, settingsFolder: String? = nil,
        openStore: @escaping StoreOpener, openConsole: @escaping ConsoleOpener
    ) {
        self.registry = registry
        self.defaultStore = defaultStore
        self.services = services
        self.user = user
        self.isInteractive = isInteractive
        self.isOutputTerminal = isOutputTerminal
        self.width = width
        self.process = process
        self.progress = progress
        self.settingsFolder = settingsFolder
        self.openStore = openStore
        self.openConsole = openConsole
    }
}

/// What the command line says about the console it opens.
public struct ConsoleWishes: Sendable, Hashable {
    public var isColourless = false
    public var isReadOnly = false
    /// A pane, or a row of it: `cases/7`.
    public var target: String?
    /// Line by line, for screen readers and terminals that can do no more.
    public var isLinear = false
    public var services = ServicesPlace("", isNamed: false)
}

/// What one run of the command line ends with. Nothing is printed before this is complete.
public struct Outcome: Sendable, Equatable {
    /// The exit code: one of `ExitStatus`, or 128 and the signal that ended the console.
    public let code: Int32
    /// For standard output, line ends included.
    public let output: String
    /// For standard error.
    public let complaint: String

    public init(_ status: ExitStatus, output: String = "", complaint: String = "") {
        self.init(code: status.rawValue, output: output, complaint: complaint)
    }

    public init(code: Int32, output: String = "", complaint: String = "") {
        self.code = code
        self.output = output
        self.complaint = complaint
    }

    /// Nil when a signal ended the console.
    public var status: ExitStatus? { ExitStatus(rawValue: code) }
}
