// Comparing what is drawn with text files, which people can read and review.

import Foundation
import Terminal
import Testing

@testable import TextCells

/// Compares text with `__Snapshots__/<name>.txt`. `MIZZEN_RECORD=1` writes the file anew; a missing one is a failure.
func expectSnapshot(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("__Snapshots__/\(name).txt")
    if ProcessInfo.processInfo.environment["MIZZEN_RECORD"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try (text + "\n").write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let recorded = try #require(
        try? String(contentsOf: file, encoding: .utf8), "\(name) is not recorded; run with MIZZEN_RECORD=1 and look at the file",
        sourceLocation: sourceLocation)
    #expect(text + "\n" == recorded, "differs from \(name).txt", sourceLocation: sourceLocation)
}

extension Widget {
    /// This widget alone on a screen, as text.
    func drawn(width: Int, height: Int, ascii: Bool = false) -> String { surface(width: width, height: height, ascii: ascii).text }

    func surface(width: Int, height: Int, ascii: Bool = false, theme: Theme = .standard) -> Surface {
        var surface = Surface(size: Size(width: width, height: height))
        draw(on: &surface, in: surface.bounds, DrawingContext(theme: theme, ascii: ascii))
        return surface
    }
}
