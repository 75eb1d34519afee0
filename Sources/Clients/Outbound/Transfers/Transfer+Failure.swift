import CCurl

extension Transfer {
    /// What libcurl's result means for the one who called; nil: it went well.
    func failure(_ code: CURLcode) -> OutboundError? {
        guard code != CURLE_OK else { return nil }
        let reason = detail.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: detail)
        let kind = Self.kind(code, wasSent: wasSent)
        let (meaning, message): (OutboundError.Code, String) =
            switch kind {
            case .timeout: (.tooSlow, slowness)
            case .protocol where code == CURLE_UNSUPPORTED_PROTOCOL: (.badReply, "does not answer in HTTP")
            case .protocol where code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_BAD_CONTENT_ENCODING:
                (.badReply, "gave an answer that cannot be read: \(reason)")
            case .protocol: (.connectionLost, "broke the connection off: \(reason)")
            case .dns where code == CURLE_COULDNT_RESOLVE_PROXY: (.unreachable, "cannot be reached: the proxy's name has no address")
            case .dns: (.unreachable, "cannot be reached: its name has no address")
            case .client: (.badRequest, "cannot be reached: \(reason)")
            default: (.unreachable, "cannot be reached: \(reason)")
            }
        return OutboundError(kind, meaning, "\(target) \(message)", mayHaveArrived: mayHaveArrived)
    }

    private var slowness: String {
        if !wasSent { return "gave no connection in time (\(min(timeouts.connect, timeouts.whole ?? .max)) ms)" }
        return timeouts.whole.map { "did not answer in time (\($0) ms)" } ?? "sent nothing for too long"
    }

    private static func kind(_ code: CURLcode, wasSent: Bool) -> OutboundError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_NO_CONNECTION_AVAILABLE: .connect
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR, CURLE_REMOTE_ACCESS_DENIED: .auth
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            .tls
        // Once something was sent, this is what comes back; before, it is the URL.
        case CURLE_UNSUPPORTED_PROTOCOL: wasSent ? .protocol : .client
        case CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN, CURLE_BAD_FUNCTION_ARGUMENT: .client
        default: .protocol
        }
    }
}
