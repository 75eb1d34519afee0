import Foundation

/// The folder of material others recorded: `MIZZEN_CORPUS`, by default `../shared/corpus` beside the project. The product never
/// reads it; tests that do say so when it is not there.
public enum Corpus {
    public static let root: URL? = {
        let environment = ProcessInfo.processInfo.environment["MIZZEN_CORPUS"]
        let url = environment.map { URL(fileURLWithPath: $0) } ?? packageRoot.appendingPathComponent("../shared/corpus").standardizedFileURL
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }()

    /// The folder with Package.swift.
    public static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All files below a folder of the corpus whose names end so, sorted by path; empty when it is not there.
    public static func files(under folder: String, suffixes: [String]) -> [URL] {
        guard let base = root?.appendingPathComponent(folder),
            let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        else { return [] }
        return found.compactMap { $0 as? URL }.filter { url in suffixes.contains { url.lastPathComponent.hasSuffix($0) } }
            .sorted { $0.path < $1.path }
    }

    /// Says plainly that something was not tested.
    public static func reportAbsence(_ what: String) {
        print("CORPUS ABSENT: \(what) not run; set MIZZEN_CORPUS to the folder that holds it")
    }
}

/// A table for people in a test's output.
public struct ResultTable {
    private let title: String
    private let header: [String]
    private var rows: [[String]] = []

    public init(_ title: String, _ header: [String]) {
        self.title = title
        self.header = header
    }

    public mutating func add(_ row: [Any]) { rows.append(row.map { "\($0)" }) }

    public func print() {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            row.enumerated().map { n, cell in
                let pad = String(repeating: " ", count: widths[n] - cell.count)
                return n == 0 ? cell + pad : pad + cell
            }.joined(separator: "  ")
        }
        Swift.print(([title] + lines).joined(separator: "\n") + "\n")
    }
}

/// A folder of its own for one test, gone with it.
public final class TemporaryFolder: Sendable {
    public let url: URL

    /// - Parameter isInMemory: for tests that write much and in which nothing has to survive.
    public init(isInMemory: Bool = false) throws {
        let base =
            isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
            ? URL(fileURLWithPath: "/dev/shm") : FileManager.default.temporaryDirectory
        url = base.appendingPathComponent("mizzen-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
