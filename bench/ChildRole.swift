import Engine
import Platform
import Foundation
import PostgresStore
import Synchronization

/// What a second process of the bench does; it is started with `--role`.
enum ChildRole {
    /// Works on cases until it is killed; says a word after the first command.
    case worker(url: String)
    /// Has so many stores open, as so many terminals would, and prints the database's time whenever one of them learns of a commit.
    case terminals(url: String, count: Int)
    /// Does what a daemon does; told to end, prints how late each timer was that it let run out, in milliseconds.
    case daemon(url: String)

    init?(_ arguments: [String]) {
        guard arguments.count >= 4, arguments[1] == "--role" else { return nil }
        switch arguments[2] {
        case "worker": self = .worker(url: arguments[3])
        case "terminals" where arguments.count == 5: self = .terminals(url: arguments[3], count: Int(arguments[4]) ?? 1)
        case "daemon": self = .daemon(url: arguments[3])
        default: return nil
        }
    }

    /// A child ends when its input does, if it looks at it.
    static func start(_ arguments: String...) throws -> (process: Process, output: FileHandle, input: FileHandle) {
        let process = Process(), pipe = Pipe(), input = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--role"] + arguments
        process.standardOutput = pipe
        process.standardInput = input
        try process.run()
        return (process, pipe.fileHandleForReading, input.fileHandleForWriting)
    }

    func play() async throws {
        switch self {
        case .worker(let url):
            let engine = WorkflowEngine(store: try await PostgresStore(ServerPlace(url)))
            let label = UUID().uuidString
            _ = try await engine.session(for: EngineBench.principal).perform(
                .startCase(SpecificationReference("bench"), data: nil), request: RequestID(label))
            print("serving")
            fflush(nil)
            _ = try await Clients(engine: engine, count: 16).run(seconds: 3600, label)
        case .daemon(let url):
            let engine = WorkflowEngine(store: try await PostgresStore(ServerPlace(url))), late = Mutex<[Int64]>([])
            let work = Task {
                await BackgroundWork(keeper: engine.keeper).run { report in
                    if case .timer(let expiry) = report { late.withLock { $0.append(expiry.lateness) } }
                }
            }
            // Waiting must not keep a thread of the pool.
            await withCheckedContinuation { end in
                Thread.detachNewThread {
                    _ = try? FileHandle.standardInput.readToEnd()
                    end.resume()
                }
            }
            work.cancel()
            await work.value
            print(late.withLock { $0 }.map(String.init).joined(separator: "\n"))
        case .terminals(let url, let count):
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0 ..< count {
                    group.addTask {
                        let store = try await PostgresStore(ServerPlace(url), writers: 1, readers: 1)
                        for await _ in store.changes() where n == 0 {
                            // What a console asks for then: the newest entries of the log.
                            if let last = try await store.latestEvents(tenant: .local, limit: 1).last {
                                print("seen \(last.position) \(try await store.now())")
                            }
                            fflush(nil)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
