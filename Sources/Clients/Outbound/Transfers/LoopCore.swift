import CCurl
import Glibc
import Synchronization

/// The thread behind a `TransferLoop`, and the mailbox that others reach it by. The mutex guards the mailbox; the transfers that run
/// are known to the thread alone.
final class LoopCore: Sendable {
    enum Command {
        case start(Transfer), cancel(Transfer), resume(Transfer)
        case stop
    }

    private struct Mailbox {
        var commands: [Command] = []
        /// There is one while there is a thread.
        var multi: MultiHandle?
    }

    /// Open connections that are kept for the next transfer, at most.
    private static let connectionsKept = 256

    /// libcurl wants to be set up once before anything else, by one thread.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let mailbox = Mutex(Mailbox())

    func post(_ command: Command) {
        let isPosted = mailbox.withLock { mailbox in
            if mailbox.multi == nil {
                // Without a thread nothing runs that could be stopped, cancelled or resumed.
                guard case .start = command else { return true }
                guard let multi = startThread() else { return false }
                mailbox.multi = multi
            }
            mailbox.commands.append(command)
            // Whoever finds the mailbox empty rings; the others' commands are fetched with this one.
            if mailbox.commands.count == 1, let multi = mailbox.multi { curl_multi_wakeup(multi.pointer) }
            return true
        }
        if !isPosted, case .start(let transfer) = command { transfer.end(refused: "libcurl or its thread cannot be started") }
    }

    private func startThread() -> MultiHandle? {
        guard Self.isReady, let pointer = curl_multi_init() else { return nil }
        _ = mizzen_curl_multi_set_number(pointer, CURLMOPT_MAXCONNECTS, Self.connectionsKept)
        let multi = MultiHandle(pointer: pointer)
        let start = Unmanaged.passRetained(ThreadStart(core: self, multi: multi))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                if let argument {
                    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                    start.core.run(start.multi)
                }
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            curl_multi_cleanup(pointer)
            return nil
        }
        pthread_detach(thread)
        return multi
    }

    // MARK: On the thread

    private func run(_ multi: MultiHandle) {
        mizzen_name_this_thread("outbound")
        // Signals are for the process's other threads; a connection that breaks would send SIGPIPE to this one.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)

        var transfers = RunningTransfers(multi: multi)
        var isStopping = false
        while !isStopping {
            for command in fetch() {
                switch command {
                case .start(let transfer): transfers.start(transfer)
                case .cancel(let transfer): transfers.cancel(transfer)
                case .resume(let transfer): transfers.resume(transfer)
                case .stop: isStopping = true
                }
            }
            let pause = transfers.work()
            // Sleeps until there is something to read or write, a time-out is due, or somebody rings; libcurl knows its own time-outs.
            if !isStopping, curl_multi_poll(multi.pointer, nil, 0, pause, nil) != CURLM_OK { usleep(10_000) }
        }
        transfers.cancelAll()
        mailbox.withLock { $0.multi = nil }
        curl_multi_cleanup(multi.pointer)
    }

    private func fetch() -> [Command] {
        mailbox.withLock { mailbox in
            defer { mailbox.commands = [] }
            return mailbox.commands
        }
    }
}

/// libcurl's multi handle: used by the loop's thread, except for `curl_multi_wakeup`, which any thread may call.
struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

private final class ThreadStart: Sendable {
    let core: LoopCore
    let multi: MultiHandle

    init(core: LoopCore, multi: MultiHandle) {
        self.core = core
        self.multi = multi
    }
}
