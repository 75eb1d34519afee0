/// A request method, standard or not.
public struct HTTPMethod: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let get = HTTPMethod(rawValue: "GET")
    public static let head = HTTPMethod(rawValue: "HEAD")
    public static let post = HTTPMethod(rawValue: "POST")
    public static let put = HTTPMethod(rawValue: "PUT")
    public static let patch = HTTPMethod(rawValue: "PATCH")
    public static let delete = HTTPMethod(rawValue: "DELETE")
    public static let options = HTTPMethod(rawValue: "OPTIONS")
    public static let trace = HTTPMethod(rawValue: "TRACE")

    /// Doing it twice is as good as doing it once (RFC 9110, 9.2.2).
    public var isIdempotent: Bool { [.get, .head, .put, .delete, .options, .trace].contains(self) }

    /// Without a body it is sent without a length.
    var expectsNoBody: Bool { ![.post, .put, .patch].contains(self) }

    /// What names are made of (RFC 9110, 5.6.2).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"), UInt8(ascii: "0") ... UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// A request over HTTP or HTTPS.
public struct HTTPRequest: Sendable {
    public var method: HTTPMethod
    public var url: String
    public var headers: HTTPHeaders
    public var body: [UInt8]
    /// The longest the exchange may take, in milliseconds; nil: as the client has it.
    public var timeout: Int64?
    /// The longest until there is a connection, in milliseconds; nil: as the client has it.
    public var connectTimeout: Int64?
    /// A reply with more bytes of body is refused; nil: as the client has it.
    public var largestReply: Int?
    /// Whether it may be sent twice: with an idempotent method, or with the header `Idempotency-Key`. Set it where a POST only asks.
    public var isRepeatable: Bool {
        get { declaredRepeatable ?? (method.isIdempotent || headers["Idempotency-Key"] != nil) }
        set { declaredRepeatable = newValue }
    }
    private var declaredRepeatable: Bool?

    public init(_ method: HTTPMethod = .get, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// Posts fields as an HTML form does (`application/x-www-form-urlencoded`).
    public static func form(_ fields: [(name: String, value: String)], to url: String, headers: HTTPHeaders = [:]) -> HTTPRequest {
        let body = fields.map { FormEncoding.encoded($0.name) + "=" + FormEncoding.encoded($0.value) }.joined(separator: "&")
        var request = HTTPRequest(.post, url, headers: headers, body: Array(body.utf8))
        request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return request
    }
}
