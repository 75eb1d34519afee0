import ArgumentParser

/// How an answer is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json, csv
}

/// What every command understands besides its own parameters.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The store to work on: a file, or a PostgreSQL database as psql names it \
            (postgresql://…, or pg for what PG* say); also MIZZEN_STORE.
            """,
            valueName: "path"), completion: .file())
    var store: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The file of settings instead of ~/.config/mizzen/config.yaml; also MIZZEN_CONFIG.", valueName: "file"),
        completion: .file())
    var config: String?

    @Option(
        name: .long, help: ArgumentHelp("The file that names services and data gateways; also MIZZEN_SERVICES.", valueName: "file"),
        completion: .file())
    var services: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "How to write the answer: table for people (the default), json for programs, csv for spreadsheets (lists only).",
            valueName: "format"))
    var output: OutputFormat?

    @Option(name: .long, help: ArgumentHelp("A text of your own that makes repeating the very same command harmless.", valueName: "id"))
    var request: String?

    @Flag(name: .customLong("no-color"), help: "No colours; also NO_COLOR.")
    var noColor = false

    @Flag(name: .customLong("read-only"), help: "Only look: whatever would change something is refused.")
    var readOnly = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where the console begins: a pane such as cases, or a row of it such as cases/7.", valueName: "pane"))
    var pane: String?

    @Flag(name: .long, help: "The console line by line, for screen readers and terminals that can do no more.")
    var linear = false

    /// An empty path would give a store that is gone with the process.
    func validate() throws {
        if let store, store.isEmpty { throw ValidationError("--store must name a file or a database") }
    }
}
