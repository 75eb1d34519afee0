import CCurl

extension Transfer {
    convenience init(
        _ request: HTTPRequest, _ settings: HTTPSettings, receiver: any ReplyReceiver, hasTimeout: Bool = true
    ) throws(OutboundError) {
        let target = ReadableURL.text(request.url), method = request.method
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(HTTPMethod.isTokenByte), method.rawValue != "CONNECT" else {
            throw OutboundError(.client, .badRequest, "\(target) cannot be asked with such a method")
        }
        if let problem = request.headers.problem { throw OutboundError(.client, .badRequest, "\(target) cannot be asked: \(problem)") }
        let whole = request.timeout ?? settings.timeout
        let connect = request.connectTimeout ?? settings.connectTimeout
        try self.init(
            to: request.url, through: settings.proxy.way, over: "http,https", receiver: receiver, isRepeatable: request.isRepeatable,
            timeouts: (hasTimeout ? whole : request.timeout, hasTimeout ? min(connect, whole) : connect))
        try set(CURLOPT_USERAGENT, "mizzen")
        // A proxy's own reply is none of the other side's.
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if method == .head {
            try set(CURLOPT_NOBODY, 1)
        } else if !request.body.isEmpty || !method.expectsNoBody {
            try setBody(request.body)
        }
        if method != .head { try set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
        try set(CURLOPT_HTTPHEADER, Self.lines(request.headers))
        try set(settings.tls)
        try set(settings.proxy, settings.tls)
    }

    /// Ends it where less than a byte a second comes for so long, in milliseconds.
    func limitSilence(_ longest: Int64) throws(OutboundError) {
        try set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try set(CURLOPT_LOW_SPEED_TIME, Int(max((longest + 999) / 1000, 1)))
    }

    /// As libcurl takes them: `Name;` has no value, `Name:` leaves out what libcurl would add.
    private static func lines(_ headers: HTTPHeaders) -> [String] {
        var lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for name in ["Expect", "Content-Type"] where headers[name] == nil { lines.append(name + ":") }
        return lines
    }

    func set(_ tls: TLSSettings) throws(OutboundError) {
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let authorities = tls.authorities {
            try set(CURLOPT_CAINFO, authorities)
            // Instead of the system's, not besides.
            try setNothing(CURLOPT_CAPATH)
        }
        if let certificate = tls.certificate { try set(CURLOPT_SSLCERT, certificate) }
        if let key = tls.key { try set(CURLOPT_SSLKEY, key) }
        if let password = tls.keyPassword { try set(CURLOPT_KEYPASSWD, password) }
    }

    private func set(_ proxy: Proxy, _ tls: TLSSettings) throws(OutboundError) {
        try set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let authorities = tls.authorities { try set(CURLOPT_PROXY_CAINFO, authorities) }
        switch proxy {
        case .environment: break
        case .none: try set(CURLOPT_PROXY, "")
        case .server(let url, let bypassing):
            try set(CURLOPT_PROXY, url)
            try set(CURLOPT_NOPROXY, bypassing)
        }
    }
}
