import Foundation
import Testing
import XMLTree
@testable import XQuery

/// The cases derived from the W3C suite: what share of them our evaluator answers as expected, by family and tier.
/// Cases that differ are listed in `.build/qt3-failures.txt` with what was given.
@Suite struct CorpusQT3Tests {
    /// Least share by tier, whatever cases there are. X31 is the optional part of XQuery 3.1.
    private static let levels: [String: Double] = ["A": 0.99, "B": 0.97, "C": 0.95, "X31": 0.85]
    /// Of the open cases, how many may fail: those whose reason is known.
    private static let knownFailures: [String: Int] = ["A": 8, "B": 0, "C": 1, "X31": 140]
    /// Cases that look like what specifications contain.
    private static let yawlLevel = 1.0

    private struct Row {
        var cases = 0, passed = 0, errors = 0, exact = 0

        mutating func add(_ verdict: QT3Verdict) {
            cases += 1
            if verdict.passes { passed += 1 }
            if verdict.passes && verdict.expectsError { errors += 1 }
            if verdict.passes && verdict.exactCode { exact += 1 }
        }

        var share: Double { cases == 0 ? 1 : Double(passed) / Double(cases) }
    }

    @Test(.enabled(if: Corpus.folder != nil, "no corpus at MIZZEN_CORPUS"))
    func casesAreAnsweredAsExpected() throws {
        let cases = try Corpus.lines("qt3-").map { try JSONDecoder().decode(QT3Case.self, from: $0) }
        let judge = QT3Judge(documents: try documents())
        let verdicts = onTwoThreads(cases) { judge.verdict(on: $0) }
        var rows: [String: Row] = [:], tiers: [String: Row] = [:], yawl = Row()
        var failures: [String] = [], openFailures: [String: Int] = [:]
        for (recorded, verdict) in zip(cases, verdicts) {
            rows["\(recorded.family) \(recorded.tier)", default: Row()].add(verdict)
            tiers[recorded.tier, default: Row()].add(verdict)
            if recorded.isYAWLLike { yawl.add(verdict) }
            if !verdict.passes && recorded.split == "open" { openFailures[recorded.tier, default: 0] += 1 }
            if !verdict.passes { failures.append("\(recorded.tier) \(recorded.id)\n    \(recorded.query)\n    \(verdict.given)") }
        }
        let file = URL(fileURLWithPath: ".build/qt3-failures.txt")
        try? failures.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        print("qt3: family tier, cases, passed, failed, share; errors expected and met, with the exact code. Failures: \(file.path)")
        for (name, row) in rows.sorted(by: { $0.key < $1.key }) { show(name, row) }
        for (name, row) in tiers.sorted(by: { $0.key < $1.key }) { show("all \(name)", row) }
        show("yawl_like", yawl)
        #expect(cases.count > 10_000)
        for (tier, row) in tiers { #expect(row.share >= Self.levels[tier] ?? 1, "tier \(tier)") }
        for (tier, count) in openFailures { #expect(count <= Self.knownFailures[tier] ?? 0, "tier \(tier)") }
        #expect(yawl.share >= Self.yawlLevel)
    }

    private func show(_ name: String, _ row: Row) {
        func right(_ number: Int) -> String { String(repeating: " ", count: max(0, 7 - "\(number)".count)) + "\(number)" }
        let share = (row.share * 10_000).rounded() / 100
        print(
            name.padding(toLength: 12, withPad: " ", startingAt: 0) + right(row.cases) + right(row.passed) + right(row.cases - row.passed)
                + "  \(share) %".padding(toLength: 10, withPad: " ", startingAt: 0) + right(row.errors) + right(row.exact))
    }

    private func documents() throws -> [String: XMLDocument] {
        guard let folder = Corpus.folder else { return [:] }
        let texts = try JSONDecoder().decode(
            [String: String].self, from: try Data(contentsOf: folder.appendingPathComponent("qt3-docs.json")))
        return try texts.mapValues { try XMLDocument.parse($0, options: .stored) }
    }

    /// Threads with room for the deepest query, so that none needs one of its own.
    private func onTwoThreads(_ cases: [QT3Case], _ body: @escaping @Sendable (QT3Case) -> QT3Verdict) -> [QT3Verdict] {
        final class Results: @unchecked Sendable {  // each thread writes places of its own, read after both have ended
            var verdicts: [QT3Verdict?]
            let done = DispatchSemaphore(value: 0)
            init(_ count: Int) { verdicts = Array(repeating: nil, count: count) }
        }
        let halves = (0 ..< 2).map { half in Array(cases.enumerated().filter { $0.offset % 2 == half }.map(\.element)) }
        let results = (0 ..< 2).map { Results(halves[$0].count) }
        for half in 0 ..< 2 {
            let (mine, result) = (SendableBox(halves[half]), results[half])
            let thread = Thread {
                for (place, recorded) in mine.value.enumerated() { result.verdicts[place] = body(recorded) }
                result.done.signal()
            }
            thread.stackSize = 256 << 20
            thread.start()
        }
        for result in results { result.done.wait() }
        return cases.indices.map { results[$0 % 2].verdicts[$0 / 2] ?? QT3Verdict(passes: false, given: "not run") }
    }

    private struct SendableBox: @unchecked Sendable {  // immutable after decoding
        let value: [QT3Case]
        init(_ value: [QT3Case]) { self.value = value }
    }
}
