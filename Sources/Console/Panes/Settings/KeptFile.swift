import Foundation

/// Small files of mizzen's own that last from one run to the next, readable for their owner alone.
enum KeptFile {
    /// Larger ones are not read.
    private static let largest = 4 << 20

    /// Nil where there is none or it cannot be read: nothing depends on it.
    static func read<Value: Decodable>(_ type: Value.Type, _ file: String) -> Value? {
        guard let data = FileManager.default.contents(atPath: file), data.count <= largest else { return nil }
        return try? JSONDecoder().decode(type, from: data)
    }

    static func write(_ value: some Encodable, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try encoder.encode(value).write(to: URL(fileURLWithPath: file), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }
}
