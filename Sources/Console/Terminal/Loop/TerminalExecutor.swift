// The thread of the terminal: it polls the tty and the wake pipe, and runs the jobs of the actor that lives on it.

import CNcurses
import POSIX
import Synchronization

/// What happens in one turn of the thread. Both are called on it.
protocol TerminalTurn: AnyObject, Sendable {
    /// First: what poll found.
    func receive(_ outcome: PollOutcome)
    /// Last, after the jobs: paint, and say what to wait for.
    func settle() -> PollRequest
}

/// What to wait for.
struct PollRequest: Sendable {
    var readable: Int32 = -1
    var writable: Int32 = -1
    /// Milliseconds; nil waits for ever.
    var timeout: Int32?
}

/// What there was.
struct PollOutcome: Sendable {
    var isReadable = false
    var isHungUp = false
    var isWritable = false
    var signals: [Int32] = []
}

/// A serial executor with a thread of its own. Each turn: input first, then jobs, then paint, so no key waits for anything that can be
/// put off. The lock protects the jobs and the turn; everything else belongs to the thread.
public final class TerminalExecutor: SerialExecutor {
    private struct Shared {
        var jobs: [UnownedJob] = []
        var turn: (any TerminalTurn)?
        var isStopped = false
        var thread: pthread_t?
    }

    private let shared = Mutex(Shared())
    private let pipe: WakePipe

    /// Starts the thread. It ends after `stop()`.
    public init() throws(TerminalError) {
        pipe = try WakePipe()
        // The thread owns one reference until it ends.
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<TerminalExecutor>.fromOpaque(context).takeRetainedValue().work() }
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw .resources("a thread", String(cString: strerror(status)))
        }
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        shared.withLock { $0.jobs.append(unowned) }
        pipe.wake()
    }

    public func checkIsolated() {
        precondition(isOwnThread, "not on the terminal's thread")
    }

    public func isIsolatingCurrentContext() -> Bool? { isOwnThread }

    private var isOwnThread: Bool {
        guard let thread = shared.withLock({ $0.thread }) else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    /// Where signal handlers write.
    var signalDescriptor: Int32 { pipe.writeEnd }

    /// Makes the thread look again; from anywhere.
    func wake() { pipe.wake() }

    /// From now on the turns are this one's; nil ends that.
    func attach(_ turn: (any TerminalTurn)?) {
        shared.withLock { $0.turn = turn }
        pipe.wake()
    }

    /// Lets the thread end once no job is left. Jobs enqueued later never run.
    func stop() {
        shared.withLock { $0.isStopped = true }
        pipe.wake()
    }

    /// Waits on this thread for a signal, at most so many milliseconds; used while stopped.
    func waitForSignal(_ wanted: Int32, milliseconds: Int32) -> [Int32] {
        var seen: [Int32] = []
        var request = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
        for _ in 0 ..< 16 where !seen.contains(wanted) {
            let count = poll(&request, 1, milliseconds)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            seen += pipe.drain()
        }
        return seen
    }

    private func work() {
        pthread_detach(pthread_self())
        shared.withLock { $0.thread = pthread_self() }
        cnc_signal_stack()
        var request = PollRequest()
        while true {
            let outcome = wait(request)
            turn?.receive(outcome)
            // A job may enqueue others; those run in the next turn, after its input.
            let jobs = shared.withLock { shared in
                let jobs = shared.jobs
                shared.jobs = []
                return jobs
            }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            request = turn?.settle() ?? PollRequest()
            let isDone = shared.withLock { $0.isStopped && $0.jobs.isEmpty }
            if isDone { return }
        }
    }

    private var turn: (any TerminalTurn)? { shared.withLock { $0.turn } }

    private func wait(_ request: PollRequest) -> PollOutcome {
        var descriptors = [
            pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
            // poll ignores negative descriptors.
            pollfd(fd: request.readable, events: Int16(POLLIN), revents: 0),
            pollfd(fd: request.writable, events: Int16(POLLOUT), revents: 0),
        ]
        var outcome = PollOutcome()
        guard poll(&descriptors, nfds_t(descriptors.count), request.timeout ?? -1) > 0 else { return outcome }
        if descriptors[0].revents != 0 { outcome.signals = pipe.drain() }
        let tty = Int32(descriptors[1].revents)
        outcome.isReadable = tty & POLLIN != 0
        outcome.isHungUp = tty & (POLLHUP | POLLERR | POLLNVAL) != 0
        outcome.isWritable = descriptors[2].revents != 0
        return outcome
    }
}
