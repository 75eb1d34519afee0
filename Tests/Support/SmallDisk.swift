import Foundation

/// A file system in memory of a few megabytes, mounted for a test, that can be filled up.
public final class SmallDisk {
    private let folder: String
    private let tablespace = "small_\(UUID().uuidString.prefix(8).lowercased())"

    /// nil where nothing may be mounted.
    public init?(megabytes: Int) throws {
        folder = FileManager.default.temporaryDirectory.path + "/mizzen-disk-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0777", "tmpfs", folder) else {
            try FileManager.default.removeItem(atPath: folder)
            return nil
        }
    }

    deinit {
        _ = try? Self.run("umount", "-l", folder)
        try? FileManager.default.removeItem(atPath: folder)
    }

    public func path(_ name: String) -> String { folder + "/" + name }

    /// Leaves no room for anything.
    public func fill() throws {
        _ = FileManager.default.createFile(atPath: path("ballast"), contents: nil)
        guard let file = FileHandle(forWritingAtPath: path("ballast")) else { throw CocoaError(.fileWriteUnknown) }
        defer { try? file.close() }
        let page = Data(count: 4096)
        // Until the disk says no.
        while (try? file.write(contentsOf: page)) != nil {}
    }

    public func makeRoom() throws { try FileManager.default.removeItem(atPath: path("ballast")) }

    // MARK: For a database server

    /// A place on this disk where a server may keep databases; its name.
    public func makeTablespace(on server: PostgresServer) throws -> String {
        try FileManager.default.createDirectory(atPath: path("space"), withIntermediateDirectories: true)
        _ = try Self.run("chown", "postgres", path("space"))
        try server.sql("CREATE TABLESPACE \(tablespace) LOCATION '\(path("space"))'")
        return tablespace
    }

    public func dropTablespace(on server: PostgresServer) throws { try server.sql("DROP TABLESPACE \(tablespace)") }

    private static func run(_ program: String, _ arguments: String...) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
