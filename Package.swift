// swift-tools-version: 6.2
import PackageDescription

/// Every floor of the house is a target: an import points down, never up, never sideways between clients. What a target's sources
/// import is exactly what its `dependencies` name: SwiftPM alone does not see to that, `make lint` does (`scripts/check-imports`).
/// ARCHITECTURE.md draws the floors.
let package = Package(
    name: "mizzen",
    products: [
        .executable(name: "mizzen", targets: ["Console"])
    ],
    dependencies: [
        // The command line: typed parsing, help, shell completion.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // SQLite: reader pool, WAL, statement cache, migrations. The embedded store is written on it.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Integers without bound, for XQuery's xs:integer and xs:decimal.
        .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
        // YAML with marks (line, column), for themes and keymaps.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // Settings from flags, environment, file and defaults: which of them counts, and where a value comes from. Without its traits: the
        // file is read by our own walk, which knows lines and columns.
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
    ],
    targets: [
        // libxml2: parsing and XML Schema. Its headers clash with Foundation's and stay inside CXML.
        .systemLibrary(name: "CLibXML2", path: "Sources/Engine/CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CXML", dependencies: ["CLibXML2"], path: "Sources/Engine/CXML"),
        // OpenSSL's libcrypto: SHA-256 for the event log's hash chain.
        .systemLibrary(name: "CCrypto", path: "Sources/Engine/CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // The C library of Linux under one name, for floors that do without Foundation.
        .target(name: "POSIX", path: "Sources/Engine/POSIX"),

        // config.yaml: shape with places, precedence, secrets by reference.
        .target(
            name: "Settings",
            dependencies: [
                "POSIX", .product(name: "Configuration", package: "swift-configuration"), .product(name: "Yams", package: "Yams"),
            ],
            path: "Sources/Settings"),

        .target(name: "XMLTree", dependencies: ["CXML"], path: "Sources/Engine/XMLTree"),
        .target(
            name: "XQuery", dependencies: ["XMLTree", "POSIX", .product(name: "BigInt", package: "BigInt")], path: "Sources/Engine/XQuery"),
        .target(name: "Workflow", dependencies: ["XQuery", "XMLTree"], path: "Sources/Engine/Workflow"),
        // Kinds of things beside cases: what each declares, and nothing else.
        .target(name: "Platform", path: "Sources/Engine/Platform"),
        .target(
            name: "Engine", dependencies: ["Workflow", "Platform", "XQuery", "XMLTree", "CCrypto"], path: "Sources/Engine/Runtime"),

        // The pure core on a virtual clock.
        .target(name: "Simulation", dependencies: ["Workflow", "XMLTree"], path: "Sources/Engine/Simulation"),

        .target(
            name: "SQLiteStore", dependencies: ["Platform", "Engine", "Workflow", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Sources/Clients/SQLiteStore"),

        // libpq: PostgreSQL's own client, with pipeline mode, TLS and every way to log in; connection strings as psql takes them.
        .systemLibrary(name: "CPostgres", path: "Sources/Clients/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "PostgresStore", dependencies: ["Platform", "Engine", "Workflow", "CPostgres"], path: "Sources/Clients/PostgresStore"),

        // libcurl: HTTP and SMTP with TLS, proxies, kept connections and time limits, any number of transfers on one thread. Its calls with
        // variable arguments are wrapped in shim.h.
        .systemLibrary(name: "CCurl", path: "Sources/Clients/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // Every call to an outside system: its policy, the HTTP client, mail.
        .target(name: "Outbound", dependencies: ["CCurl"], path: "Sources/Clients/Outbound"),
        // hiredis: Redis's own client, its blocking calls on one thread. Without pkg-config, whose flags for it SwiftPM prohibits.
        .systemLibrary(name: "CRedis", path: "Sources/Clients/CRedis", providers: [.apt(["libhiredis-dev"])]),
        // Outside systems, one folder each, and what config.yaml and services.yaml may say of them.
        .target(
            name: "Connectors",
            dependencies: [
                "Engine", "Workflow", "XMLTree", "Outbound", "Settings", "CRedis", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
            ],
            path: "Sources/Clients/Connectors"),

        // The terminal is ncurses; its macros and shared state stay in this C target.
        .target(
            name: "CNcurses", path: "Sources/Console/CNcurses",
            cSettings: [.define("_DEFAULT_SOURCE"), .define("_XOPEN_SOURCE", to: "600")],
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        // Text in cells: widths, cleaning, cutting, columns, and drawings as values. No terminal.
        .target(name: "TextCells", path: "Sources/Console/TextCells"),
        // Small YAML files of people, with line and column for every complaint.
        .target(
            name: "YAMLFiles", dependencies: ["TextCells", "POSIX", .product(name: "Yams", package: "Yams")],
            path: "Sources/Console/YAMLFiles"),
        .target(
            name: "Terminal", dependencies: ["CNcurses", "TextCells", "YAMLFiles", "POSIX", .product(name: "Yams", package: "Yams")],
            path: "Sources/Console/Terminal",
            resources: [
                "themes/dark", "themes/light", "themes/high-contrast", "themes/mono", "themes/deuteranopia", "themes/tritanopia",
                "keymaps/default", "keymaps/vim", "keymaps/emacs",
            ].map { .embedInCode("../../../\($0).yaml") }),
        // Memory given back to the system: calls of the C library that Swift does not show.
        .target(name: "CMemory", path: "Sources/Console/CMemory"),
        // What can be asked and done, for every face: tables, panes, commands. It knows no terminal.
        .target(
            name: "Catalog",
            dependencies: [
                "Settings", "TextCells", "YAMLFiles", "Engine", "Platform", "Simulation", "Workflow", "XQuery", "XMLTree",
                .product(name: "Yams", package: "Yams"),
            ],
            path: "Sources/Console/Catalog"),
        .target(
            name: "Panes",
            dependencies: [
                "Catalog", "Settings", "Terminal", "TextCells", "YAMLFiles", "CMemory", "Engine", "Workflow", "XMLTree",
                .product(name: "Yams", package: "Yams"),
            ],
            path: "Sources/Console/Panes"),
        .target(
            name: "CommandLine",
            dependencies: ["Catalog", "Engine", "Settings", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/Console/CommandLine"),
        .executableTarget(
            name: "Console",
            dependencies: [
                "CommandLine", "Catalog", "Panes", "Terminal", "Engine", "SQLiteStore", "PostgresStore", "Connectors", "Settings",
            ],
            path: "Sources/Console/Console"),

        .target(name: "CAllocations", path: "bench/CAllocations"),
        .executableTarget(
            name: "mizzen-bench",
            dependencies: [
                "Platform",
                "Engine", "SQLiteStore", "PostgresStore", "Workflow", "XQuery", "XMLTree", "Support", "StoreSupport", "CAllocations",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "bench", exclude: ["RESULTS.md", "CAllocations"]),

        .target(name: "Support", path: "Tests/Support"),
        // Stores in front of stores.
        .target(name: "StoreSupport", dependencies: ["Engine", "Platform", "Workflow"], path: "Tests/StoreSupport"),
        .executableTarget(
            name: "KillWorker",
            dependencies: ["Platform", "StoreSupport", "Engine", "Workflow", "SQLiteStore", "PostgresStore", "Connectors"],
            path: "Tests/KillWorker"),
        // Targets that a test runs as programs (KillWorker, Console) are dependencies too, so that they are there when it runs.
        .testTarget(name: "XMLTreeTests", dependencies: ["XMLTree"], path: "Tests/XMLTree"),
        .testTarget(name: "XQueryTests", dependencies: ["XQuery", "XMLTree", "Support"], path: "Tests/XQuery"),
        .testTarget(name: "WorkflowTests", dependencies: ["Workflow", "XQuery", "XMLTree", "Support"], path: "Tests/Workflow"),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "Workflow", "XMLTree", "Support"], path: "Tests/Simulation"),
        .testTarget(
            name: "EngineTests", dependencies: ["Platform", "Engine", "Workflow", "XMLTree", "SQLiteStore", "Support", "StoreSupport"],
            path: "Tests/Engine"),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "Platform", "StoreSupport",
                "SQLiteStore", "Engine", "Workflow", "XMLTree", "KillWorker", "Support", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/SQLiteStore"),
        // What holds for both stores, and what only PostgreSQL can do.
        .testTarget(
            name: "StoresTests",
            dependencies: [
                "Platform",
                "PostgresStore", "SQLiteStore", "Engine", "Workflow", "XMLTree", "KillWorker", "Support", "StoreSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/Stores", exclude: ["Former"]),
        .testTarget(
            name: "ConnectorsTests",
            dependencies: [
                "StoreSupport", "Platform", "Settings", "Outbound",
                "Connectors", "SQLiteStore", "Engine", "Workflow", "XMLTree", "KillWorker", "Support",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/Connectors", exclude: ["Mail/aiosmtpd_sink.py"]),
        .testTarget(name: "SettingsTests", dependencies: ["Settings"], path: "Tests/Settings"),
        .executableTarget(name: "OutboundWorker", dependencies: ["Outbound"], path: "Tests/OutboundWorker"),
        .testTarget(
            name: "OutboundTests", dependencies: ["Outbound", "OutboundWorker", "Support"], path: "Tests/Outbound",
            exclude: ["Mail/strict_smtp_stand_in.py"]),
        .testTarget(
            name: "TerminalTests", dependencies: ["Terminal", "TextCells", "YAMLFiles"], path: "Tests/Terminal",
            exclude: ["__Snapshots__"]),
        .testTarget(
            name: "CatalogTests",
            dependencies: [
                "Catalog", "Panes", "CommandLine", "Terminal", "TextCells", "SQLiteStore", "Engine", "Platform", "Workflow",
            ],
            path: "Tests/Catalog"),
        .testTarget(
            name: "PanesTests",
            dependencies: [
                "Platform", "StoreSupport", "Catalog", "Panes", "Terminal", "TextCells", "YAMLFiles", "SQLiteStore", "Engine", "Simulation",
                "Workflow", "XMLTree", "Support",
            ],
            path: "Tests/Panes", exclude: ["__Snapshots__"]),
        .testTarget(name: "EndToEndTests", dependencies: ["Console", "Support"], path: "Tests/EndToEnd"),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "Platform",
                "CommandLine", "Catalog", "Panes", "Engine", "Console", "SQLiteStore", "Support",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/CommandLine"),
    ]
)
