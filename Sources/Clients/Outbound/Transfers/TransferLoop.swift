/// Carries out transfers through libcurl's multi interface: one thread for all of them, however many are in flight, and one stock of
/// open connections that are used again. The thread starts with the first transfer; while nothing is in flight it sleeps.
///
/// A host's name is looked up on a short-lived thread of libcurl's own, once for all transfers that wait for it.
public final class TransferLoop: Sendable {
    /// The process's own: what has no reason to stand apart goes through it.
    public static let shared = TransferLoop()

    private let core = LoopCore()

    public init() {}

    /// Its thread ends and its connections are closed.
    deinit { core.post(.stop) }

    /// Carries a transfer out and waits until it has ended. A cancelled task cancels it.
    func run(_ transfer: Transfer) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.whenEnded { continuation.resume() }
                core.post(.start(transfer))
            }
        } onCancel: {
            cancel(transfer)
        }
    }

    /// Starts a transfer that its receiver hears of.
    func start(_ transfer: Transfer) { core.post(.start(transfer)) }

    /// May come before the start, and after the end.
    func cancel(_ transfer: Transfer) {
        transfer.cancel()
        core.post(.cancel(transfer))
    }

    /// The receiver takes bytes again.
    func resume(_ transfer: Transfer) { core.post(.resume(transfer)) }
}
