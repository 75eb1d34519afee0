import CCurl
import Dispatch

/// Sends requests over HTTP and HTTPS through libcurl, within bounds of time and size. Redirects are not followed: whoever
/// configured an address meant that one.
public struct HTTPClient: Sendable {
    /// The longest a whole exchange may take, in milliseconds.
    public let timeout: Int64
    /// Replies with more bytes are refused.
    public let largestReply: Int

    public init(timeout: Int64 = 30_000, largestReply: Int = 4 << 20) {
        self.timeout = timeout
        self.largestReply = largestReply
    }

    /// Posts a body and gives the reply, whatever its status. Waits on a thread of its own.
    public func post(
        _ body: [UInt8], as contentType: String, to url: String, headers: [(name: String, value: String)] = []
    ) async throws(HTTPError) -> HTTPReply {
        let result: Result<HTTPReply, HTTPError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(HTTPError) in
                        try Exchange(url, self).post(body, [("Content-Type", contentType), ("Expect", "")] + headers)
                    })
            }
        }
        return try result.get()
    }

    /// Posts fields as an HTML form does (`application/x-www-form-urlencoded`).
    public func post(
        form: [(name: String, value: String)], to url: String, headers: [(name: String, value: String)] = []
    ) async throws(HTTPError) -> HTTPReply {
        let body = form.map { FormEncoding.encoded($0.name) + "=" + FormEncoding.encoded($0.value) }.joined(separator: "&")
        return try await post(Array(body.utf8), as: "application/x-www-form-urlencoded; charset=UTF-8", to: url, headers: headers)
    }
}

public struct HTTPReply: Sendable, Equatable {
    public let status: Int
    public let body: [UInt8]
}

/// Why there is no reply: one sentence for people.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String

    public var description: String { message }
}

/// One exchange, on one thread.
private struct Exchange {
    private let handle: UnsafeMutableRawPointer
    private let url: String
    private let client: HTTPClient

    /// libcurl wants to be set up once before anything else, by one thread.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ url: String, _ client: HTTPClient) throws(HTTPError) {
        guard Self.isReady, let handle = curl_easy_init() else { throw HTTPError(message: "libcurl cannot be used") }
        self.handle = handle
        self.url = url
        self.client = client
    }

    func post(_ body: [UInt8], _ headers: [(name: String, value: String)]) throws(HTTPError) -> HTTPReply {
        defer { curl_easy_cleanup(handle) }
        let sink = Sink(limit: client.largestReply)
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for (name, value) in headers {
            guard !(name + value).utf8.contains(where: { $0 < 32 }) else {
                throw HTTPError(message: "the header \(name) has a line break or other control character")
            }
            list = curl_slist_append(list, value.isEmpty ? name + ":" : "\(name): \(value)")
        }
        // A signal would be the process's, not this thread's.
        try set(mizzen_curl_set_number(handle, CURLOPT_NOSIGNAL, 1))
        try set(mizzen_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"))
        try set(mizzen_curl_set_text(handle, CURLOPT_URL, url))
        try set(mizzen_curl_set_text(handle, CURLOPT_USERAGENT, "mizzen"))
        try set(mizzen_curl_set_number(handle, CURLOPT_TIMEOUT_MS, Int(client.timeout)))
        try set(mizzen_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(client.timeout, 10_000))))
        try set(mizzen_curl_set_list(handle, CURLOPT_HTTPHEADER, list))
        try set(mizzen_curl_set_number(handle, CURLOPT_POST, 1))
        // One byte more than counts, so that there is an address even where there is no body.
        try set(
            (body + [0]).withUnsafeBytes {
                mizzen_curl_set_body(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), curl_off_t(body.count))
            })
        try set(mizzen_curl_set_sink(handle, Sink.receive, Unmanaged.passUnretained(sink).toOpaque()))
        let code = withExtendedLifetime(sink) { curl_easy_perform(handle) }
        if sink.isFull { throw HTTPError(message: "\(url) answers with more than \(client.largestReply) bytes") }
        try set(code)
        var status = 0
        try set(mizzen_curl_status(handle, &status))
        return HTTPReply(status: status, body: sink.bytes)
    }

    private func set(_ code: CURLcode) throws(HTTPError) {
        guard code != CURLE_OK else { return }
        throw HTTPError(message: "\(url) cannot be reached: \(String(cString: curl_easy_strerror(code)))")
    }
}

/// Where libcurl puts the reply, piece by piece, on the thread of the exchange.
private final class Sink {
    private(set) var bytes: [UInt8] = []
    private(set) var isFull = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    static let receive: mizzen_curl_sink = { pointer, size, count, context in
        guard let pointer, let context else { return 0 }
        let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        let (length, overflow) = size.multipliedReportingOverflow(by: count)
        guard !overflow, sink.bytes.count + length <= sink.limit else {
            sink.isFull = true
            return 0
        }
        sink.bytes += UnsafeRawBufferPointer(start: pointer, count: length)
        return length
    }
}
