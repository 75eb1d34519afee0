import Engine
import Foundation

/// Where mizzen keeps things: the XDG folders of the environment, nothing else.
public struct Places: Sendable {
    /// Data, by default `~/.local/share/mizzen`.
    public let data: String
    /// Settings, by default `~/.config/mizzen`.
    public let configuration: String

    /// What mizzen keeps for itself between runs, by default `~/.local/state/mizzen`.
    public let state: String

    public init(environment: [String: String]) {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        data = Self.folder(environment["XDG_DATA_HOME"], else: home + "/.local/share")
        state = Self.folder(environment["XDG_STATE_HOME"], else: home + "/.local/state")
        configuration = Self.folder(environment["XDG_CONFIG_HOME"], else: home + "/.config")
    }

    /// XDG: a relative path in these variables is invalid and is ignored.
    private static func folder(_ value: String?, else fallback: String) -> String {
        let base = value.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? fallback
        return base + "/mizzen"
    }

    /// The file with services that is read when none is named, if it is there.
    public var services: String { configuration + "/services.yaml" }

    /// Views of the console that were given names.
    public var views: String { state + "/views.json" }

    /// What was typed into forms and not sent.
    public var drafts: String { state + "/drafts.json" }

    /// Copies of the person's themes and keymaps as they were when they were good the last time.
    public var lastGood: String { state + "/last-good" }

    /// Where the person was in the console.
    public var session: String { state + "/session.json" }

    /// The store that is used when none is named.
    public var store: String { data + "/mizzen.db" }

    /// Makes the folder of the default store, for its owner alone; a folder that is there keeps its mode. The folder of a store
    /// that was named is not made: a mistyped path shall not come into being.
    public func prepare(for store: String) throws(EngineError) {
        guard case .file(let store) = StoreAddress(store) else { return }
        let folder = (store as NSString).deletingLastPathComponent
        guard !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) else { return }
        guard folder == data else {
            throw EngineError(
                .notFound, "store-folder-missing",
                "the folder \(folder) of the store does not exist; make it first or choose another --store")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw EngineError(
                .unavailable, "store-folder-not-made",
                "cannot make the folder \(folder) for the store: \(error.localizedDescription)")
        }
    }
}
