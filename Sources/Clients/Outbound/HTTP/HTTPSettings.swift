/// How a client goes out: what holds for all its requests.
public struct HTTPSettings: Sendable, Equatable {
    /// The longest a whole exchange may take, in milliseconds.
    public var timeout: Int64
    /// The longest until there is a connection, in milliseconds.
    public var connectTimeout: Int64
    /// Replies with more bytes of body are refused.
    public var largestReply: Int
    public var tls: TLSSettings
    public var proxy: Proxy

    public init(
        timeout: Int64 = 30_000, connectTimeout: Int64 = 10_000, largestReply: Int = 4 << 20, tls: TLSSettings = TLSSettings(),
        proxy: Proxy = .environment
    ) {
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.largestReply = largestReply
        self.tls = tls
        self.proxy = proxy
    }
}

/// TLS: at least 1.2, and the other side's certificate and name are always verified; neither can be turned off.
public struct TLSSettings: Sendable, Equatable, CustomStringConvertible {
    /// PEM file with the authorities to trust instead of the system's.
    public var authorities: String?
    /// PEM files with our own certificate and its key, where the other side asks for one.
    public var certificate: String?
    public var key: String?
    public var keyPassword: String?

    public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil, keyPassword: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.keyPassword = keyPassword
    }

    /// Without the password.
    public var description: String { "authorities: \(authorities ?? "the system's"), certificate: \(certificate ?? "none")" }
}

public enum Proxy: Sendable, Equatable {
    /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    case environment
    case none
    /// - Parameter bypassing: hosts that are reached directly, separated by commas.
    case server(url: String, bypassing: String = "")

    /// Tells apart what needs different lookups for the same host.
    var way: String {
        switch self {
        case .none: ""
        case .environment: " as the environment says"
        case .server(let url, let bypassing): " through \(url) except \(bypassing)"
        }
    }
}
