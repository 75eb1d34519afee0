import Foundation

/// Measures mizzen and prints Markdown. Never a test: slow is a figure, not a failure.
///
///     mizzen-bench [--mizzen PATH] [query|core|engine|postgres|console|g1|g2|g4|g5|g6|g7|g8|timers …]
@main
enum Bench {
    static func main() async throws {
        if let role = ChildRole(CommandLine.arguments) { return try await role.play() }
        var names: [String] = []
        var binary = ".build/release/mizzen"
        var arguments = CommandLine.arguments.dropFirst().makeIterator()
        while let argument = arguments.next() {
            if argument == "--mizzen" { binary = arguments.next() ?? binary } else { names.append(argument) }
        }
        func wants(_ name: String) -> Bool { names.isEmpty || names.contains(name) }
        print("# mizzen bench\n\n\(Machine.description)\n")
        if wants("query") { try QueryBench.run() }
        if wants("core") {
            try CoreBench.run()
            try await WholePathBench.run()
        }
        if wants("engine") { try await EngineBench.run() }
        if names.isEmpty || names.contains(where: { $0 == "postgres" || PostgresBench.gates.keys.contains($0) }) {
            try await PostgresBench.run(names)
        }
        if wants("console") { try await ConsoleBench.run(binary: binary) }
    }
}

/// What the figures were taken on.
enum Machine {
    static var load: String {
        (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?.split(separator: " ").first.map(String.init) ?? "?"
    }

    /// Seconds all processors together have worked since the machine started.
    static var busySeconds: Double {
        let line = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8))?.split(separator: "\n").first ?? ""
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        // user, nice, system; then come idle and waiting, then interrupts.
        return (ticks.prefix(3) + ticks.dropFirst(5).prefix(2)).reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    static var description: String {
        let cpu =
            (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
            .first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
            ?? "unknown processor"
        let date = ISO8601DateFormatter().string(from: Date())
        return "\(date), \(ProcessInfo.processInfo.activeProcessorCount) cores of \(cpu), load \(load) at the start"
    }
}

/// The spread of a figure over its samples.
struct Samples {
    private var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }

    var count: Int { values.count }

    func quantile(_ q: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * q))]
    }

    func divided(by divisor: Double) -> Samples {
        var result = Samples()
        for value in values { result.add(value / divisor) }
        return result
    }

    /// `median (min–max)`
    var text: String { "\(Self.number(quantile(0.5))) (\(Self.number(quantile(0)))–\(Self.number(quantile(1))))" }

    static func number(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value) }
}

func milliseconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start) / .milliseconds(1)
}
