import Engine
import Simulation
import Workflow

/// `simulate`: many cases on a virtual clock.
enum SimulateCommand {
    static let simulate = CommandSpec(
        id: "simulate", words: ["simulate"], summary: "Play many cases of a specification on a virtual clock; nothing is stored",
        discussion:
            """
            The engine is the one that runs real cases; arrivals, service times and what people would enter are drawn at random. \
            The same seed gives the same figures on every machine. A staff file says who works, how long it takes and what comes \
            out; without one nobody ever waits. docs/simulation.md describes it.
            """,
        examples: [
            .init("mizzen simulate order", "10,000 cases of the latest loaded version"),
            .init("mizzen simulate order.yawl --cases 500 --seed 7", "a file that need not be loaded"),
            .init("mizzen simulate order --staff staff.yaml --every 5m --until 30d", "with people, for thirty days"),
        ],
        parameters: [
            CommandParameter(
                "specification", placeholder: "FILE|NAME[@VERSION]", help: "a specification file or the name of a loaded specification",
                required: true, completion: .specification),
            CommandParameter("cases", .option, placeholder: "N", help: "how many cases come; 10000 where it is not given"),
            CommandParameter("seed", .option, placeholder: "N", help: "where the random numbers begin; 1 where it is not given"),
            CommandParameter("staff", .option, placeholder: "FILE", help: "a staff file", completion: .file),
            CommandParameter(
                "every", .option, placeholder: "DURATION",
                help: "mean time between arrivals, such as 5m or 1h30m; 30m where nothing says otherwise"),
            CommandParameter(
                "until", .option, placeholder: "DURATION",
                help: "stop the virtual clock after this time; otherwise when every case has ended"),
        ],
        needsStoreFor: { call in !SpecificationArgument.isFile(call["specification"] ?? "") },
        run: { context, call async throws(EngineError) in
            let specification = try await SpecificationArgument.executable(call["specification"] ?? "", context)
            let (plan, defaults) = try plan(call, specification, context)
            let clock = ContinuousClock(), start = clock.now
            let report = Simulator.report(of: plan, on: specification, progress: context.progress)
            let took = start.duration(to: clock.now).components
            return SimulationDescription(
                specification: specification.id.reference, plan: plan, defaults: defaults, report: report,
                took: took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000
            ).result
        })

    /// What is typed goes before what the staff file says, that before the defaults.
    private static func plan(
        _ call: CommandCall, _ specification: ExecutableSpecification, _ context: CommandContext
    ) throws(EngineError)
        -> (SimulationPlan, defaults: Set<SimulationDescription.Setting>)
    {
        let standard = SimulationPlan()
        var plan = standard
        if let file = call["staff"] { plan = try staffed(plan, file, specification, context) }
        if let text = call["cases"] {
            guard let cases = Int(text), (1 ... SimulationPlan.maxCases).contains(cases) else {
                throw EngineError(.invalid, "bad-argument", "--cases takes a number from 1 to \(SimulationPlan.maxCases), not “\(text)”")
            }
            plan.cases = cases
        }
        if let text = call["seed"] {
            guard let seed = Int64(text), seed >= 0 else {
                throw EngineError(.invalid, "bad-argument", "--seed takes a whole number from 0, not “\(text)”")
            }
            plan.seed = UInt64(seed)
        }
        if let text = call["every"] { plan.arrivals = .exponential(mean: try duration(text, "every")) }
        if let text = call["until"] { plan.until = try duration(text, "until") }
        var defaults: Set<SimulationDescription.Setting> = []
        if !call.isSet("every"), plan.arrivals == standard.arrivals { defaults.insert(.arrivals) }
        if plan.serviceTime == standard.serviceTime { defaults.insert(.time) }
        return (plan, defaults)
    }

    private static func staffed(
        _ plan: SimulationPlan, _ file: String, _ specification: ExecutableSpecification, _ context: CommandContext
    ) throws(EngineError)
        -> SimulationPlan
    {
        guard let text = String(validating: try context.readFile(file), as: UTF8.self) else {
            throw EngineError(.invalid, "staff-file", "\(file) is not UTF-8 text")
        }
        let (staffed, diagnostics) = StaffFile.parse(text, file: file, for: specification, into: plan)
        guard diagnostics.isEmpty else {
            throw EngineError(
                .invalid, "staff-file",
                "\(file) cannot be used as a staff file of \(specification.id.reference)\n"
                    + diagnostics.map(\.description).joined(separator: "\n"))
        }
        return staffed
    }

    private static func duration(_ text: String, _ option: String) throws(EngineError) -> Int64 {
        guard let duration = DurationText.parse(text), duration > 0 else {
            throw EngineError(.invalid, "bad-argument", "--\(option) takes a duration such as 90s, 5m, 1h30m or 30d, not “\(text)”")
        }
        return duration
    }
}
