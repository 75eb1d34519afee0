import Foundation
import Testing
import XMLTree
@testable import XQuery

/// The recorded cases, where they are present: `MIZZEN_CORPUS`, else `../shared/corpus` beside the package.
enum Corpus {
    static let folder: URL? = {
        let path = ProcessInfo.processInfo.environment["MIZZEN_CORPUS"] ?? "../shared/corpus"
        let url = URL(fileURLWithPath: path).appendingPathComponent("xquery")
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }()

    /// The lines of every file with this prefix, one JSON object each; split at line feeds alone, since U+2028 may stand in a text.
    static func lines(_ prefix: String) throws -> [Data] {
        guard let folder else { return [] }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasPrefix(prefix) && $0.hasSuffix(".jsonl")
        }.sorted()
        return try files.flatMap { try Data(contentsOf: folder.appendingPathComponent($0)).split(separator: 10).map { Data($0) } }
    }

    /// Counts by class, for one printed table.
    struct Table {
        var title: String
        var agree = 0
        var differ: [String: [String]] = [:]

        init(_ title: String) { self.title = title }

        var total: Int { agree + differ.values.reduce(0) { $0 + $1.count } }
        var share: Double { total == 0 ? 0 : Double(agree) / Double(total) }

        mutating func record(_ kind: String?, _ detail: @autoclosure () -> String) {
            if let kind { differ[kind, default: []].append(detail()) } else { agree += 1 }
        }

        func print() {
            let verbose = ProcessInfo.processInfo.environment["MIZZEN_DIFFERENCES"] != nil
            Swift.print("\(title): \(total) cases, \(agree) agree, \(total - agree) differ (\((share * 10000).rounded() / 100) %)")
            for (kind, details) in differ.sorted(by: { $0.value.count > $1.value.count }) {
                Swift.print("  \(details.count)  \(kind)")
                for detail in details.prefix(verbose ? 500 : 3) { Swift.print("      \(detail)") }
            }
        }
    }
}

/// 2026-11-23T10:20:30Z, the day the corpus was recorded.
let recordedMoment: Int64 = 1_795_429_230_000
let environment = QueryEnvironment(now: recordedMoment)

/// The result of a query over a document given as text, or the error's code.
func run(_ query: String, over document: String? = nil, in environment: QueryEnvironment = environment) -> String {
    do {
        let input: QueryInput = try document.map { .document(try XMLDocument.parse($0)) } ?? .none
        return try Query.compile(query).string(over: input, in: environment)
    } catch let error as XQueryError {
        return error.code
    } catch {
        return "\(error)"
    }
}
