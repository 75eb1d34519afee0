import Foundation
import Testing

/// Compares text with `__Snapshots__/<name>.txt`. `MIZZEN_RECORD=1` writes the file anew; a missing one is a failure.
func expectSnapshot(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "__Snapshots__")
    let file = folder.appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["MIZZEN_RECORD"] == "1" {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try (text + "\n").write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let recorded = try #require(
        try? String(contentsOf: file, encoding: .utf8), "\(name) is not recorded; run with MIZZEN_RECORD=1 and look at the file",
        sourceLocation: sourceLocation)
    #expect(text + "\n" == recorded, "differs from \(name).txt", sourceLocation: sourceLocation)
}
