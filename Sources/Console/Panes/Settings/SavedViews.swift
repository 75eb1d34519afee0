import Foundation

/// Ways of looking at a pane that a person gave names: filter, order, columns. Kept in a file of mizzen's own, never in the
/// person's settings.
struct SavedViews: Sendable, Hashable, Codable {
    struct View: Sendable, Hashable, Codable {
        var pane: String
        var filter: String
        var sort: String?
        var columns: [String]?
        var isWide: Bool
    }

    var views: [String: View] = [:]

    /// What is kept in a file; nothing where there is none or it cannot be read.
    static func read(_ file: String) -> SavedViews {
        guard let data = FileManager.default.contents(atPath: file), data.count < 1 << 20 else { return SavedViews() }
        return (try? JSONDecoder().decode(SavedViews.self, from: data)) ?? SavedViews()
    }

    func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try encoder.encode(self).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
