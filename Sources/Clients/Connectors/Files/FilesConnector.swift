import Engine
import Foundation
import Settings

extension ConnectorType {
    /// A folder of XML files: `{type: files, folder: data}`.
    static let files = ConnectorType("files", .gateway) { section, surroundings in
        section.path("folder", surroundings).map { folder in
            ConnectorParts(FilesConnector(name: section.name, endpoint: folder), gateway: FileGateway(folder: folder))
        }
    }
}

/// A folder as a connector: it is up while it is there, or can be made, and can be written to.
private struct FilesConnector: Connector {
    let name: String
    let system = "files"
    let endpoint: String

    func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        var place = endpoint
        // The folder is made with the first file.
        while !FileManager.default.fileExists(atPath: place), place.count > 1 { place = (place as NSString).deletingLastPathComponent }
        guard FileManager.default.isWritableFile(atPath: place) else { throw ConnectorFailure(.client, "\(place) cannot be written to") }
        return ProbeAnswer()
    }
}

extension SettingsSection {
    /// A path, from the file's folder where it is relative.
    func path(_ key: String, _ surroundings: ConnectorSurroundings) -> String? {
        text(key, or: "a \(key) is missing: a path, from this file's folder where it is relative").map {
            URL(fileURLWithPath: $0, relativeTo: URL(fileURLWithPath: surroundings.folder, isDirectory: true)).path
        }
    }
}
