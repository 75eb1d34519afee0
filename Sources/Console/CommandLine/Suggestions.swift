import Catalog
import Engine

/// Names from the store for the shell's completion: specifications, open cases, items that can be worked on. Whatever goes wrong
/// gives no names, as a shell cannot show a message while somebody types.
enum Suggestions {
    /// Many more would not help anybody choose.
    static let limit = 200

    /// The host of the command line that is being completed; a task local because the parser calls back without context.
    @TaskLocal static var host: CommandLineHost?

    static func names(_ kind: CommandParameter.Completion, words: [String], prefix: String) async -> [String] {
        guard let host, let session = try? await host.openStore(store(in: words, host: host), host.services).session else { return [] }
        let names: [String]
        switch kind {
        case .specification: names = (try? await session.specifications().map(\.id.uri)) ?? []
        case .caseNumber: names = (try? await session.cases(openOnly: true, limit: limit).map { String($0.number) }) ?? []
        case .item: names = (try? await session.items(limit: limit).map(\.id.description)) ?? []
        case .none, .file, .choice: names = []
        }
        return names.filter { $0.hasPrefix(prefix) }
    }

    /// The store that the words typed so far name.
    private static func store(in words: [String], host: CommandLineHost) -> String {
        if let flag = words.firstIndex(of: "--store"), words.indices.contains(flag + 1) { return words[flag + 1] }
        if let joined = words.first(where: { $0.hasPrefix("--store=") }) { return String(joined.dropFirst("--store=".count)) }
        return host.defaultStore
    }
}
