import Foundation
import Support
import Testing

/// The recorded runs of the reference engine, played through engine and store.
@Suite struct CorpusTraces {
    @Test func recordedRunsReplayExactly() async throws {
        guard let root = Corpus.root else { return Corpus.reportAbsence("recorded traces") }
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? 20_261_123
        print("trace replay: seed \(seed) chooses where each store is closed and reopened")
        // MIZZEN_TRACES=ti0 plays only the files whose name begins so.
        let prefix = ProcessInfo.processInfo.environment["MIZZEN_TRACES"] ?? ""
        let files = Corpus.files(under: "traces/runs", suffixes: [".jsonl"]).filter { $0.lastPathComponent.hasPrefix(prefix) }
        let tally = await withTaskGroup(of: (URL, String, TraceReplay.Verdict).self) { group in
            var tally = Tally()
            var waiting = Array(files.enumerated().reversed())
            func next() {
                guard let (number, file) = waiting.popLast() else { return }
                group.addTask { await Self.replay(file, root: root, seed: seed &+ UInt64(number) &* 7_919) }
            }
            for _ in 0 ..< 3 { next() }
            for await (file, name, verdict) in group {
                tally.add(file, group: name, verdict)
                next()
            }
            return tally
        }
        tally.report()
        #expect(files.count > 0)
        #expect(tally.differing.isEmpty, "see the differences printed above")
    }

    private static func replay(_ file: URL, root: URL, seed: UInt64) async -> (URL, String, TraceReplay.Verdict) {
        do {
            let trace = try Trace(file: file)
            let path = root.appendingPathComponent("traces/" + trace.specificationPath)
            let other = root.appendingPathComponent("specs/yawlfoundation/" + trace.specificationPath)
            guard let specification = (try? Data(contentsOf: path)) ?? (try? Data(contentsOf: other)) else {
                return (file, trace.group, .differs("no file \(trace.specificationPath)"))
            }
            return (file, trace.group, await TraceReplay(trace: trace, specification: Array(specification), seed: seed).run())
        } catch {
            return (file, "?", .differs("unreadable trace: \(error)"))
        }
    }

    struct Tally {
        var counts: [String: [String: Int]] = [:]
        var differing: [String: [String]] = [:]
        var reasons: [String: Int] = [:]

        mutating func add(_ file: URL, group: String, _ verdict: TraceReplay.Verdict) {
            counts[group, default: [:]]["files", default: 0] += 1
            switch verdict {
            case .equal: counts[group, default: [:]]["equal", default: 0] += 1
            case .refused: counts[group, default: [:]]["refused", default: 0] += 1
            case .corrected(let reason):
                counts[group, default: [:]]["corrected", default: 0] += 1
                reasons["corrected: " + reason.rawValue, default: 0] += 1
            case .deferred(let reason):
                counts[group, default: [:]]["deferred", default: 0] += 1
                reasons["deferred: " + reason, default: 0] += 1
            case .differs(let how):
                counts[group, default: [:]]["differing", default: 0] += 1
                differing[group, default: []].append(file.lastPathComponent + ": " + how)
            }
        }

        func report() {
            let columns = ["files", "equal", "corrected", "refused", "deferred", "differing"]
            var table = ResultTable("recorded traces", ["group"] + columns)
            for group in counts.keys.sorted() { table.add([group] + columns.map { counts[group]?[$0] ?? 0 }) }
            table.add(["all"] + columns.map { column in counts.values.reduce(0) { $0 + ($1[column] ?? 0) } })
            table.print()
            for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) { print("  \(count) × \(reason)") }
            for (_, list) in differing.sorted(by: { $0.key < $1.key }) {
                for line in list.sorted() { print("  DIFFERS " + line.prefix(600)) }
            }
        }
    }
}
