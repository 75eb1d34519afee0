import CAllocations
import Foundation
import Workflow

/// How many work items the pure core completes in a second of processor time, beside the reference engine on the same nets, and
/// what an open case costs in memory.
enum CoreBench {
    /// A net of the corpus and what its README says of the reference engine (stateful, one thread): completions per second of
    /// processor time.
    struct Workload {
        let name: String
        let file: String
        let reference: Double
        /// How many times that we mean to be.
        let goal: Double
    }

    static let workloads = [
        Workload(name: "a: sequence of 10, no data", file: "pf_a_seq10", reference: 3_569, goal: 50),
        Workload(name: "b: sequence of 10, 5 strings in and out", file: "pf_b_seq10_data", reference: 370, goal: 100),
        Workload(name: "c: AND split of 10 and join", file: "pf_c_and10", reference: 3_631, goal: 50),
        Workload(name: "d: OR split of 3, OR join", file: "pf_d_orjoin", reference: 2_600, goal: 50),
        Workload(name: "e: 100 instances, outputs gathered", file: "pf_e_mi100", reference: 2_559, goal: 50),
        Workload(name: "e2: 100 instances, no output", file: "pf_e2_mi100_noout", reference: 3_018, goal: 50),
    ]

    static func run() throws {
        print(
            """
            ## Core\n\nThe rules alone, in memory, one thread: work items completed per second of processor time. A completion is a start \
            and a complete, their events made and applied, nothing stored; a case's launch is counted in. Median (min–max) of 7 rounds of \
            half a second. Blocks are blocks of memory asked for per completion.

            """)
        guard let corpus = ProcessInfo.processInfo.environment["MIZZEN_CORPUS"] else {
            print("Not measured: the nets are those of the corpus; set MIZZEN_CORPUS to its folder.\n")
            return
        }
        var nets: [(workload: Workload, specification: ExecutableSpecification, samples: Samples, blocks: Double)] = []
        for workload in workloads {
            let specification = try read(corpus + "/perf/\(workload.file).yawl")
            nets.append((workload, specification, Samples(), try blocks(specification)))
        }
        // Interleaved, so that a slow moment of the machine hits all of them.
        for _ in 0 ..< 7 {
            for index in nets.indices { nets[index].samples.add(try rate(nets[index].specification, for: 0.5)) }
        }
        print("| net | completions/s of CPU | reference engine | ratio | goal | blocks |\n|---|---|---|---|---|---|")
        for (workload, _, samples, blocks) in nets {
            let ratio = samples.quantile(0.5) / workload.reference
            print(
                "| \(workload.name) | \(samples.text) | \(Samples.number(workload.reference)) | \(Samples.number(ratio)) "
                    + "| \(Samples.number(workload.goal)) | \(Samples.number(blocks)) |")
        }
        let and = nets[2].samples.quantile(0.5), or = nets[3].samples.quantile(0.5)
        print("\nThe AND net is \(Samples.number(and / or)) times as fast as the OR net; it may be 3 times.")
        print("")
        try openCases(nets[0].specification)
        try memory(nets[0].specification)
    }

    static func read(_ path: String) throws -> ExecutableSpecification {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard let specification = try SpecificationReader.read(Array(bytes), file: path).first else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return try ExecutableSpecification(specification)
    }

    // MARK: Work

    /// A case and what there is to do in it, as somebody would know it who listens to its events.
    private struct OpenCase {
        var state: CaseState?
        var todo: [WorkItemID] = []
        private let specification: ExecutableSpecification
        private static let context = StepContext(now: 1, actor: "bench")

        init(_ specification: ExecutableSpecification, number: Int) throws {
            self.specification = specification
            _ = try step(.launch(CaseID(number: Int64(number)), parameters: nil))
        }

        /// Starts and completes the next item; `false` when there is none.
        mutating func work() throws -> Bool {
            guard !todo.isEmpty else { return false }
            if let started = try step(.start(todo.removeFirst())) { _ = try step(.complete(started, output: nil)) }
            return true
        }

        /// Gives the item that was started.
        private mutating func step(_ command: CaseCommand) throws -> WorkItemID? {
            let step = try specification.step(state.take(), command, in: Self.context)
            var started: WorkItemID?
            for index in step.events.indices {
                switch step.events[index].event {
                case .itemEnabled(let item, _), .itemFired(let item, _, _): todo.append(item)
                case .itemStarted(let item):
                    started = item
                    // Of an offer the first child, which was told of just before.
                    if let place = todo.lastIndex(of: item) { todo.remove(at: place) }
                default: break
                }
            }
            state = step.state
            return started
        }
    }

    static func rate(_ specification: ExecutableSpecification, for seconds: Double) throws -> Double {
        let start = cpuSeconds()
        var completions = 0
        repeat {
            var open = try OpenCase(specification, number: 1)
            while try open.work() { completions += 1 }
        } while cpuSeconds() - start < seconds
        return Double(completions) / (cpuSeconds() - start)
    }

    /// Blocks of memory per completion.
    private static func blocks(_ specification: ExecutableSpecification) throws -> Double {
        var completions = 0
        let before = allocations_of_this_thread()
        for _ in 0 ..< 200 {
            var open = try OpenCase(specification, number: 1)
            while try open.work() { completions += 1 }
        }
        return Double(allocations_of_this_thread() - before) / Double(completions)
    }

    // MARK: Many open cases

    private static func openCases(_ specification: ExecutableSpecification) throws {
        print(
            """
            With other cases open (net a):\n\n| open cases | completions/s of CPU, those untouched | ratio to none | each item \
            in another of them | ratio to none | reference engine |\n|---|---|---|---|---|---|
            """
        )
        var none = 1.0
        for (count, reference) in [(0, 3_569.0), (1_000, 1_822), (10_000, 287)] {
            var cases = try (0 ..< count).map { try OpenCase(specification, number: $0 + 2) }
            var alone = Samples(), turns = Samples()
            for _ in 0 ..< 5 {
                alone.add(try rate(specification, for: 0.4))
                if count > 0 { turns.add(try roundRobin(&cases, specification, for: 0.4)) }
            }
            if count == 0 { none = alone.quantile(0.5) }
            print(
                "| \(count) | \(alone.text) | \(Samples.number(alone.quantile(0.5) / none)) | \(count > 0 ? turns.text : "–") "
                    + "| \(count > 0 ? Samples.number(turns.quantile(0.5) / none) : "–") | \(Samples.number(reference)) |")
        }
        print("")
    }

    private static func roundRobin(
        _ cases: inout [OpenCase], _ specification: ExecutableSpecification, for seconds: Double
    ) throws -> Double {
        let start = cpuSeconds()
        var completions = 0
        repeat {
            for index in cases.indices {
                if try cases[index].work() { completions += 1 } else { cases[index] = try OpenCase(specification, number: index + 2) }
            }
        } while cpuSeconds() - start < seconds
        return Double(completions) / (cpuSeconds() - start)
    }

    // MARK: Memory

    /// Three times over: what a round leaves behind would show in the next one's figure.
    private static func memory(_ specification: ExecutableSpecification) throws {
        let count = 100_000
        print(
            """
            Memory of \(count) open cases of net a (the reference engine: 21096 bytes each, and 5162 \
            for each finished one), growth of the resident set:

            """
        )
        print("| round | bytes per open case | bytes per case once all are finished and let go |\n|---|---|---|")
        let before = residentBytes()
        for round in 1 ... 3 {
            var states: [CaseState] = []
            states.reserveCapacity(count)
            for number in 1 ... count {
                if let state = try OpenCase(specification, number: number).state { states.append(state) }
            }
            let open = residentBytes()
            for index in states.indices {
                states[index] = try specification.step(states[index], .cancel, in: StepContext(now: 2, actor: "bench")).state
            }
            states = []
            print("| \(round) | \((open - before) / count) | \((residentBytes() - before) / count) |")
        }
        print("")
    }

    /// Of this thread.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func residentBytes() -> Int {
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
