import CCurl

/// The transfers in flight, on the loop's thread.
struct RunningTransfers {
    private let multi: MultiHandle
    /// By their handles. Keeps them alive while libcurl knows them.
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private let lookups = NameLookups()
    private let clock = SystemClock()

    init(multi: MultiHandle) { self.multi = multi }

    mutating func start(_ transfer: Transfer) {
        guard !transfer.isCancelled, transfer.begin(at: clock.now, lookups),
            curl_multi_add_handle(multi.pointer, transfer.handle) == CURLM_OK
        else { return transfer.end(CURLE_FAILED_INIT) }
        transfers[transfer.handle] = transfer
    }

    mutating func cancel(_ transfer: Transfer) {
        for waiting in lookups.takeOut(where: { $0 === transfer }) { waiting.end(CURLE_ABORTED_BY_CALLBACK) }
        guard remove(transfer.handle) != nil else { return }
        lookupEnded(transfer, CURLE_ABORTED_BY_CALLBACK)
        transfer.end(CURLE_ABORTED_BY_CALLBACK)
    }

    func resume(_ transfer: Transfer) {
        if transfers[transfer.handle] != nil { curl_easy_pause(transfer.handle, CURLPAUSE_CONT) }
    }

    /// Reads and writes what can be, and lets go of what has ended. Gives the longest time until the next call, in milliseconds.
    mutating func work() -> Int32 {
        repeat {
            var count: Int32 = 0
            curl_multi_perform(multi.pointer, &count)
            while let message = curl_multi_info_read(multi.pointer, &count) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                // The message is gone once its handle is removed.
                let code = message.pointee.data.result
                if let transfer = remove(handle) { ended(transfer, code) }
            }
        } while startThoseReady()
        guard let deadline = lookups.deadline else { return .max }
        let now = clock.now
        for transfer in lookups.takeOut(where: { $0.connectDeadline <= now }) { transfer.end(CURLE_OPERATION_TIMEDOUT) }
        return Int32(clamping: max(deadline - now, 0))
    }

    mutating func cancelAll() {
        for transfer in Array(transfers.values) + lookups.takeOut(where: { _ in true }) {
            transfer.cancel()
            remove(transfer.handle)
            transfer.end(CURLE_ABORTED_BY_CALLBACK)
        }
    }

    private mutating func ended(_ transfer: Transfer, _ code: CURLcode) {
        if transfer.isWaitingForName { return lookups.wait(transfer) }
        lookupEnded(transfer, code)
        transfer.end(code)
    }

    private func lookupEnded(_ transfer: Transfer, _ code: CURLcode) {
        let isNameless = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY
        for other in lookups.hasEnded(transfer, isNameless: isNameless, at: clock.now) {
            other.end(isNameless ? code : CURLE_OPERATION_TIMEDOUT)
        }
    }

    private mutating func startThoseReady() -> Bool {
        let ready = lookups.takeReady()
        for transfer in ready { start(transfer) }
        return !ready.isEmpty
    }

    @discardableResult private mutating func remove(_ handle: UnsafeMutableRawPointer) -> Transfer? {
        guard let transfer = transfers.removeValue(forKey: handle) else { return nil }
        curl_multi_remove_handle(multi.pointer, handle)
        return transfer
    }
}
