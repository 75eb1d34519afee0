import Engine

/// `serve`: the engine without a face, for as long as its process runs.
enum ServeCommand {
    static let serve = CommandSpec(
        id: "serve", words: ["serve"], changes: true,
        summary: "Run the engine without a console until it is told to stop: timers are carried out and services called",
        discussion:
            """
            SIGTERM and SIGINT end it. Any number of them, and consoles, may run on one store: each timer is carried \
            out and each service called once. One line for each goes to standard error.
            """,
        examples: [.init("mizzen serve --store /var/lib/mizzen/work.db", "under a service manager")],
        run: { context, _ async throws(EngineError) in
            try context.requireWriting()
            guard let process = context.process else {
                throw EngineError(
                    .refused, "not-here",
                    "the console carries out timers and calls services itself while it is open; type mizzen serve in a shell instead")
            }
            let session = try context.session(), keeper = try context.keeper()
            let requestsToEnd = process.requestsToEnd()
            process.log("mizzen: serving \(session.storeName)")
            let background = Task {
                async let probes: Void = keeper.watchConnectors()
                await BackgroundWork(keeper: keeper).run { process.log("mizzen: " + line($0)) }
                await probes
            }
            for await _ in requestsToEnd { break }
            background.cancel()
            await background.value
            return CommandResult(json: .object(["store": .string(session.storeName)]))
        })

    private static func line(_ report: BackgroundWork.Report) -> String {
        switch report {
        case .timer(let expiry): line(expiry)
        case .service(let attempt): line(attempt)
        }
    }

    private static func line(_ attempt: ServiceRunner.Attempt) -> String {
        let what = "case \(attempt.caseNumber): \(attempt.name)" + (attempt.item.map { " for \($0)" } ?? "")
        return what + (attempt.failure.map { " failed: \($0)" } ?? " was called")
    }

    private static func line(_ expiry: TimerService.Expiry) -> String {
        let what = "case \(expiry.caseNumber): the timer of \(expiry.item)"
        if let failure = expiry.failure { return "\(what) ran out but could not be carried out and is tried again: \(failure.message)" }
        return "\(what) ran out" + (expiry.lateness >= 1000 ? ", carried out \(expiry.lateness / 1000) s late" : "")
    }
}
