import Engine
import Foundation

/// What a command may use besides its arguments. A face makes one per call.
public struct CommandContext: Sendable {
    /// Where the command was found; for commands about commands.
    package internal(set) var registry = CommandRegistry.standard
    /// Nil where no store was opened because the command needs none.
    public let house: House?
    /// Makes repeating the very same call harmless.
    public let request: RequestID
    public let clock: TableClock
    /// Whatever would change something is refused.
    public let isReadOnly: Bool
    /// Where the person's settings are; nil where nobody knows.
    public let settingsFolder: String?
    /// Nil where a command must come to an end by itself.
    public let process: ForegroundProcess?
    /// Told how far a long command is: what is done, and of how much.
    package let progress: @Sendable (Int, Int) -> Void
    /// What is set and from where; nil where nobody knows.
    public var configuration: ConfigurationReport?
    let readFile: @Sendable (String) throws(EngineError) -> [UInt8]

    /// - Parameters:
    ///   - request: the caller's own id; nil makes a new one.
    ///   - readFile: reads a file the person named; tests give their own.
    public init(
        house: House?, request: String? = nil, clock: TableClock = .system, isReadOnly: Bool = false,
        settingsFolder: String? = nil, process: ForegroundProcess? = nil,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }, readFile: (@Sendable (String) throws(EngineError) -> [UInt8])? = nil
    ) {
        self.house = house
        self.request = RequestID(request ?? UUID().uuidString.lowercased())
        self.clock = clock
        self.isReadOnly = isReadOnly
        self.settingsFolder = settingsFolder
        self.process = process
        self.progress = progress
        if let readFile {
            self.readFile = readFile
        } else {
            self.readFile = { path throws(EngineError) in try NamedFile.read(path) }
        }
    }

    /// - Throws: `no-store`.
    package func session() throws(EngineError) -> Session { try open().session }

    /// For what is done to the store as a whole. - Throws: `no-store`.
    package func keeper() throws(EngineError) -> Keeper { try open().keeper }

    private func open() throws(EngineError) -> House {
        guard let house else { throw EngineError(.unavailable, "no-store", "this command needs a store and none is open") }
        return house
    }

    /// Carries out a command of the engine, unless only looking is allowed.
    /// - Parameter request: of a command that is one of several in this call; nil is the call's own.
    package func perform(_ command: Command, request: RequestID? = nil) async throws(EngineError) -> Reply {
        try requireWriting()
        return try await session().perform(command, request: request ?? self.request)
    }

    /// - Throws: `read-only`.
    func requireWriting() throws(EngineError) {
        if isReadOnly { throw EngineError(.refused, "read-only", "nothing was done: --read-only is set, which only looks") }
    }
}

/// Files that people name as arguments.
enum NamedFile {
    /// Far above any specification; keeps a wrong name from filling the memory.
    static let limit = 64 << 20

    /// - Throws: `file-not-found`, `file-too-large`, `file-unreadable`, each naming the file.
    static func read(_ path: String) throws(EngineError) -> [UInt8] {
        var isFolder = false
        do {
            let values = try URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey, .fileSizeKey])
            isFolder = values.isDirectory ?? false
            if !isFolder, let size = values.fileSize, size > limit {
                throw EngineError(.invalid, "file-too-large", "\(path) has \(size) bytes; the most that is read is \(limit)")
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.notFound, "file-not-found", "there is no file \(path)")
        }
        if isFolder { throw EngineError(.invalid, "file-unreadable", "\(path) is a folder; name a file in it") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw isThere
                ? EngineError(.invalid, "file-unreadable", "\(path) cannot be read; check its permissions")
                : EngineError(.notFound, "file-not-found", "there is no file \(path)")
        }
        defer { try? handle.close() }
        do {
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else {
                throw EngineError(.invalid, "file-too-large", "\(path) is larger than \(limit) bytes, the most that is read")
            }
            return [UInt8](data)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.invalid, "file-unreadable", "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
