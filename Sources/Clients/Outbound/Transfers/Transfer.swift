import CCurl
import Synchronization

/// One exchange with another side, around libcurl's easy handle.
///
/// Whoever makes it sets it up and hands it to a `TransferLoop`; from then on only the loop's thread touches it. The exceptions are
/// the flag of cancellation, which anybody may set, and `failure`, which may be read once the transfer has ended.
final class Transfer: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer
    /// As messages may show it.
    let target: String
    /// Host and port, as the URL has them, and the proxy on the way; those with equal ones need the same lookups.
    let place: String
    let receiver: any ReplyReceiver
    /// Whether it may be sent twice.
    private let isRepeatable: Bool
    private let upload: [UInt8]
    let timeouts: (whole: Int64?, connect: Int64)

    private(set) var failure: OutboundError?
    private var onEnd: (() -> Void)?
    private var ownError: OutboundError?
    private var timesSent = 0
    private var uploaded = 0
    private weak var lookups: NameLookups?
    private var startedAt: Int64?
    /// It stopped before anything was sent, since another one looks the host's name up; it is to be started again.
    private(set) var isWaitingForName = false
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    /// What libcurl has to say of an error.
    let detail: UnsafeMutablePointer<CChar>
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    /// Whether the other side may act on it: an HTTP request was sent, a mail was sent whole.
    var mayHaveArrived: Bool { wasSent && uploaded == upload.count }
    /// Whether a connection stood, and the request was about to be sent or is under way.
    var wasSent: Bool { timesSent > 0 }

    /// - Parameters:
    ///   - proxy: tells ways to the other side apart; empty for the straight one.
    ///   - upload: what libcurl asks for piece by piece; a body of an HTTP request is set with `setBody` instead.
    ///   - timeouts: in milliseconds; nil: no limit on the whole.
    init(
        to url: String, through proxy: String = "", over protocols: String, receiver: any ReplyReceiver, isRepeatable: Bool,
        upload: [UInt8] = [], timeouts: (whole: Int64?, connect: Int64)
    ) throws(OutboundError) {
        guard !url.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw OutboundError(.client, .badRequest, "\(ReadableURL.text(url)) is no URL: it has a space or a control character")
        }
        guard let handle = curl_easy_init() else { throw OutboundError(.client, .badRequest, "libcurl cannot be used") }
        self.handle = handle
        self.receiver = receiver
        self.isRepeatable = isRepeatable
        self.upload = upload
        self.timeouts = (timeouts.whole.map(Self.bounded), Self.bounded(timeouts.connect))
        target = ReadableURL.text(url)
        place = ReadableURL.place(url) + proxy
        detail = .allocate(capacity: Int(CURL_ERROR_SIZE))
        detail.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try check(
            mizzen_curl_set_callbacks(
                handle, Unmanaged.passUnretained(self).toOpaque(), Self.takeLine, Self.takeBody, Self.giveUpload, Self.beforeLookup,
                Self.afterLookup, Self.beforeSending, detail
            ))
        // A signal would be the process's, not this thread's.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROTOCOLS_STR, protocols)
        try set(CURLOPT_URL, url)
        // Without this the loop would wait for a lookup that nobody waits for any more.
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        detail.deallocate()
    }

    /// libcurl counts neither less than a millisecond nor more than some weeks.
    private static func bounded(_ milliseconds: Int64) -> Int64 { min(max(milliseconds, 1), 2_000_000_000) }

    // MARK: Setting up

    func set(_ option: CURLoption, _ value: Int) throws(OutboundError) { try check(mizzen_curl_set_number(handle, option, value)) }

    func set(_ option: CURLoption, _ value: String) throws(OutboundError) { try check(mizzen_curl_set_text(handle, option, value)) }

    /// Takes back what libcurl sets by itself.
    func setNothing(_ option: CURLoption) throws(OutboundError) { try check(mizzen_curl_set_text(handle, option, nil)) }

    func set(_ option: CURLoption, _ values: [String]) throws(OutboundError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl_slist_append(list, value) }
        guard let list else { return }
        lists.append(list)
        try check(mizzen_curl_set_list(handle, option, list))
    }

    func setBody(_ body: [UInt8]) throws(OutboundError) {
        // One byte more than counts, so that there is an address even where there is no body.
        let code = (body + [0]).withUnsafeBytes {
            mizzen_curl_set_body(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), curl_off_t(body.count))
        }
        try check(code)
    }

    func setUploadSize() throws(OutboundError) { try check(mizzen_curl_set_upload_size(handle, curl_off_t(upload.count))) }

    private func check(_ code: CURLcode) throws(OutboundError) {
        guard code != CURLE_OK else { return }
        throw OutboundError(.client, .badRequest, "\(target) cannot be asked: \(String(cString: curl_easy_strerror(code)))")
    }

    /// Before the start; called on the loop's thread.
    func whenEnded(_ action: @escaping () -> Void) { onEnd = action }

    func cancel() { cancelled.store(true, ordering: .releasing) }

    // MARK: Starting

    /// Sets the time that is left. Gives false where libcurl does not take it.
    func begin(at now: Int64, _ lookups: NameLookups) -> Bool {
        self.lookups = lookups
        isWaitingForName = false
        let passed = now - (startedAt ?? now)
        startedAt = startedAt ?? now
        let whole = timeouts.whole.map { max($0 - passed, 1) } ?? 0
        return mizzen_curl_set_number(handle, CURLOPT_TIMEOUT_MS, Int(whole)) == CURLE_OK
            && mizzen_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(max(timeouts.connect - passed, 1))) == CURLE_OK
    }

    /// When there has to be a connection, once it has begun.
    var connectDeadline: Int64 { (startedAt ?? 0) + min(timeouts.connect, timeouts.whole ?? .max) }

    // MARK: Ending

    func end(_ code: CURLcode) {
        if isCancelled {
            ownError = OutboundError.cancelled
            ownError?.mayHaveArrived = mayHaveArrived
        }
        finish(ownError ?? failure(code))
    }

    func end(refused reason: String) { finish(OutboundError(.client, .badRequest, "\(target) cannot be asked: \(reason)")) }

    private func finish(_ error: OutboundError?) {
        failure = error
        receiver.ended(error)
        onEnd?()
        onEnd = nil
    }

    /// The last status or reply code; 0: none came.
    var status: Int {
        var status = 0
        _ = mizzen_curl_get_number(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    // MARK: Called by libcurl

    private static let takeLine: mizzen_curl_bytes = { pointer, size, count, context in
        take(pointer, size, count, context) { $0.receiver.line($1) }
    }

    private static let takeBody: mizzen_curl_bytes = { pointer, size, count, context in
        take(pointer, size, count, context) { $0.receiver.body($1) }
    }

    private static func take(
        _ pointer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ give: (Transfer, UnsafeRawBufferPointer) -> ReceiverVerdict
    ) -> Int {
        guard let pointer, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        switch give(transfer, UnsafeRawBufferPointer(start: pointer, count: size * count)) {
        case .taken: return size * count
        case .notNow: return Int(CURL_WRITEFUNC_PAUSE)
        case .tooLong(let limit):
            transfer.ownError = OutboundError(
                .protocol, .replyTooLarge, "\(transfer.target) answers with more than \(limit) bytes", mayHaveArrived: true)
            // Less than was offered ends the transfer.
            return 0
        }
    }

    private static let giveUpload: mizzen_curl_bytes = { pointer, size, count, context in
        guard let pointer, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let portion = transfer.upload[transfer.uploaded...].prefix(size * count)
        portion.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: pointer, count: $0.count).copyMemory(from: $0) }
        transfer.uploaded += portion.count
        return portion.count
    }

    private static let beforeLookup: curl_resolver_start_callback = { _, _, context in
        guard let context else { return 1 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        transfer.isWaitingForName = transfer.lookups?.mayStart(transfer) == false
        return transfer.isWaitingForName ? 1 : 0
    }

    private static let afterLookup: curl_sockopt_callback = { context, socket, _ in
        guard let context else { return CURL_SOCKOPT_ERROR }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        transfer.lookups?.hasAddress(transfer)
        return mizzen_curl_close_on_exec(socket)
    }

    /// Asked when a connection stands and the request is about to be sent. libcurl sends again by itself where a connection that was
    /// kept breaks before an answer, up to five times; the other side may have acted on the request by then. Here it may once, and
    /// only where that does no harm.
    private static let beforeSending: curl_prereq_callback = { context, _, _, _, _ in
        guard let context else { return CURL_PREREQFUNC_ABORT }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        guard transfer.timesSent == 0 || transfer.timesSent == 1 && (transfer.isRepeatable || !transfer.mayHaveArrived) else {
            transfer.ownError = OutboundError(
                .protocol, .connectionLost, "\(transfer.target) closed the connection before it answered", mayHaveArrived: true)
            return CURL_PREREQFUNC_ABORT
        }
        transfer.timesSent += 1
        return CURL_PREREQFUNC_OK
    }
}
